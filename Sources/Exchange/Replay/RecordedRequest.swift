internal import Evidence
internal import Policy
internal import Routing
internal import State
internal import Wire

/// A request as its replay record tells of it.
struct RecordedRequest: Sendable {
    let id: String
    let requestedModel: String
    let recipe: String
    let decision: String
    /// The model of the decision alone, before learning; empty where there was none.
    let model: String
    /// The model that served; another one where learning, a session or a failure moved the request.
    let servedBy: String
    /// Answered without a model, by the policy's own words.
    let isRefused: Bool
    let isCached: Bool
    /// The families of guards that matched.
    let guards: Set<String>
    let usage: Usage?
    let cost: Double?
    let currency: String
    let readings: [SignalKey: RecordedReading]
    /// The whole request as it came; nil where it was not kept, was cut, or had data taken out.
    let chat: ChatRequest?
    let identity: CallerIdentity?
    /// The seed of the draws that were made for it.
    let seed: UInt64

    init(_ record: ReplayRecord) {
        let document = Self.parsed(record.document)
        let payload = Self.parsed(record.payload)
        let diagnostics = document?["route_diagnostics"]
        id = record.id
        requestedModel = record.requestedModel
        recipe = record.recipe
        decision = record.decision
        isCached = record.isCached
        isRefused = document?["response_path"]?.string == ResponsePath.fastResponse.rawValue
        model = isRefused ? "" : diagnostics?["proposal_model"]?.string ?? record.selectedModel
        servedBy = record.selectedModel
        guards = Set(
            ["jailbreak", "pii"].filter { document?["\($0)_detected"]?.bool == true })
        usage = record.promptTokens.map {
            Usage(
                promptTokens: $0, completionTokens: record.completionTokens ?? 0,
                cachedTokens: record.cachedTokens ?? 0, cacheWriteTokens: record.cacheWriteTokens ?? 0)
        }
        cost = record.actualCost
        currency = record.currency
        let read = (document?["evidence"]?.array ?? []).compactMap { RecordedReading($0) }
        readings = Dictionary(read.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let isWhole =
            payload?["request_body_truncated"]?.bool == false && payload?["request_body_redacted"]?.bool != true
        chat =
            isWhole
            ? (payload?["request_body"]?.string).flatMap { try? ChatRequest.parse(Array($0.utf8)) } : nil
        identity = (payload?["user_id"]?.string).map { user in
            CallerIdentity(
                userID: user, groups: (payload?["user_groups"]?.array ?? []).compactMap(\.string))
        }
        seed = RequestIdentity.seed(record.requestID)
    }

    private static func parsed(_ bytes: [UInt8]) -> JSON? {
        bytes.isEmpty ? nil : try? JSON(parsing: bytes, limits: JSONLimits(maxBytes: .max))
    }
}
