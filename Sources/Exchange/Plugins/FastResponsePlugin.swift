/// Answers with a fixed text and calls no model. Spec pipeline-api §6.2.
struct FastResponsePlugin: RequestPlugin {
    static let type = "fast_response"
    let answer: String?

    init?(_ configuration: any Sendable) {
        guard let configuration = configuration as? FastResponseConfiguration else { return nil }
        answer = configuration.message
    }
}
