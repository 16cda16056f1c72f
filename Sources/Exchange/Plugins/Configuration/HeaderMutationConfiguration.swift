public import Policy

/// Header names that plugins must not touch: they frame the message, or the router speaks through them.
enum ProtectedHeaders {
    static func problem(_ name: String) -> String? {
        let lowered = name.lowercased()
        if ["content-length", "transfer-encoding", "host", "connection"].contains(lowered) {
            return "the header \(lowered) frames the message and cannot be changed"
        }
        if lowered.hasPrefix("x-vsr-") { return "headers that begin with x-vsr- belong to the router" }
        return nil
    }
}

extension ValueType where Value == String {
    /// The name of a header that plugins may change.
    static var mutableHeaderName: ValueType { headerName.checked(.conflict, ProtectedHeaders.problem) }

    /// A header value: no line breaks and no control characters.
    static var headerValue: ValueType {
        string.checked { HeaderText.isValue($0) ? nil : "a header value must not contain control characters" }
    }
}

/// A header with its value.
public struct HeaderAssignment: Sendable {
    public var name = ""
    public var value = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "header", "A header with its value.", initial: HeaderAssignment()
    ) {
        Key("name", \.name, .mutableHeaderName, "Name of the header.", required: true)
        Key("value", \.value, .headerValue, "Value of the header.", required: true)
    }
}

/// Edits of headers on the way to the backend. Spec config §9.3.
public struct HeaderMutationConfiguration: Sendable {
    public var add: [HeaderAssignment] = []
    public var update: [HeaderAssignment] = []
    public var delete: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "header_mutation",
        "Edits of headers on the way to the backend. Spec config §9.3.",
        initial: HeaderMutationConfiguration()
    ) {
        Key("add", \.add, .list(.object(HeaderAssignment.schema)), "Headers that are added beside those that exist.")
        Key(
            "update", \.update, .list(.object(HeaderAssignment.schema)),
            "Headers that are set in place of those that exist.")
        Key("delete", \.delete, .list(.mutableHeaderName), "Headers that are removed.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("header_mutation", schema)
}
