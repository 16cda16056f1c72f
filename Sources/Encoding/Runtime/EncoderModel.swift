/// Where an encoder's graph comes from.
enum EncoderSource: Sendable {
    /// It is written here, from weights.
    case plan(EncoderPlan)
    /// It is in a file.
    case onnx(ONNXModel)

    var configuration: EncoderConfiguration {
        switch self {
        case .plan(let plan): plan.configuration
        case .onnx(let model): model.configuration
        }
    }

    var embedding: EncoderPlan.Embedding? {
        switch self {
        case .plan(let plan): plan.embedding
        case .onnx(let model): model.embedding
        }
    }

    var heads: [EncoderPlan.Head] {
        switch self {
        case .plan(let plan): plan.heads
        case .onnx(let model): model.heads
        }
    }

    var maximumLength: Int {
        switch self {
        case .plan(let plan): plan.maximumLength
        case .onnx(let model): model.maximumLength
        }
    }
}

/// A model file that the inference library reads itself.
struct ONNXModel: Sendable {
    var path: String
    var configuration: EncoderConfiguration
    var embedding: EncoderPlan.Embedding?
    var heads: [EncoderPlan.Head]
    var maximumLength: Int

    /// What an output is, by its name and number of dimensions (-1: not known).
    /// - Throws: `unsupported_architecture` for an output that is none of these.
    func meaning(ofOutput name: String, rank: Int) throws(EncodingError) -> GraphOutput? {
        let logits = ["logits", "output", "predictions", "output_0", "token_logits"]
        if let head = heads.first {
            guard logits.contains(name) else { return nil }
            guard rank == (head.isToken ? 3 : 2) || rank < 0 else {
                throw EncodingError(.unsupportedArchitecture, "output \(name) has \(rank) dimensions")
            }
            return head.isToken ? .token(head) : .sequence([head])
        }
        guard let embedding else { return nil }
        switch rank {
        case 2: return name.contains("pooler") ? nil : .embedding
        case 3: return .hidden(embedding)
        default: return nil
        }
    }
}

/// A loaded encoder: its weights are mapped, nothing is compiled yet.
final class EncoderModel: Sendable {
    let runtime: InferenceRuntime
    let source: EncoderSource

    init(runtime: InferenceRuntime, source: EncoderSource) {
        self.runtime = runtime
        self.source = source
    }

    /// The identifier that fills short rows of a batch.
    var padding: Int32 { source.configuration.padding }

    /// The most positions of a row.
    var maximumLength: Int { source.maximumLength }

    /// Why rows cannot be encoded, if they cannot.
    func problem(with rows: [EncoderRow]) -> EncodingError? {
        let vocabulary = source.configuration.vocabulary
        for row in rows {
            if row.ids.isEmpty { return EncodingError(.invalidInput, "a row is empty") }
            if row.ids.count > maximumLength {
                return EncodingError(
                    .invalidInput, "a row has \(row.ids.count) positions; at most \(maximumLength) fit")
            }
            if let id = row.ids.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
                return EncodingError(.invalidInput, "token \(id) is not in a vocabulary of \(vocabulary)")
            }
        }
        return nil
    }

    /// The part of a wish that this encoder can fulfil.
    func available(_ outputs: EncoderOutputs) -> EncoderOutputs {
        EncoderOutputs(
            embedding: outputs.embedding && source.embedding != nil,
            heads: outputs.heads.intersection(source.heads.map(\.name)))
    }

    /// Compiles the graph for what is asked.
    /// - Throws: `invalid_weights`, `unsupported_architecture`, `failed`.
    func compile(_ outputs: EncoderOutputs, _ settings: CompileSettings) throws(EncodingError) -> CompiledGraph {
        switch source {
        case .plan(let plan):
            let graph = try plan.graph(for: available(outputs), isQuantized: settings.isQuantized(runtime))
            return try CompiledGraph(graph, arena: plan.base.arena, runtime: runtime, settings: settings)
        case .onnx(let model): return try CompiledGraph(model, runtime: runtime, settings: settings)
        }
    }

    /// Gives back the pages of weights that a compiled graph has taken over.
    func releasePages() {
        if case .plan(let plan) = source { plan.base.arena.releasePages() }
    }
}
