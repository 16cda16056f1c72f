import Logging

/// The metadata of one event: the handler's, the provider's and the event's own, later ones winning.
enum LogFields {
    static func merged(
        _ base: Logger.Metadata, provider: Logger.MetadataProvider?, event: LogEvent
    ) -> [(key: String, value: Logger.MetadataValue)] {
        var all = base
        if let provider { all.merge(provider.get()) { _, later in later } }
        if let metadata = event.metadata { all.merge(metadata) { _, later in later } }
        if let error = event.error {
            all["error"] = .string("\(error)")
            all["error_type"] = .string("\(type(of: error))")
        }
        return all.sorted { $0.key < $1.key }
    }

    /// Whether the members of a dictionary with this key are HTTP headers, which have the stricter rule.
    static func holdsHeaders(_ key: String) -> Bool {
        let key = key.lowercased()
        return key == "headers" || key.hasSuffix("_headers")
    }

    static func isSecret(_ key: String, amongHeaders: Bool) -> Bool {
        amongHeaders ? Redaction.isSecret(header: key) : Redaction.isSecret(field: key)
    }
}
