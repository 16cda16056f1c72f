internal import NIOCore
public import Policy
internal import Upstream

/// A logical model with everything needed to call it.
public final class CallableModel: Sendable {
    public let name: String
    public let card: ModelCard?
    public let format: ProviderModel.Format
    let reasoning: ReasoningFamily?
    public let pricing: Pricing?
    public let backends: [BackendBinding]
    /// What a backend that the policy does not list calls the model.
    let modelID: String
    /// How it behaves now; shared by all generations.
    let observed: ModelObservations.Model
    let health: BackendHealth
    let pick: BackendPick
    let retry: ModelRetry

    init(
        _ model: ProviderModel, policy: Policy, observed: ModelObservations.Model, environment: (String) -> String?
    ) {
        name = model.name
        self.observed = observed
        card = policy.modelCards.first { $0.name == model.name }
        format = model.format
        reasoning = model.reasoningFamily.flatMap { policy.providers.defaults.reasoningFamilies[$0] }
        pricing = model.pricing
        backends = model.backends.compactMap { BackendBinding($0, of: model, environment: environment) }
        modelID = model.externalID(backendType: "")
        let reliability = model.reliability ?? Reliability()
        var configuration = HealthConfiguration()
        if model.reliability != nil {
            // A block that does not ask for ejection gets none.
            let given = reliability.consecutiveFailures
            configuration.consecutiveFailures = given > 0 ? given : .max
        }
        if let time = reliability.baseEjectionTime { configuration.baseEjection = TimeAmount(time) }
        if reliability.maximumEjectionPercent > 0 {
            configuration.maxEjectionPercent = reliability.maximumEjectionPercent
        }
        health = BackendHealth(weights: backends.map(\.weight), configuration: configuration)
        pick = reliability.loadBalancing == .leastRequest ? .leastRequest : .weighted
        retry = ModelRetry(model.reliability)
    }
}

/// How often and after what a model's backends are tried again, from its `reliability` block.
struct ModelRetry: Sendable {
    let policy: RetryPolicy
    private let tokens: Set<String>

    /// Without a block one further attempt is made, on another backend where there is one.
    init(_ reliability: Reliability?) {
        policy = RetryPolicy(
            maxAttempts: 1 + (reliability?.retryCount ?? 1), retryableStatuses: Set(400...599))
        let words = reliability?.retryOn.split(separator: ",").map { word in
            String(word.filter { !$0.isWhitespace })
        }
        let given = Set(words ?? [])
        tokens =
            given.isEmpty ? ["connect-failure", "refused-stream", "reset", "gateway-error", "retriable-4xx"] : given
    }

    /// Whether the policy's `retry_on` covers a failure. The words are Envoy's; a status code stands for itself.
    func covers(_ failure: AttemptFailure) -> Bool {
        switch failure {
        case .connectFailed, .connectTimeout, .poolExhausted, .tlsFailed:
            return tokens.contains("connect-failure") || tokens.contains("5xx") || tokens.contains("gateway-error")
        case .reset, .malformedResponse:
            return tokens.contains("reset") || tokens.contains("refused-stream") || tokens.contains("5xx")
        case .status(let status, _):
            if tokens.contains("\(status)") { return true }
            if status == 429 || status == 409 { return tokens.contains("retriable-4xx") }
            if (502...504).contains(status), tokens.contains("gateway-error") { return true }
            return tokens.contains("5xx") && status >= 500
        case .firstByteTimeout, .idleTimeout, .cancelled: return false
        }
    }
}
