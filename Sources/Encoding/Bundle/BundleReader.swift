/// Reads a bundle: a manifest, a base model with untouched weights, and the weights of the classification branch.
struct BundleReader {
    let directory: String
    let options: Encoder.Options

    func read() throws(EncodingError) -> EncoderDescription {
        let manifest = try EncoderManifest(
            parsing: try FileSystem.bytes(of: "\(directory)/encoder.json", limit: ModelFiles.manifestLimit))
        let base = try baseDirectory(manifest.base)
        let configuration = try ModelFiles.configuration(in: base)
        guard configuration.family == .bert else {
            throw EncodingError(.unsupportedArchitecture, "the base of a bundle must be a BERT model")
        }
        try check(manifest, configuration)
        let files = [
            try WeightFile(path: "\(base)/model.safetensors"),
            try WeightFile(path: "\(directory)/\(manifest.weights)"),
        ]
        let arena = try WeightArena(files: files, scratchBytes: ModelFiles.scratchBytes)
        let baseStore = WeightStore(arena: arena, file: files[0], at: arena.fileOffsets[0])
        let branchStore = WeightStore(arena: arena, file: files[1], at: arena.fileOffsets[1])
        let plan = EncoderPlan(
            configuration: configuration, base: baseStore,
            prefix: try ModelFiles.prefix(of: "embeddings.word_embeddings.weight", in: baseStore),
            embedding: EncoderPlan.Embedding(
                pooling: manifest.pooling, isNormalized: manifest.isNormalized, layers: configuration.layers,
                dimension: manifest.dimension),
            branch: EncoderPlan.Branch(weights: branchStore, start: manifest.sharedLayers, layers: manifest.layers),
            heads: manifest.heads.map { head in
                EncoderPlan.Head(
                    name: head.name, isToken: head.kind == .token, classes: head.labels.count,
                    form: head.kind == .token ? .denseTokens : .attentionPooled)
            }, maximumLength: configuration.maximumPositions)
        return EncoderDescription(
            name: manifest.name, version: manifest.version, languages: manifest.languages,
            maximumUnknownShare: manifest.maximumUnknownShare, window: manifest.window, overlap: manifest.overlap,
            heads: manifest.heads, tokenizer: try ModelFiles.tokenizer(in: base), source: .plan(plan))
    }

    private func baseDirectory(_ name: String) throws(EncodingError) -> String {
        let places = [directory, "\(directory)/.."] + options.baseDirectories
        let candidates = places.map { "\($0)/\(name)" } + options.baseDirectories
        guard let found = candidates.first(where: { FileSystem.isFile("\($0)/model.safetensors") }) else {
            throw EncodingError(
                .modelMissing, "no base model \(name) in \(places.joined(separator: ", "))")
        }
        return found
    }

    private func check(_ manifest: EncoderManifest, _ configuration: EncoderConfiguration) throws(EncodingError) {
        guard manifest.sharedLayers <= configuration.layers else {
            throw EncodingError(
                .invalidManifest, "encoder.json: shared_layers exceeds the base's \(configuration.layers) layers")
        }
        guard manifest.window <= configuration.maximumPositions else {
            throw EncodingError(
                .invalidManifest, "encoder.json: window exceeds the base's \(configuration.maximumPositions) positions")
        }
        guard manifest.dimension <= configuration.hidden else {
            throw EncodingError(
                .invalidManifest, "encoder.json: embedding.dimension exceeds the base's \(configuration.hidden)")
        }
    }
}
