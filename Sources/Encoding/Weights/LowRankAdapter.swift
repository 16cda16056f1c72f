internal import Wire

/// A LoRA adapter (Hu et al. 2021): W becomes W + scale·B·A, with A of rank × in and B of out × rank.
struct LowRankAdapter {
    /// α/r, or α/√r where the adapter says so (rsLoRA).
    let scale: Float
    let file: WeightFile
    private let isTransposed: Bool

    /// What stands before the names of an adapter's tensors.
    private static let prefix = "base_model.model."

    /// - Throws: `model_missing`, `invalid_manifest`, `invalid_weights`.
    init(directory: String) throws(EncodingError) {
        let json = try ModelFiles.json("adapter_config.json", in: directory)
        guard let rank = (json["r"] ?? json["rank"])?.int, rank > 0, rank <= 4096,
            let alpha = (json["lora_alpha"] ?? json["alpha"])?.double, alpha.isFinite
        else { throw EncodingError(.invalidManifest, "adapter_config.json: r and lora_alpha must be numbers") }
        if json["use_dora"]?.bool == true {
            throw EncodingError(.unsupportedArchitecture, "DoRA adapters are not known")
        }
        if let patterns = json["rank_pattern"]?.object ?? json["alpha_pattern"]?.object, !patterns.isEmpty {
            throw EncodingError(.unsupportedArchitecture, "adapters with patterns of ranks are not known")
        }
        let divisor = json["use_rslora"]?.bool == true ? Double(rank).squareRoot() : Double(rank)
        scale = Float(alpha / divisor)
        isTransposed = json["fan_in_fan_out"]?.bool ?? false
        file = try WeightFile(path: "\(directory)/adapter_model.safetensors")
    }

    /// Bytes that the merged weights take.
    var mergedBytes: Int {
        file.header.tensors.reduce(0) { total, tensor in
            guard tensor.name.hasSuffix("lora_B.weight"), tensor.shape.count == 2 else { return total }
            let other = tensor.name.dropLast("lora_B.weight".count) + "lora_A.weight"
            let width = file.header.tensors.first { $0.name == other }?.shape.last ?? 0
            let (bytes, overflow) = (4 * tensor.shape[0]).multipliedReportingOverflow(by: width)
            // An impossible pair is refused when it is merged.
            return overflow || bytes > 1 << 32 ? total : min(total + bytes + 64, 1 << 40)
        }
    }

    /// Adds the adapter to a model's weights: pairs are merged, whole tensors (such as a trained classifier) are put
    /// in place.
    /// - Parameter adapter: The adapter's own tensors.
    /// - Throws: `invalid_weights` when a tensor belongs nowhere or does not fit.
    func merge(_ adapter: WeightStore, into store: inout WeightStore, prefix: String) throws(EncodingError) {
        for tensor in file.header.tensors.map(\.name) where !tensor.hasSuffix("lora_B.weight") {
            guard let tensor = adapter.tensors[tensor] else { continue }
            if tensor.name.hasSuffix(".lora_A.weight") {
                try mergePair(tensor, adapter, into: &store, prefix: prefix)
            } else {
                try place(tensor, into: &store, prefix: prefix)
            }
        }
    }

    private func mergePair(
        _ down: WeightTensor, _ adapter: WeightStore, into store: inout WeightStore, prefix: String
    ) throws(EncodingError) {
        let stem = String(down.name.dropLast(".lora_A.weight".count))
        let target = try name("\(stem).weight", in: store, prefix: prefix)
        let base = try store.weight(target, nil, nil)
        let (out, width) = isTransposed ? (base.shape[1], base.shape[0]) : (base.shape[0], base.shape[1])
        let first = try adapter.weight(down.name, nil, width)
        let rank = first.shape[0]
        let second = try adapter.weight("\(stem).lora_B.weight", out, rank)
        let a = adapter.floats(first)
        let b = adapter.floats(second)
        var merged = store.floats(base)
        for row in 0..<out {
            for inner in 0..<rank {
                let factor = scale * b[row * rank + inner]
                for column in 0..<width {
                    let place = isTransposed ? column * out + row : row * width + column
                    merged[place] += factor * a[inner * width + column]
                }
            }
        }
        store.replace(try store.store(merged, name: target, shape: base.shape))
    }

    private func place(
        _ tensor: WeightTensor, into store: inout WeightStore, prefix: String
    ) throws(EncodingError) {
        var stem = tensor.name
        for part in [".modules_to_save.default", ".modules_to_save", ".original_module"] {
            if let range = stem.firstRange(of: part) { stem.removeSubrange(range) }
        }
        let isKnown = ["classifier.", "pooler.", "head."].contains { Self.bare(stem).hasPrefix($0) }
        var moved = tensor
        moved.name = isKnown ? Self.bare(stem) : try name(stem, in: store, prefix: prefix)
        store.replace(moved)
    }

    /// The name under which the model stores what the adapter calls `name`.
    private func name(_ name: String, in store: WeightStore, prefix: String) throws(EncodingError) -> String {
        let bare = Self.bare(name)
        let candidates = [prefix + bare, bare, String(name.dropFirst(Self.prefix.count))]
        guard let found = candidates.first(where: { store.has($0) }) else {
            throw EncodingError(.invalidWeights, "adapter tensor \(name) belongs to no tensor of the model")
        }
        return found
    }

    /// A name without what adapters and model classes put before it.
    private static func bare(_ name: String) -> String {
        var name = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        for outer in ["_orig_mod.", "bert.", "model."] where name.hasPrefix(outer) {
            name = String(name.dropFirst(outer.count))
        }
        return name
    }
}
