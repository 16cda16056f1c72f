/// What a key accepts, as data: from it come the configuration reference, the JSON Schema and the error texts.
public indirect enum TypeDescription: Sendable {
    case string
    /// Text that must never be printed.
    case secret
    case boolean
    case integer(ClosedRange<Int>?)
    case number(ClosedRange<Double>?)
    /// A Go-style duration such as `30s` or `5m`.
    case duration
    /// A count with an optional `K` or `M`.
    case tokenCount
    case enumeration([String])
    /// The name of something declared elsewhere.
    case reference(ReferenceKind)
    case list(TypeDescription)
    case map(TypeDescription)
    case object(SchemaDescription)
    /// One of several forms.
    case either([TypeDescription])
    /// Any value; its keys are not checked, because it belongs to somebody else.
    case any
}

/// A mapping with known keys, as data.
public struct SchemaDescription: Sendable {
    /// The name of the construct, such as "decision".
    public var name: String
    /// One sentence on what it is.
    public var documentation: String
    /// Its keys in the order in which they are documented. A closure, since rule trees contain themselves.
    public var keys: @Sendable () -> [KeyDescription]

    /// A description of a mapping.
    public init(name: String, documentation: String, keys: @escaping @Sendable () -> [KeyDescription]) {
        self.name = name
        self.documentation = documentation
        self.keys = keys
    }
}

/// One key of a mapping, as data.
public struct KeyDescription: Sendable {
    /// How the key stands in files.
    public enum Status: Sendable, Hashable {
        case supported
        /// Accepted under an old name, with a warning that names the new one.
        case deprecated(instead: String)
        /// No longer accepted; the text says what to write instead.
        case removed(instead: String)
    }

    public var name: String
    public var type: TypeDescription
    public var isRequired: Bool
    /// The default as it would stand in a file; nil when the key has none.
    public var defaultText: String?
    public var documentation: String
    public var status: Status
    /// Whether the mapping stands with its defaults where the file is silent.
    public var isMerged: Bool

    /// A description of a key.
    public init(
        name: String, type: TypeDescription, isRequired: Bool, defaultText: String?, documentation: String,
        status: Status = .supported, isMerged: Bool = false
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultText = defaultText
        self.documentation = documentation
        self.status = status
        self.isMerged = isMerged
    }
}
