public import Policy

/// The signal families of this build.
public enum SignalFamilies {
    /// The members, in the order in which their signals are read.
    public static let members: [any SignalFamilyMember.Type] = [
        KeywordSignals.self,
        StructureSignals.self,
        EventSignals.self,
        ContextSignals.self,
        ConversationSignals.self,
        MetadataSignals.self,
        AuthorizationSignals.self,
        LanguageSignals.self,
        EmbeddingSignals.self,
        DomainSignals.self,
        FactCheckSignals.self,
        UserFeedbackSignals.self,
        ReaskSignals.self,
        PreferenceSignals.self,
        ComplexitySignals.self,
        ModalitySignals.self,
        JailbreakSignals.self,
        PIISignals.self,
        KnowledgeBaseSignals.self,
        ClassifierSignals.self,
    ]

    /// The declarations of all members, for the policy loader.
    public static var all: [SignalFamily] { members.map { $0.family } }
}
