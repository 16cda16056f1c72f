internal import Wire

/// The files that every kind of model has.
enum ModelFiles {
    /// The largest accepted manifest or configuration, in bytes.
    static let manifestLimit = 4 << 20
    /// The largest accepted tokenizer, in bytes.
    static let tokenizerLimit = 128 << 20
    /// Room for the constants of graphs; only what is used costs memory.
    static let scratchBytes = 64 << 20

    static func configuration(in directory: String) throws(EncodingError) -> EncoderConfiguration {
        try EncoderConfiguration(try json("config.json", in: directory))
    }

    static func json(_ name: String, in directory: String) throws(EncodingError) -> JSON {
        try EncoderManifest.json(
            try FileSystem.bytes(of: "\(directory)/\(name)", limit: manifestLimit), file: name)
    }

    static func tokenizer(in directory: String) throws(EncodingError) -> Tokenizer {
        let bytes = try FileSystem.bytes(of: "\(directory)/tokenizer.json", limit: tokenizerLimit)
        do throws(TokenizerError) {
            return try Tokenizer(json: bytes)
        } catch {
            throw EncodingError(.invalidManifest, "tokenizer.json: \(error)")
        }
    }

    /// The last part of a path.
    static func name(of directory: String) -> String {
        directory.split(separator: "/").last.map(String.init) ?? directory
    }

    /// What stands before a model's tensor names.
    static func prefix(of name: String, in store: WeightStore) throws(EncodingError) -> String {
        let known = ["", "bert.", "model.", "_orig_mod.", "_orig_mod.model.", "_orig_mod.bert."]
        guard let prefix = store.prefix(of: name, among: known) else {
            throw EncodingError(.invalidWeights, "no tensor \(name)")
        }
        return prefix
    }

    /// How a sentence embedder pools (`1_Pooling/config.json`); the mean where nothing is said.
    static func pooling(in directory: String) throws(EncodingError) -> EncoderConfiguration.Pooling {
        guard FileSystem.isFile("\(directory)/1_Pooling/config.json") else { return .mean }
        let json = try json("1_Pooling/config.json", in: directory)
        if json["pooling_mode_mean_tokens"]?.bool == true { return .mean }
        if json["pooling_mode_cls_token"]?.bool == true { return .first }
        if let mode = json["pooling_mode"]?.string, let known = EncoderConfiguration.Pooling(rawValue: mode) {
            return known
        }
        throw EncodingError(.unsupportedArchitecture, "1_Pooling/config.json pools neither the mean nor the first")
    }

    /// The names of the classes: from a mapping file if there is one, else from `config.json`, else numbers.
    static func labels(
        in directory: String, _ configuration: EncoderConfiguration, classes: Int
    ) throws(EncodingError) -> [String] {
        let files = [
            "category_mapping.json", "pii_type_mapping.json", "jailbreak_type_mapping.json", "label_mapping.json",
        ]
        let keys = ["idx_to_category", "idx_to_label", "id_to_label", "id2label"]
        for file in files where FileSystem.isFile("\(directory)/\(file)") {
            let json = try json(file, in: directory)
            for key in keys {
                guard let mapping = json[key] else { continue }
                let labels = try ConfigurationFields(["id2label": mapping]).labels()
                guard labels.count == classes else {
                    throw EncodingError(
                        .invalidManifest, "\(file) names \(labels.count) classes, but the model has \(classes)")
                }
                return labels
            }
        }
        guard configuration.labels.isEmpty || configuration.labels.count == classes else {
            throw EncodingError(
                .invalidManifest,
                "config.json names \(configuration.labels.count) classes, but the model has \(classes)")
        }
        return configuration.labels.isEmpty ? (0..<classes).map { "LABEL_\($0)" } : configuration.labels
    }
}
