internal import Exchange
internal import Wire

/// Evaluation without a call. Spec pipeline-api §5.4.
enum EvaluationEndpoints {
    @Sendable static func evaluate(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let input = try EvaluationInput(request)
        let report = try await input.report(source, readingEverything: true)
        return ManagementAnswer(report.evaluationAnswer(includingTrace: input.options.trace))
    }

    @Sendable static func intent(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let input = try EvaluationInput(request)
        let options = input.options
        let report = try await input.report(source, readingEverything: options.evaluateAllSignals)
        var answer = report.intentAnswer(
            includingProbabilities: options.returnProbabilities, confidenceThreshold: options.confidenceThreshold)
        if options.includeExplanation, case .object(let members) = answer {
            answer = .object(members + [("explanation", report.explanationAnswer())])
        }
        return ManagementAnswer(answer)
    }
}

/// The body of an evaluation: a conversation and options.
struct EvaluationInput: Sendable {
    /// `options` of the body, and `trace` of the query.
    struct Options: Sendable, Hashable {
        var returnProbabilities = false
        var confidenceThreshold = 0.0
        var includeExplanation = false
        var evaluateAllSignals = false
        var trace = false
    }

    var conversation: Conversation
    var options = Options()
    /// The same body draws the same numbers.
    var seed: UInt64

    init(_ request: ManagementRequest) throws(ManagementError) {
        let parsed: ChatRequest
        do throws(WireError) {
            parsed = try ChatRequest.parse(request.body, options: .evaluation)
        } catch {
            throw ManagementError(error)
        }
        conversation = parsed.conversation
        guard !conversation.evaluationText.allSatisfy(\.isWhitespace) || conversation.imageCount > 0 else {
            throw ManagementError(.invalidInput, "the request holds no text; give text or messages")
        }
        seed = request.body.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        if let given = parsed.document.root["options"] { options = try Self.options(given) }
        if let trace = request.query["trace"] {
            guard let flag = ["true": true, "1": true, "false": false, "0": false][trace.lowercased()] else {
                throw ManagementError(.invalidInput, "trace must be true or false")
            }
            options.trace = flag
        }
    }

    /// Evaluates the conversation.
    func report(
        _ source: any ManagementSource, readingEverything: Bool
    ) async throws(ManagementError) -> EvaluationReport {
        let generation = source.currentGeneration
        if let report = await generation.report(on: conversation, seed: seed, readingEverything: readingEverything) {
            return report
        }
        throw ManagementError(
            .invalidRoutingModel,
            "the model \"\(conversation.model.prefix(128))\" is not routed by a recipe; "
                + "leave it out for the default recipe"
        )
    }

    private static func options(_ value: JSONValue) throws(ManagementError) -> Options {
        var options = Options()
        if value.isNull { return options }
        guard value.kind == .object else { throw ManagementError(.invalidInput, "options must be an object") }
        for member in value.members where !member.value.isNull {
            switch member.key {
            case "return_probabilities": options.returnProbabilities = try flag(member)
            case "include_explanation": options.includeExplanation = try flag(member)
            case "evaluate_all_signals": options.evaluateAllSignals = try flag(member)
            case "trace": options.trace = try flag(member)
            case "confidence_threshold":
                guard let threshold = member.value.double, (0...1).contains(threshold) else {
                    throw ManagementError(.invalidInput, "options.confidence_threshold must be a number from 0 to 1")
                }
                options.confidenceThreshold = threshold
            default:
                throw ManagementError(.invalidInput, "options has no member \(member.key.prefix(64))")
            }
        }
        return options
    }

    private static func flag(_ member: JSONValue.Member) throws(ManagementError) -> Bool {
        guard let flag = member.value.bool else {
            throw ManagementError(.invalidInput, "options.\(member.key) must be true or false")
        }
        return flag
    }
}
