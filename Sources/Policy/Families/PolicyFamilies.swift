/// The members of all families, as the rooms above hand them to `Policy`: from their declarations a file is read.
public struct PolicyFamilies: Sendable {
    public var signals: [SignalFamily]
    public var algorithms: [AlgorithmFamily]
    public var plugins: [PluginFamily]

    /// The families of a build.
    public init(signals: [SignalFamily] = [], algorithms: [AlgorithmFamily] = [], plugins: [PluginFamily] = []) {
        self.signals = signals
        self.algorithms = algorithms
        self.plugins = plugins
    }
}

/// Whether a member of a family works in this build.
public enum Availability: Sendable, Hashable {
    case available
    /// Read and validated, but without effect: a warning in `check` and at start.
    case unavailable(String)
    /// Without effect, and it protects somebody: `serve` refuses to start unless told otherwise.
    case unavailableSafety(String)
}

/// A signal family, as `Policy` sees it.
public struct SignalFamily: Sendable {
    /// The condition type in rules, such as `keyword`.
    public var type: String
    /// The key under `routing.signals`, such as `keywords`.
    public var key: String
    public var schema: SchemaDescription
    /// Reads one declaration's configuration (the whole mapping with `name` and `description`).
    public var decode: @Sendable (Node, inout DecodingContext) -> (any Sendable)?
    /// The names that rules may use for a declaration: its name, or for example `name:easy`, `name:medium`, `name:hard`.
    public var ruleNames: @Sendable (SignalDeclaration) -> [String]
    /// Further rules over a rule leaf of this family, such as a classifier's label.
    public var checkLeaf: @Sendable (Rule.Leaf, [SignalDeclaration], inout DecodingContext) -> Void
    /// Whether score inputs may use it.
    public var isScoreInput: Bool
    /// Whether it protects somebody: an unknown reading must not look like an all-clear.
    public var isSafety: Bool
    /// Whether its leaves may say `label` and `on_error`.
    public var hasLabels: Bool
    /// Whether partitions may have its signals as members.
    public var canBePartitioned: Bool
    /// Further rules over a partition of this family's signals.
    public var checkPartition: @Sendable (Partition, [SignalDeclaration], inout DecodingContext) -> Void
    /// The mapping that stands for a name that rules use while the family declares nothing; nil when names must be
    /// declared.
    public var implicitDeclaration: (@Sendable (String) -> Node)?
    public var availability: Availability

    /// A signal family.
    public init(
        type: String, key: String, schema: SchemaDescription,
        decode: @escaping @Sendable (Node, inout DecodingContext) -> (any Sendable)?,
        ruleNames: @escaping @Sendable (SignalDeclaration) -> [String] = { [$0.name] },
        checkLeaf: @escaping @Sendable (Rule.Leaf, [SignalDeclaration], inout DecodingContext) -> Void = { _, _, _ in },
        isScoreInput: Bool = true, isSafety: Bool = false, hasLabels: Bool = false, canBePartitioned: Bool = false,
        checkPartition: @escaping @Sendable (Partition, [SignalDeclaration], inout DecodingContext) -> Void = {
            _, _, _ in
        },
        implicitDeclaration: (@Sendable (String) -> Node)? = nil, availability: Availability = .available
    ) {
        self.hasLabels = hasLabels
        self.canBePartitioned = canBePartitioned
        self.checkPartition = checkPartition
        self.implicitDeclaration = implicitDeclaration
        self.type = type
        self.key = key
        self.schema = schema
        self.decode = decode
        self.ruleNames = ruleNames
        self.checkLeaf = checkLeaf
        self.isScoreInput = isScoreInput
        self.isSafety = isSafety
        self.availability = availability
    }
}

/// A selection algorithm, as `Policy` sees it.
public struct AlgorithmFamily: Sendable {
    /// The value of `algorithm.type`.
    public var type: String
    /// The schema of its own block `algorithm.<type>`; nil when it has none.
    public var schema: SchemaDescription?
    /// Whether the block must be given.
    public var isBlockRequired: Bool
    /// Reads the block.
    public var decode: @Sendable (Node, inout DecodingContext) -> (any Sendable)?
    /// Rules over the whole decision, such as "needs two models".
    public var checkDecision: @Sendable (Decision, AlgorithmUse, Policy, inout DecodingContext) -> Void
    public var availability: Availability

    /// A selection algorithm.
    public init(
        type: String, schema: SchemaDescription? = nil, isBlockRequired: Bool = false,
        decode: @escaping @Sendable (Node, inout DecodingContext) -> (any Sendable)? = { _, _ in nil },
        checkDecision: @escaping @Sendable (Decision, AlgorithmUse, Policy, inout DecodingContext) -> Void = {
            _, _, _, _ in
        },
        availability: Availability = .available
    ) {
        self.type = type
        self.schema = schema
        self.isBlockRequired = isBlockRequired
        self.decode = decode
        self.checkDecision = checkDecision
        self.availability = availability
    }
}

/// A plugin, as `Policy` sees it.
public struct PluginFamily: Sendable {
    /// The value of `plugins[].type`.
    public var type: String
    /// Old names that are still read, with a warning.
    public var deprecatedNames: [String]
    public var schema: SchemaDescription
    public var decode: @Sendable (Node, inout DecodingContext) -> (any Sendable)?
    /// Whether this use has any effect, from its configuration: a disabled plugin never is unavailable.
    public var availability: @Sendable (any Sendable) -> Availability

    /// A plugin.
    public init(
        type: String, deprecatedNames: [String] = [], schema: SchemaDescription,
        decode: @escaping @Sendable (Node, inout DecodingContext) -> (any Sendable)?,
        availability: @escaping @Sendable (any Sendable) -> Availability = { _ in .available }
    ) {
        self.type = type
        self.deprecatedNames = deprecatedNames
        self.schema = schema
        self.decode = decode
        self.availability = availability
    }
}
