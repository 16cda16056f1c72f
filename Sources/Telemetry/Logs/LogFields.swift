import Logging

/// The metadata of one event: the handler's, the provider's and the event's own, later ones winning.
enum LogFields {
    static func merged(
        _ base: Logger.Metadata, provider: Logger.MetadataProvider?, event: LogEvent
    ) -> [(key: String, value: Logger.MetadataValue)] {
        var all = base
        if let provider { merge(provider.get(), into: &all) }
        if let metadata = event.metadata { merge(metadata, into: &all) }
        if let error = event.error {
            all["error"] = .string("\(error)")
            all["error_type"] = .string("\(type(of: error))")
        }
        return all.sorted { $0.key < $1.key }
    }

    /// Most events have metadata from one place only: that is taken as it is.
    private static func merge(_ metadata: Logger.Metadata, into all: inout Logger.Metadata) {
        if all.isEmpty {
            all = metadata
        } else {
            all.merge(metadata) { _, later in later }
        }
    }

    /// Whether the members of a dictionary with this key are HTTP headers, which have the stricter rule.
    static func holdsHeaders(_ key: String) -> Bool {
        FoldedName.test(key, joinsWords: false) { $0 == "headers" || $0.hasSuffix("_headers") }
    }

    static func isSecret(_ key: String, amongHeaders: Bool) -> Bool {
        amongHeaders ? Redaction.isSecret(header: key) : Redaction.isSecret(field: key)
    }
}
