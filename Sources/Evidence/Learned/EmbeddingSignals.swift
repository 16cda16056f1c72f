public import Policy
public import Routing

/// The configuration of an embedding signal. Spec config §5.2.
public struct EmbeddingSignal: SignalConfiguration {
    /// How the similarities to the candidates become one.
    public enum Aggregation: String, Sendable, CaseIterable {
        /// By prototypes of the candidates.
        case prototypes = ""
        case max
        case mean
        case any
    }

    /// What of the request is compared.
    public enum Modality: String, Sendable, CaseIterable {
        case text
        case image
        case audio
    }

    public var name = ""
    public var description = ""
    /// Least similarity.
    public var threshold = 0.0
    public var candidates: [String] = []
    public var aggregation = Aggregation.prototypes
    public var modality = Modality.text

    /// A signal without candidates.
    public init() {}

    /// The declaration.
    public static let schema = Schema<EmbeddingSignal>(
        "embedding signal", "Matches by likeness in meaning to examples.", initial: EmbeddingSignal(),
        keys: commonKeys + [
            Key("threshold", \.threshold, .fraction, "Least similarity."),
            Key("candidates", \.candidates, .list(.nonEmptyString), "Examples to compare with."),
            Key(
                "aggregation_method", \.aggregation, .enumeration(caseInsensitive: true),
                "How similarities are combined."),
            Key("query_modality", \.modality, .enumeration(caseInsensitive: true), "What of the request is compared."),
        ]
    ).checking { value, node, context in
        if value.candidates.isEmpty, node["candidates"]?.elements?.isEmpty ?? true {
            context.warning(.noEffect, "without candidates there is nothing to be like", at: node.position)
        }
        if value.modality == .audio {
            context.error(
                .invalidValue, "audio cannot be compared yet; use text or image", key: "query_modality", in: node)
        }
    }
}

/// The embedding family: likeness in meaning.
public enum EmbeddingSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "embedding", key: "embeddings", schema: EmbeddingSignal.schema.description,
        decode: { node, context in EmbeddingSignal.schema.decode(node, &context) }, canBePartitioned: true)

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.embedding)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let model = builder.global.modelCatalog.embeddings.semantic.configuration.modelType
        for (declaration, signal) in builder.configurations(declarations, as: EmbeddingSignal.self)
        where signal.modality == .image && model != .multimodal {
            builder.report(
                .conflict, "comparing images needs embedding_config.model_type: multimodal", in: declaration,
                key: ["query_modality"])
        }
        let declared = builder.configurations(declarations, as: EmbeddingSignal.self)
        let texts = declared.filter { $0.configuration.modality == .text }
        // No model here reads images.
        builder.addUnavailable(
            declared.filter { $0.configuration.modality != .text }.map(\.declaration), of: family, cost: cost)
        guard let reader = builder.embedder, let group = EmbeddingGroup(texts.map(\.configuration), reader, &builder)
        else {
            return builder.addUnavailable(texts.map(\.declaration), of: family, cost: cost)
        }
        builder.add(group, as: builder.keys(texts.map(\.declaration)), cost: reader.cost)
        for (declaration, signal) in texts {
            builder.warnOfUnreadable(signal.candidates, in: declaration, key: ["candidates"])
        }
    }
}
