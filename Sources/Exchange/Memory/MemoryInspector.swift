internal import Evidence

/// Reads what is to be remembered for what would instruct a model: by rules over forms, and by the policy's prompt guard
/// where its model is on this machine.
struct MemoryInspector: Sendable {
    /// Why a text must be kept apart.
    struct Suspicion: Sendable, Hashable {
        /// Stable.
        var reason: String
        /// The guard's risk, 0 to 1; nil where a rule found it.
        var score: Double?
    }

    let promptGuard: PromptGuard?
    /// How long the guard may read; nobody waits for it.
    private static let patience = Duration.seconds(10)

    /// Attack is likelier than not. A policy's threshold for requests is often higher, since a request that is refused
    /// wrongly is gone; a memory that is kept apart wrongly can be released, and poison stays.
    private static let threshold = 0.5

    init(_ promptGuard: PromptGuard?) {
        guard var strict = promptGuard else {
            self.promptGuard = nil
            return
        }
        strict.threshold = min(strict.threshold, Self.threshold)
        self.promptGuard = strict
    }

    /// Why a text must be kept apart; nil where nothing is wrong with it.
    func suspicion(of text: String) async -> Suspicion? {
        if let reason = MemoryGuard.problem(in: text) { return Suspicion(reason: reason, score: nil) }
        switch await promptGuard?.read(text, within: Self.patience) {
        case .attack(let risk): return Suspicion(reason: "prompt_guard", score: risk)
        case .unread: return Suspicion(reason: "unchecked", score: nil)
        case .harmless, nil: return nil
        }
    }
}
