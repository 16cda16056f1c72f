/// What the operator wants: everything a policy file says, typed, validated and immutable.
public struct Policy: Sendable {
    /// The schema label of the file, `v0.3`.
    public var version = "v0.3"
    public var listeners: [Listener] = []
    public var providers = Providers()
    /// The logical models that all recipes share.
    public var modelCards: [ModelCard] = []
    /// The routing profiles. The first is always `default`.
    public var recipes: [Recipe] = []
    public var entrypoints: [Entrypoint] = []
    public var global = GlobalSettings()

    /// An empty policy.
    public init() {}
}

/// One routing profile: its own signals, projections and decisions over the shared models.
public struct Recipe: Sendable {
    public var name = "default"
    public var description = ""
    public var strategy = DecisionStrategy.priority
    public var signals: [SignalDeclaration] = []
    public var projections = Projections()
    public var decisions: [Decision] = []

    /// An empty default recipe.
    public init() {}
}

/// How matching decisions are ordered. Spec config §4.2.
public enum DecisionStrategy: String, Sendable, CaseIterable {
    case priority
    case confidence
}

/// One declared signal. Its configuration is typed by the family that declared it.
public struct SignalDeclaration: Sendable {
    /// The condition type of its family, such as `keyword`.
    public var family: String
    public var name: String
    public var description: String
    /// The family's own configuration value.
    public var configuration: any Sendable
    public var position: SourcePosition
    public var path: PolicyPath

    /// A declared signal.
    public init(
        family: String, name: String, description: String = "", configuration: any Sendable,
        position: SourcePosition = SourcePosition(line: 1, column: 1), path: PolicyPath = PolicyPath()
    ) {
        self.family = family
        self.name = name
        self.description = description
        self.configuration = configuration
        self.position = position
        self.path = path
    }
}

/// A public model name that leads to a recipe. Spec config §10.
public struct Entrypoint: Sendable {
    public var modelNames: [String] = []
    public var recipe = ""

    /// An entrypoint.
    public init(modelNames: [String] = [], recipe: String = "") {
        self.modelNames = modelNames
        self.recipe = recipe
    }
}

/// A data-plane listener. Spec config §2.
public struct Listener: Sendable {
    public var name = ""
    public var address = "127.0.0.1"
    public var port = 8899
    /// How long one request may take.
    public var timeout: Duration?

    /// A listener on loopback.
    public init() {}
}
