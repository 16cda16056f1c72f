internal import Wire

/// Reads a model as Hugging Face stores it: `config.json`, `tokenizer.json` and `model.safetensors`, or an ONNX file.
struct PlainModelReader {
    let directory: String
    let options: Encoder.Options

    /// The most positions of a row where neither the caller nor the model says less.
    static let defaultWindow = 8192

    func read() throws(EncodingError) -> EncoderDescription {
        if !FileSystem.isFile("\(directory)/model.safetensors"),
            let onnx = ONNXFiles(directory: directory, options: options)
        {
            return try onnx.read()
        }
        let configuration = try ModelFiles.configuration(in: directory)
        let file = try WeightFile(path: "\(directory)/model.safetensors")
        var adapter: LowRankAdapter?
        if let path = options.adapter { adapter = try LowRankAdapter(directory: path) }
        let arena = try WeightArena(
            files: [file] + (adapter.map { [$0.file] } ?? []),
            scratchBytes: ModelFiles.scratchBytes + (adapter?.mergedBytes ?? 0))
        var store = WeightStore(arena: arena, file: file, at: arena.fileOffsets[0])
        let prefix = try ModelFiles.prefix(
            of: configuration.family == .bert
                ? "embeddings.word_embeddings.weight" : "embeddings.tok_embeddings.weight", in: store)
        if let adapter {
            let tensors = WeightStore(arena: arena, file: adapter.file, at: arena.fileOffsets[1])
            try adapter.merge(tensors, into: &store, prefix: prefix)
        }
        let heads = try heads(configuration, store, prefix: prefix)
        let window = try window(configuration)
        let plan = EncoderPlan(
            configuration: configuration, base: store, prefix: prefix,
            embedding: heads.isEmpty ? try embedding(configuration) : nil, branch: nil, heads: heads.map(\.plan),
            maximumLength: window)
        return EncoderDescription(
            name: ModelFiles.name(of: directory), window: window, heads: heads.map(\.head),
            tokenizer: try ModelFiles.tokenizer(in: directory), source: .plan(plan))
    }

    private func window(_ configuration: EncoderConfiguration) throws(EncodingError) -> Int {
        let window = options.window ?? min(configuration.maximumPositions, Self.defaultWindow)
        guard window >= 3, window <= configuration.maximumPositions else {
            throw EncodingError(
                .invalidManifest, "a window of \(window) does not fit \(configuration.maximumPositions) positions")
        }
        return window
    }

    private func embedding(_ configuration: EncoderConfiguration) throws(EncodingError) -> EncoderPlan.Embedding {
        let layers = options.layers ?? configuration.layers
        guard (1...configuration.layers).contains(layers) else {
            throw EncodingError(.invalidManifest, "there is no exit after layer \(layers) of \(configuration.layers)")
        }
        let dimension = options.dimension ?? configuration.hidden
        guard (1...configuration.hidden).contains(dimension) else {
            throw EncodingError(
                .invalidManifest, "an embedding cannot have \(dimension) of \(configuration.hidden) elements")
        }
        return EncoderPlan.Embedding(
            pooling: try ModelFiles.pooling(in: directory), isNormalized: true, layers: layers, dimension: dimension)
    }

    /// The head that the tensors and the model class give, if any.
    private func heads(
        _ configuration: EncoderConfiguration, _ store: WeightStore, prefix: String
    ) throws(EncodingError) -> [(head: EncoderHead, plan: EncoderPlan.Head)] {
        let outer = prefix.hasPrefix("_orig_mod.") && !store.has("classifier.weight") ? "_orig_mod." : ""
        guard store.has("\(outer)classifier.weight") else { return [] }
        let classes = try store.weight("\(outer)classifier.weight", nil, configuration.hidden).shape[0]
        let isToken = configuration.architectures.contains { $0.hasSuffix("ForTokenClassification") }
        let labels = try ModelFiles.labels(in: directory, configuration, classes: classes)
        let form: EncoderPlan.Head.Form =
            switch configuration.family {
            case .bert: isToken ? .classifierTokens : .pooler(prefix: prefix)
            case .modernBERT:
                store.has("\(outer)head.dense.weight")
                    ? .predictionHead(configuration.classifierPooling, prefix: outer)
                    : .bareClassifier(configuration.classifierPooling, prefix: outer)
            }
        let name = isToken ? "tokens" : "sequence"
        return [
            (
                EncoderHead(name: name, kind: isToken ? .token : .sequence, labels: labels),
                EncoderPlan.Head(name: name, isToken: isToken, classes: classes, form: form)
            )
        ]
    }
}
