/// The compiled graphs of one executor. Work uses the smallest that gives all it wants.
final class GraphCache: Sendable {
    private let model: EncoderModel
    private let settings: CompileSettings
    private let graphs = Signal<[EncoderOutputs: CompiledGraph]>([:])

    init(model: EncoderModel, settings: EncoderExecutorSettings) {
        self.model = model
        self.settings = CompileSettings(
            threads: max(settings.threads, 1), streams: max(settings.streams, 1), precision: settings.precision)
    }

    /// The graph for these outputs; it is compiled when no graph covers them. Others who ask meanwhile wait.
    /// - Parameter isExact: Whether a graph that gives more will not do.
    /// - Throws: `invalid_weights`, `failed`.
    func graph(for outputs: EncoderOutputs, isExact: Bool = false) throws(EncodingError) -> CompiledGraph {
        let outputs = model.available(outputs)
        let found: Result<CompiledGraph, EncodingError> = graphs.withLock { graphs in
            let fitting = graphs.filter { isExact ? $0.key == outputs : $0.key.covers(outputs) }
            if let graph = fitting.min(by: { Self.cost($0.key) < Self.cost($1.key) })?.value { return .success(graph) }
            do throws(EncodingError) {
                let graph = try model.compile(outputs, settings)
                // The library packs weights into its own layout when an operation first runs; after that their pages
                // need not stay.
                let row = EncoderRow(ids: Array(repeating: 0, count: min(8, model.maximumLength)))
                _ = try GraphSession(graph).run([row], length: row.ids.count, padding: 0, outputs: outputs)
                model.releasePages()
                graphs[outputs] = graph
                return .success(graph)
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }

    /// Orders outputs by what they cost to compute: a whole branch weighs more than any number of heads.
    private static func cost(_ outputs: EncoderOutputs) -> Int {
        (outputs.embedding ? 1000 : 0) + (outputs.heads.isEmpty ? 0 : 1000) + outputs.heads.count
    }
}
