public import Evidence
public import Policy
internal import Routing
public import State
public import Wire

/// Everything compiled from one policy. Immutable; a request sees exactly one generation from start to end.
public final class RouterGeneration: Sendable {
    /// Counts from 1 with every reload.
    public let number: Int
    public let policy: Policy
    /// The recipes in the policy's order; the first is the default.
    public let recipes: [RecipeRouter]
    public let directory: ModelDirectory
    /// What outlives the generation.
    public let memory: RouterMemory
    /// SHA-256 of the policy file, hexadecimal.
    public let documentHash: String
    /// What the operator should know: constructs that have no effect in this build.
    public let diagnostics: [Diagnostic]
    /// Largest request body in bytes that the policy allows; nil leaves it to the door.
    let maxBodyBytes: Int?
    /// How long a request may wait for its first byte, where the policy's listener says so.
    let firstByteTimeout: Duration?
    let trustedProxies: [AddressRange]
    let identityHeaders: [String]
    let metrics: GenerationMetrics
    /// The memories of users; nil where the policy wants none.
    let memories: Memories?
    /// What bounds requests; nil where nothing does.
    let limiter: RateLimiter?
    /// Prices requests.
    let costs: CostAccounting

    /// Compiles a policy; `replacement` stands in for the loaded one, for example with other backends. Throws when a
    /// signal cannot be compiled.
    public init(
        _ loaded: LoadedPolicy, replacement: Policy? = nil, number: Int, resources: EvidenceResources,
        memory: RouterMemory = RouterMemory(), environment: (String) -> String?
    ) throws(GenerationError) {
        guard let policy = replacement ?? loaded.policy else {
            throw GenerationError.invalidPolicy(loaded.diagnostics)
        }
        self.number = number
        self.policy = policy
        documentHash = loaded.documentHash
        diagnostics = loaded.diagnostics
        self.memory = memory
        let directory = ModelDirectory(policy, observations: memory.observations, environment: environment)
        self.directory = directory
        let remembers = policy.global.stores.memory.isEnabled
        var tasks = EvidenceEngine.tasks(of: policy.recipes)
        if remembers {
            tasks.insert(LearnedTasks(.embedding))
            if policy.global.modelCatalog.modules.promptGuard.isEnabled { tasks.insert(LearnedTasks(.jailbreak)) }
        }
        resources.models.prepare(tasks)
        var recipes: [RecipeRouter] = []
        for recipe in policy.recipes {
            do throws(EvidenceError) {
                recipes.append(
                    try RecipeRouter(
                        recipe, policy: policy, root: loaded.root, resources: resources, directory: directory,
                        memory: memory, documentHash: documentHash))
            } catch {
                throw GenerationError.signals(recipe: recipe.name, error)
            }
        }
        self.recipes = recipes
        let streamed = policy.global.router.streamedBody
        maxBodyBytes = streamed.isEnabled && streamed.maximumBytes > 0 ? streamed.maximumBytes : nil
        firstByteTimeout = policy.listeners.lazy.compactMap(\.timeout).first
        let identity = policy.global.services.authorization.identity
        identityHeaders = [identity.userIDHeader.lowercased(), identity.userGroupsHeader.lowercased()]
        trustedProxies = identity.trustedProxies.compactMap(AddressRange.init)
        metrics = GenerationMetrics(policy, recipes: recipes)
        costs = CostAccounting(policy)
        limiter = RateLimiter(policy.global.services.rateLimit)
        memories =
            remembers
            ? memory.memories.map { table in
                Memories(
                    table, reader: resources.models.embedder(policy.global.modelCatalog.embeddings.semantic),
                    promptGuard: PromptGuard(policy.global.modelCatalog, resources.models),
                    extractor: policy.global.modelCatalog.external.first { $0.role == "memory_extraction" }
                        .flatMap(resources.models.memoryExtractor),
                    rewriter: policy.global.modelCatalog.external.first { $0.role == "memory_rewrite" }
                        .flatMap(resources.models.queryRewriter))
            } : nil
    }

    /// Decides over a conversation by the recipe that its model name leads to; nil for names that are not routed.
    public func evaluate(
        _ conversation: Conversation, identity: CallerIdentity?, seed: UInt64, readingEverything: Bool
    ) async -> Evaluation? {
        guard let recipe = recipe(for: conversation) else { return nil }
        return await recipe.evaluate(
            conversation, identity: identity, seed: seed, readingEverything: readingEverything)
    }

    /// Keeps a memory, apart where its text is suspicious; nil where the policy has no memory. Throws when it cannot be
    /// written.
    public func remember(_ memory: StoredMemory) async throws(StateError) -> StoredMemory? {
        guard let memories else { return nil }
        let scoring = policy.global.stores.memory.qualityScoring
        return try await memories.keep(memory, aging: MemoryAging(scoring))
    }

    /// Lets a memory that was kept apart be used from now on, in the name of a role; nil where the user has no such memory.
    /// `now` is in seconds since 1970. Throws when it cannot be written.
    public func release(
        _ memory: String, of user: String, by role: String, at now: Double
    ) async throws(StateError) -> StoredMemory? {
        try await memories?.release(memory, of: user, by: role, at: now)
    }

    /// The recipe that a conversation's model name leads to.
    func recipe(for conversation: Conversation) -> RecipeRouter? {
        if conversation.model.isEmpty { return recipes.first }
        guard case .route(let index) = directory.resolve(conversation.model) else { return nil }
        return recipes[index]
    }

    /// Declared signals whose model is not on this machine, by family; `ready` and `check` list them.
    public var missingModels: [MissingModel] {
        let ofSignals = recipes.flatMap(\.evidence.missingModels)
        guard memories?.lacksLearnedGuard == true, policy.global.modelCatalog.modules.promptGuard.isEnabled else {
            return ofSignals
        }
        // Its rules go on without it, so that it is no missing protection.
        return ofSignals + [MissingModel(family: "memory", signals: ["prompt_guard"], isSafety: false)]
    }
}

/// Why a policy could not become a generation.
public enum GenerationError: Error, Sendable {
    /// The policy has errors.
    case invalidPolicy([Diagnostic])
    /// A recipe's signals cannot be compiled.
    case signals(recipe: String, EvidenceError)

    /// What is wrong, with positions in the policy file.
    public var diagnostics: [Diagnostic] {
        switch self {
        case .invalidPolicy(let diagnostics): return diagnostics
        case .signals(_, let error): return error.diagnostics
        }
    }
}
