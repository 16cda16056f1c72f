/// A logical model: what it is and what it is good at. Spec config §4.1.
public struct ModelCard: Sendable {
    /// An adapter that can be addressed in place of its base model.
    public struct Adapter: Sendable, Hashable {
        public var name = ""
        public var description = ""

        /// An adapter without a name.
        public init() {}

        /// The declaration of one entry of `loras`.
        public static let schema = Schema<Adapter>(
            "LoRA adapter", "An adapter that can be addressed in place of its base model.", initial: Adapter(),
            keys: [
                Key("name", \.name, .name, "The adapter's name, as backends know it.", required: true),
                Key("description", \.description, .string, "What the adapter is good at."),
            ])
    }

    public var name = ""
    /// The size as written, such as `8B` or `35B-A3B`.
    public var parameterSize = ""
    /// In tokens; 0 is unknown.
    public var contextWindow = 0
    public var description = ""
    public var capabilities: [String] = []
    public var adapters: [Adapter] = []
    /// A prior from 0 to 1 for selection.
    public var qualityScore = 0.0
    /// Such as `ar`, `diffusion` or `omni`; empty is text.
    public var modality = ""
    public var tags: [String] = []

    /// A card without a name.
    public init() {}

    /// The total number of parameters in billions, from the leading number of `parameterSize`; nil when it has none.
    public var billionsOfParameters: Double? {
        let text = parameterSize.lowercased()
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        switch text.dropFirst(digits.count).first {
        case "b": return number
        case "m": return number / 1_000
        case "t": return number * 1_000
        default: return nil
        }
    }

    /// The declaration of one entry of `modelCards`.
    public static let schema = Schema<ModelCard>(
        "model card", "A logical model: what it is and what it is good at.", initial: ModelCard(),
        keys: [
            Key("name", \.name, .name, "The name that decisions and clients use.", required: true),
            Key("param_size", \.parameterSize, .string, "The number of parameters, such as `8B` or `35B-A3B`."),
            Key("context_window_size", \.contextWindow, .count, "The context window in tokens; 0 is unknown."),
            Key("description", \.description, .string, "What the model is good at; selection algorithms read it."),
            Key("capabilities", \.capabilities, .list(.string), "Free tags such as `chat`, `tools` or `vision`."),
            Key("loras", \.adapters, .list(.object(Adapter.schema)), "Adapters that can be addressed in its place."),
            Key("quality_score", \.qualityScore, .fraction, "A prior for selection."),
            Key("modality", \.modality, .string, "`ar`, `diffusion`, `omni`, `text`, `both` or `multimodal`."),
            Key("tags", \.tags, .list(.string), "Free tags."),
        ]
    ).checking { value, node, context in
        if !value.name.isEmpty, let position = node["name"]?.position {
            context.within(.key("name")) { $0.declareUnique(.modelCard, value.name, at: position) }
            context.declare(.model, value.name)
        }
        for adapter in value.adapters where !adapter.name.isEmpty {
            context.declare(.model, adapter.name)
            if !context.declare(.adapter(of: value.name), adapter.name) {
                context.error(
                    .duplicateName, "the adapter \"\(adapter.name)\" is listed twice", key: "loras", in: node)
            }
        }
        let modalities = ["", "ar", "diffusion", "omni", "text", "both", "multimodal"]
        if !modalities.contains(value.modality.lowercased()) {
            context.warning(
                .unknownValue, "the modality \"\(value.modality)\" has no meaning; it counts as text",
                key: "modality", in: node, suggestion: NearestName.among(modalities.dropFirst(), to: value.modality))
        }
        if !value.parameterSize.isEmpty, value.billionsOfParameters == nil {
            context.warning(
                .noEffect, "\"\(value.parameterSize)\" is no size; write for example 8B or 0.5B", key: "param_size",
                in: node)
        }
    }
}
