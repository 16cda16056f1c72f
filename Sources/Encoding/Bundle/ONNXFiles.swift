/// Reads a directory whose model is an ONNX file.
struct ONNXFiles {
    let directory: String
    let options: Encoder.Options
    private let file: String

    /// The names that are looked for first, in this order.
    private static let preferred = [
        "model_sdpa_fp16.onnx", "model.onnx", "classifier.onnx", "model_optimized.onnx", "encoder.onnx", "mmbert.onnx",
    ]

    /// Looks in the directory, in `onnx/`, and for a layer exit in `onnx/layer-N/` and `layer-N/`.
    init?(directory: String, options: Encoder.Options) {
        var places = [directory, "\(directory)/onnx"]
        if let layers = options.layers {
            places = ["\(directory)/onnx/layer-\(layers)", "\(directory)/layer-\(layers)"]
        }
        for place in places {
            let names = FileSystem.names(in: place).filter { $0.hasSuffix(".onnx") }.sorted()
            if let name = Self.preferred.first(where: names.contains) ?? names.first {
                self.directory = directory
                self.options = options
                file = "\(place)/\(name)"
                return
            }
        }
        return nil
    }

    func read() throws(EncodingError) -> EncoderDescription {
        let configuration = try ModelFiles.configuration(in: directory)
        let window = options.window ?? min(configuration.maximumPositions, PlainModelReader.defaultWindow)
        guard window >= 3 else { throw EncodingError(.invalidManifest, "a window of \(window) is too short") }
        let isClassifier = configuration.architectures.contains { $0.hasSuffix("Classification") }
        let isToken = configuration.architectures.contains { $0.hasSuffix("ForTokenClassification") }
        var heads: [EncoderHead] = []
        var embedding: EncoderPlan.Embedding?
        if isClassifier {
            guard configuration.labels.count > 1 else {
                throw EncodingError(.invalidManifest, "config.json must name the classes of an ONNX classifier")
            }
            let labels = try ModelFiles.labels(in: directory, configuration, classes: configuration.labels.count)
            heads = [
                EncoderHead(name: isToken ? "tokens" : "sequence", kind: isToken ? .token : .sequence, labels: labels)
            ]
        } else {
            let dimension = options.dimension ?? configuration.hidden
            guard (1...configuration.hidden).contains(dimension) else {
                throw EncodingError(.invalidManifest, "an embedding cannot have \(dimension) elements")
            }
            embedding = EncoderPlan.Embedding(
                pooling: try ModelFiles.pooling(in: directory), isNormalized: true, layers: configuration.layers,
                dimension: dimension)
        }
        let model = ONNXModel(
            path: file, configuration: configuration, embedding: embedding,
            heads: heads.map {
                EncoderPlan.Head(
                    name: $0.name, isToken: isToken, classes: $0.labels.count, form: .bareClassifier(.first, prefix: "")
                )
            }, maximumLength: window)
        return EncoderDescription(
            name: ModelFiles.name(of: directory), window: window, heads: heads,
            tokenizer: try ModelFiles.tokenizer(in: directory), source: .onnx(model))
    }
}
