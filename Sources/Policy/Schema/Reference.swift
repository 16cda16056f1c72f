/// What a name in a policy may refer to. Families add their own kinds; `Policy` knows only that a declared name
/// must exist where it is used.
public struct ReferenceKind: Sendable, Hashable, CustomStringConvertible {
    /// The kind in words, as it stands in messages: "model card", "knowledge base".
    public var description: String
    /// Declared once for the whole policy (`true`) or anew in every recipe (`false`).
    public var isGlobal: Bool

    /// A kind of named thing.
    public init(_ description: String, isGlobal: Bool) {
        self.description = description
        self.isGlobal = isGlobal
    }

    /// A model card.
    public static let modelCard = ReferenceKind("model card", isGlobal: true)
    /// A model card or one of a card's LoRA adapters.
    public static let model = ReferenceKind("model card or LoRA adapter", isGlobal: true)
    /// An entry of `providers.defaults.reasoning_families`.
    public static let reasoningFamily = ReferenceKind("reasoning family", isGlobal: true)
    /// A recipe; `default` always exists.
    public static let recipe = ReferenceKind("recipe", isGlobal: true)
    /// An entry of `global.model_catalog.kbs`.
    public static let knowledgeBase = ReferenceKind("knowledge base", isGlobal: true)
    /// An entry of `global.model_catalog.external`.
    public static let externalModel = ReferenceKind("external model", isGlobal: true)
    /// A key of `global.model_catalog.system`.
    public static let systemModel = ReferenceKind("system model", isGlobal: true)
    /// A projection score.
    public static let projectionScore = ReferenceKind("projection score", isGlobal: false)
    /// An output of a projection mapping.
    public static let projectionOutput = ReferenceKind("projection output", isGlobal: false)

    /// A decision.
    public static let decision = ReferenceKind("decision", isGlobal: false)

    /// A LoRA adapter of one model card.
    public static func adapter(of card: String) -> ReferenceKind {
        ReferenceKind("LoRA adapter of model card \"\(card)\"", isGlobal: true)
    }

    /// A metric of one knowledge base.
    public static func metric(of knowledgeBase: String) -> ReferenceKind {
        ReferenceKind("metric of knowledge base \"\(knowledgeBase)\"", isGlobal: true)
    }

    /// A signal of one family, by the family's condition type such as `keyword`.
    public static func signal(_ family: String) -> ReferenceKind {
        ReferenceKind("\(family) signal", isGlobal: false)
    }
}

/// A use of a name, kept until everything is read and then checked.
struct PendingReference: Sendable {
    var kind: ReferenceKind
    var name: String
    var recipe: Int?
    var position: SourcePosition
    var path: PolicyPath
    /// Checked only when any name of this kind is declared.
    var ifAny: ReferenceKind?
}
