internal import Wire

/// The shape of an encoder, as its `config.json` gives it.
struct EncoderConfiguration: Sendable, Hashable {
    /// A kind of encoder that is known here.
    enum Family: String, Sendable, Hashable {
        /// Absolute positions, norm after each block (Devlin et al. 2018).
        case bert
        /// Rotary positions, norm before each block, global and local attention (Warner et al. 2024).
        case modernBERT = "modernbert"
    }

    /// The function between the two halves of a feed-forward block.
    enum Activation: String, Sendable, Hashable {
        /// x·Φ(x), exactly.
        case gelu
        /// x·Φ(x) through a hyperbolic tangent.
        case geluTanh
        case relu
        case silu

        init?(named name: String) {
            switch name {
            case "gelu": self = .gelu
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .geluTanh
            case "relu": self = .relu
            case "silu", "swish": self = .silu
            default: return nil
            }
        }
    }

    /// How a sequence is made one vector.
    enum Pooling: String, Sendable, Hashable {
        /// The mean of the unmasked positions.
        case mean
        /// The first position.
        case first = "cls"
    }

    /// The kind of encoder.
    var family: Family
    /// The number of token identifiers.
    var vocabulary: Int
    /// The width of a position's vector.
    var hidden: Int
    /// The number of layers.
    var layers: Int
    /// The number of attention heads; they share the width evenly.
    var heads: Int
    /// The inner width of a feed-forward block.
    var intermediate: Int
    /// The most positions the encoder was made for.
    var maximumPositions: Int
    /// What is added to a variance.
    var epsilon: Double
    /// The feed-forward function.
    var activation: Activation
    /// The identifier of padding.
    var padding: Int32
    /// The names of the classes by number; empty where the file gives none.
    var labels: [String]
    /// The class names of `architectures`, such as `BertForSequenceClassification`.
    var architectures: [String]
    /// ModernBERT alone: the layers whose attention is global.
    var globalLayers: Set<Int> = []
    /// ModernBERT alone: positions to each side that local attention sees.
    var localReach = 0
    /// ModernBERT alone: the base of the rotary angles in global layers.
    var globalTheta = 10_000.0
    /// ModernBERT alone: the base of the rotary angles in local layers.
    var localTheta = 10_000.0
    /// ModernBERT alone: how the sequence head pools.
    var classifierPooling = Pooling.first
    /// ModernBERT alone: the function of the prediction head.
    var headActivation = Activation.gelu
    /// ModernBERT alone: whether attention, feed-forward, norm and head layers have biases.
    var biases = Biases()

    /// Which ModernBERT layers have biases.
    struct Biases: Sendable, Hashable {
        var attention = false
        var feedForward = false
        var norm = false
        var head = false
    }

    /// The width of one attention head.
    var headWidth: Int { hidden / heads }

    /// Reads a `config.json`.
    /// - Throws: `unsupported_architecture` for another kind of model, `invalid_manifest` for impossible numbers.
    init(_ json: JSON) throws(EncodingError) {
        let type = json["model_type"]?.string ?? "?"
        guard let family = Family(rawValue: type) else {
            throw EncodingError(.unsupportedArchitecture, "model type \(type) is not known")
        }
        self.family = family
        let fields = ConfigurationFields(json)
        vocabulary = try fields.count("vocab_size")
        hidden = try fields.count("hidden_size", limit: 1 << 16)
        layers = try fields.count("num_hidden_layers", limit: 1024)
        heads = try fields.count("num_attention_heads", limit: 1024)
        intermediate = try fields.count("intermediate_size", limit: 1 << 18)
        maximumPositions = try fields.count("max_position_embeddings", default: family == .bert ? 512 : 8192)
        guard hidden % heads == 0 else {
            throw EncodingError(.invalidManifest, "\(heads) heads do not divide a width of \(hidden)")
        }
        padding = Int32(clamping: json["pad_token_id"]?.int ?? 0)
        architectures = (json["architectures"]?.array ?? []).compactMap(\.string)
        labels = try fields.labels()
        switch family {
        case .bert:
            epsilon = try fields.positive("layer_norm_eps", default: 1e-12)
            activation = try fields.activation("hidden_act")
            if let kind = json["position_embedding_type"]?.string, kind != "absolute" {
                throw EncodingError(.unsupportedArchitecture, "position embeddings of type \(kind) are not known")
            }
        case .modernBERT:
            epsilon = try fields.positive("norm_eps", default: json["layer_norm_eps"]?.double ?? 1e-5)
            activation = try fields.activation("hidden_activation")
            headActivation = try fields.activation("classifier_activation")
            if headWidth % 2 != 0 { throw EncodingError(.invalidManifest, "an odd head width has no rotary halves") }
            try readModern(fields)
        }
    }

