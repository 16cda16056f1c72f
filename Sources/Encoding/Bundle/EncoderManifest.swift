internal import Wire

/// The `encoder.json` of a bundle.
struct EncoderManifest: Sendable {
    var name: String
    var version: String
    var base: String
    var sharedLayers: Int
    var languages: [String]
    var maximumUnknownShare: Double
    var window: Int
    var overlap: Int
    var pooling: EncoderConfiguration.Pooling
    var isNormalized: Bool
    var dimension: Int
    var weights: String
    var layers: Int
    var heads: [EncoderHead]

    /// The formats that are understood.
    static let formats = [1]

    /// - Throws: `invalid_manifest`.
    init(parsing bytes: [UInt8]) throws(EncodingError) {
        let json = try Self.json(bytes, file: "encoder.json")
        guard let format = json["format"]?.int, Self.formats.contains(format) else {
            throw Self.invalid("format must be \(Self.formats[0])")
        }
        let fields = ConfigurationFields(json)
        name = try Self.text(json, "name")
        version = json["version"]?.string ?? "0"
        base = try Self.fileName(json, "base")
        sharedLayers = try fields.count("shared_layers", limit: 1024)
        languages = (json["languages"]?.array ?? []).compactMap(\.string)
        maximumUnknownShare = json["maximum_unknown_share"]?.double ?? 1
        window = try fields.count("window", limit: 1 << 16)
        overlap = json["overlap"]?.int ?? 0
        guard overlap >= 0, overlap < window - 2 else { throw Self.invalid("overlap must be less than window - 2") }
        let embedding = json["embedding"] ?? .null
        guard let pooling = EncoderConfiguration.Pooling(rawValue: embedding["pooling"]?.string ?? "mean") else {
            throw Self.invalid("embedding.pooling must be mean or cls")
        }
        self.pooling = pooling
        isNormalized = embedding["normalize"]?.bool ?? true
        dimension = try ConfigurationFields(embedding).count("dimension", limit: 1 << 16)
        let classification = json["classification"] ?? .null
        weights = try Self.fileName(classification, "weights")
        layers = try ConfigurationFields(classification).count("layers", limit: 1024)
        heads = []
        for entry in json["heads"]?.array ?? [] { heads.append(try Self.head(entry)) }
        guard Set(heads.map(\.name)).count == heads.count else { throw Self.invalid("two heads have one name") }
    }

    private static func head(_ json: JSON) throws(EncodingError) -> EncoderHead {
        let name = try text(json, "name")
        guard let kind = EncoderHead.Kind(rawValue: json["kind"]?.string ?? "sequence") else {
            throw invalid("head \(name): kind must be sequence or token")
        }
        let labels = (json["labels"]?.array ?? []).compactMap(\.string)
        guard labels.count >= 2, labels.count == json["labels"]?.array?.count, Set(labels).count == labels.count else {
            throw invalid("head \(name): labels must be two or more different texts")
        }
        let temperature = json["temperature"]?.double ?? 1
        guard temperature > 0, temperature.isFinite else { throw invalid("head \(name): temperature must be positive") }
        guard let pooling = EncoderHead.WindowPooling(rawValue: json["window_pooling"]?.string ?? "mean") else {
            throw invalid("head \(name): window_pooling must be mean or max")
        }
        guard let input = EncoderHead.Input(rawValue: json["input"]?.string ?? "text") else {
            throw invalid("head \(name): input must be text or exchange")
        }
        guard kind == .token || (json["pooling"]?.string ?? "attention") == "attention" else {
            throw invalid("head \(name): pooling must be attention")
        }
        var strength: [String: Double] = [:]
        for (key, value) in json["strength"]?.object ?? [] { strength[key] = value.double }
        return EncoderHead(
            name: name, kind: kind, labels: labels, temperature: Float(temperature), windowPooling: pooling,
            input: input, strength: strength, measuredOn: json["strength"]?["measured_on"]?.string)
    }

    static func json(_ bytes: [UInt8], file: String) throws(EncodingError) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw EncodingError(.invalidManifest, "\(file) is not JSON: \(error)")
        }
    }

    private static func text(_ json: JSON, _ key: String) throws(EncodingError) -> String {
        guard let value = json[key]?.string, !value.isEmpty else { throw invalid("\(key) must be a text") }
        return value
    }

    /// A plain name, which cannot lead out of the directory it is looked for in.
    private static func fileName(_ json: JSON, _ key: String) throws(EncodingError) -> String {
        let name = try text(json, key)
        guard !name.contains("/"), name != ".", name != "..", !name.utf8.contains(0) else {
            throw invalid("\(key) must be a plain name")
        }
        return name
    }

    private static func invalid(_ message: String) -> EncodingError {
        EncodingError(.invalidManifest, "encoder.json: \(message)")
    }
}
