/// Reads policy files: bytes become a `Policy` or a full list of what is wrong. Spec config §0.
public struct PolicyLoader: Sendable {
    private let families: PolicyFamilies
    private let limits: YAMLReader.Limits

    /// A loader that knows the given families.
    public init(families: PolicyFamilies, limits: YAMLReader.Limits = YAMLReader.Limits()) {
        self.families = families
        self.limits = limits
    }

    /// The declaration of a whole file, as data.
    public var description: SchemaDescription { PolicyDocument.schema(families).description }

    /// Reads one file. `environment` gives the values of environment variables, nil for those that are unset.
    public func load(
        bytes: [UInt8], environment: @escaping @Sendable (String) -> String? = { _ in nil }
    ) -> LoadedPolicy {
        var loaded = LoadedPolicy(documentHash: SHA256.hexadecimal(bytes))
        let read = YAMLReader(limits: limits).read(bytes)
        loaded.diagnostics = read.diagnostics
        guard let source = read.root else { return loaded }
        var substitution = EnvironmentSubstitution(environment: environment)
        let root = substitution.substitute(source)
        loaded.root = root
        loaded.diagnostics += substitution.diagnostics
        var context = DecodingContext()
        context.recipe = nil
        prepare(&context)
        if let document = PolicyDocument.schema(families).decode(root, &context) {
            let policy = assemble(document, root, &context)
            warnUnsetKeys(policy, environment, &context)
            context.resolveReferences()
            let origins = context.origins
            var availability = AvailabilityCheck(families: families, root: root)
            availability.check(policy) { origins[$0] != nil }
            loaded.unavailable = availability.found
            loaded.policy = policy
        }
        loaded.origins = context.origins
        loaded.diagnostics += context.diagnostics
        for missing in loaded.unavailable {
            loaded.diagnostics.append(
                Diagnostic(
                    .warning, missing.isSafety ? .unavailableSafety : .unavailable, missing.message,
                    at: missing.position, path: missing.path))
        }
        loaded.diagnostics = loaded.diagnostics.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }.map(\.element)
        if loaded.hasErrors { loaded.policy = nil }
        return loaded
    }

    private func prepare(_ context: inout DecodingContext) {
        for family in families.signals {
            context.leafTypes[family.type] = LeafType(kind: .signal(family.type), hasLabels: family.hasLabels)
        }
        context.leafTypes["projection"] = LeafType(kind: .projectionOutput, hasLabels: false)
    }

    private func assemble(_ document: PolicyDocument, _ root: Node, _ context: inout DecodingContext) -> Policy {
        declareGlobalNames(document, &context)
        var policy = Policy()
        policy.version = document.version
        policy.listeners = document.listeners
        policy.providers = document.providers
        policy.modelCards = document.routing?.modelCards ?? []
        policy.global = document.global
        policy.entrypoints = EntrypointCheck.check(document, root, &context)
        var sources = RecipeAssembly.sources(document, root, &context)
        for index in sources.indices {
            var source = sources[index]
            RecipeAssembly.declareImplicitSignals(families.signals, &source, &context)
            source.recipe.projections = ProjectionCheck(
                families: families.signals, root: root, path: source.path.appending(.key("projections")),
                recipe: source.recipe, scope: source.scope
            ).check(&context)
            sources[index] = source
        }
        policy.recipes = sources.map(\.recipe)
        PricingCheck.check(policy, root, &context)
        for source in sources {
            DecisionCheck(
                families: families, root: root, policy: policy, recipe: source.recipe, scope: source.scope
            ).check(&context)
        }
        return policy
    }

    private func declareGlobalNames(_ document: PolicyDocument, _ context: inout DecodingContext) {
        context.declare(.recipe, "default")
        GlobalSettings.declareNames(document.global, &context)
        for base in document.global.modelCatalog.knowledgeBases {
            for metric in base.metrics { context.declare(.metric(of: base.name), metric.name) }
        }
    }

    private func warnUnsetKeys(
        _ policy: Policy, _ environment: (String) -> String?, _ context: inout DecodingContext
    ) {
        for backend in policy.providers.models.flatMap(\.backends) where backend.apiKey == nil {
            guard let name = backend.apiKeyVariable, environment(name)?.isEmpty ?? true else { continue }
            context.at(backend.path.appending(.key("api_key_env")), recipe: nil) {
                $0.warning(
                    .environmentVariableUnset, "the environment variable \(name) is not set; requests go without a key",
                    at: backend.position)
            }
        }
    }
}

/// What came of reading a policy file.
public struct LoadedPolicy: Sendable {
    /// The policy; nil when there are errors.
    public internal(set) var policy: Policy?
    /// Everything found, in the order of the file.
    public internal(set) var diagnostics: [Diagnostic] = []
    /// SHA-256 of the bytes as read, in lower-case hexadecimal.
    public let documentHash: String
    /// The paths of values that the file gives, with their positions; all others are defaults.
    public internal(set) var origins: [PolicyPath: SourcePosition] = [:]
    /// What the policy asks for and this build does not have.
    public internal(set) var unavailable: [Unavailable] = []
    /// The file as a tree, after substitution; nil when it is no YAML.
    public internal(set) var root: Node?

    /// Whether any diagnostic is an error.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    init(documentHash: String) {
        self.documentHash = documentHash
    }
}