    /// Whether a layer's attention sees every position.
    func isGlobal(layer: Int) -> Bool { family == .bert || globalLayers.contains(layer) }

    private mutating func readModern(_ fields: ConfigurationFields) throws(EncodingError) {
        let every = try fields.count("global_attn_every_n_layers", default: 3, limit: 1024)
        globalLayers = Set((0..<layers).filter { $0 % every == 0 })
        if let types = fields.json["layer_types"]?.array {
            let known = types.compactMap(\.string).filter { $0 == "full_attention" || $0 == "sliding_attention" }
            guard known.count == layers else {
                throw EncodingError(.unsupportedArchitecture, "layer_types must name full or sliding attention")
            }
            globalLayers = Set((0..<layers).filter { known[$0] == "full_attention" })
        }
        localReach = try fields.count("local_attention", default: 128, limit: 1 << 16) / 2
        let rotary = fields.json["rope_parameters"]
        let scaling = [rotary?["full_attention"], rotary?["sliding_attention"], rotary, fields.json["rope_scaling"]]
        for rule in scaling {
            if let type = (rule?["rope_type"] ?? rule?["type"])?.string, type != "default" {
                throw EncodingError(.unsupportedArchitecture, "rotary positions of type \(type) are not known")
            }
        }
        let full = rotary?["full_attention"]?["rope_theta"]?.double
        let sliding = rotary?["sliding_attention"]?["rope_theta"]?.double
        globalTheta = try fields.positive("global_rope_theta", default: full ?? 160_000)
        localTheta = try fields.positive("local_rope_theta", default: sliding ?? 10_000)
        if let pooling = fields.json["classifier_pooling"]?.string {
            guard let known = Pooling(rawValue: pooling) else {
                throw EncodingError(.unsupportedArchitecture, "classifier pooling \(pooling) is not known")
            }
            classifierPooling = known
        }
        biases = Biases(
            attention: fields.json["attention_bias"]?.bool ?? false,
            feedForward: fields.json["mlp_bias"]?.bool ?? false,
            norm: fields.json["norm_bias"]?.bool ?? false, head: fields.json["classifier_bias"]?.bool ?? false)
    }
}

/// Reads checked values from a configuration.
struct ConfigurationFields {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    func count(_ key: String, default fallback: Int? = nil, limit: Int = 1 << 24) throws(EncodingError) -> Int {
        guard let value = json[key]?.int ?? (json[key] == nil ? fallback : nil) else {
            throw EncodingError(.invalidManifest, "\(key) must be an integer")
        }
        guard value > 0, value <= limit else {
            throw EncodingError(.invalidManifest, "\(key) must lie in 1...\(limit), not be \(value)")
        }
        return value
    }

    func positive(_ key: String, default fallback: Double) throws(EncodingError) -> Double {
        guard let value = json[key]?.double ?? (json[key] == nil || json[key] == .null ? fallback : nil),
            value > 0, value.isFinite
        else { throw EncodingError(.invalidManifest, "\(key) must be a positive number") }
        return value
    }

    func activation(_ key: String) throws(EncodingError) -> EncoderConfiguration.Activation {
        let name = json[key]?.string ?? "gelu"
        guard let known = EncoderConfiguration.Activation(named: name) else {
            throw EncodingError(.unsupportedArchitecture, "\(key) \(name) is not known")
        }
        return known
    }

    /// `id2label` in the order of its numbers, which must be 0, 1, 2, ….
    func labels() throws(EncodingError) -> [String] {
        guard let members = json["id2label"]?.object else { return [] }
        var labels: [Int: String] = [:]
        for (key, value) in members {
            guard let number = Int(key), let label = value.string else {
                throw EncodingError(.invalidManifest, "id2label must map numbers to texts")
            }
            labels[number] = label
        }
        guard Set(labels.keys) == Set(0..<members.count) else {
            throw EncodingError(.invalidManifest, "id2label must number its labels 0, 1, 2, …")
        }
        return (0..<members.count).compactMap { labels[$0] }
    }
}
