/// What adaptation proposed and why, in the published vocabulary. Spec selection-learning §4.3.
public struct AdaptationVerdict: Sendable, Hashable {
    /// What adaptation did.
    public enum Action: String, Sendable, CaseIterable {
        case keepBase = "keep_base"
        case proposeSwitch = "propose_switch"
        case observe
        case bypass
    }

    /// Why.
    public enum Reason: String, Sendable, CaseIterable {
        case baseBest = "base_best"
        case candidateSetEmpty = "candidate_set_empty"
        case sampledWin = "sampled_win"
        case posteriorWin = "posterior_win"
        case coldStart = "cold_start"
        case observeOnly = "observe_only"
        case decisionBypass = "decision_bypass"
    }

    /// One candidate's score.
    public struct Score: Sendable, Hashable {
        public var model: String
        public var score: Double
        /// The believed success.
        public var posterior: Double
        /// The probability with which it was chosen.
        public var propensity: Double

        /// A score.
        public init(model: String, score: Double, posterior: Double, propensity: Double) {
            self.model = model
            self.score = score
            self.posterior = posterior
            self.propensity = propensity
        }
    }

    public var action: Action
    public var reason: Reason
    /// The model that is proposed.
    public var model: String
    public var scores: [Score]
    /// Whether chance had a part.
    public var isSampled: Bool
    public var seed: UInt64

    /// A verdict.
    public init(
        _ action: Action, _ reason: Reason, model: String, scores: [Score] = [], isSampled: Bool = false,
        seed: UInt64 = 0
    ) {
        self.action = action
        self.reason = reason
        self.model = model
        self.scores = scores
        self.isSampled = isSampled
        self.seed = seed
    }
}
