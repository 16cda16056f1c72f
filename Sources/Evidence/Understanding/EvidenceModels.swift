public import Policy

/// Where the models behind learned signals come from. Nil stands for a model that is not on this machine.
public protocol EvidenceModels: Sendable {
    /// Readies the models for the tasks of a policy.
    func prepare(_ tasks: LearnedTasks)
    /// The model that embeds texts, by the policy's settings.
    func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)?
    /// The model of a task; `path` is the folder that the policy names, where it names one.
    func classifier(_ task: LearnedTask, path: String?) -> (any TextReader)?
    /// A guard on another machine.
    func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)?
    /// A classifier of the operator's own in a folder.
    func localClassifier(path: String, labels: [String]) -> (any TextReader)?
    /// A language model that chooses among labels.
    func languageModel(_ model: ExternalModel, labels: [String], instructions: String) -> (any TextReader)?
    /// A language model that chooses among preferences, given as names and descriptions.
    func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)?
    /// Who chooses among candidates on another machine.
    func chooser(_ chooser: ModelChooser) -> (any TextReader)?
    /// Who says what of a turn is worth remembering.
    func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor?
    /// Who writes a question as it stands alone.
    func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter?
}

extension EvidenceModels {
    /// Nobody is asked.
    public func chooser(_ chooser: ModelChooser) -> (any TextReader)? { nil }
    /// Nobody is asked.
    public func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor? { nil }
    /// Nobody is asked.
    public func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter? { nil }
}

/// A machine without models.
public struct NoModels: EvidenceModels {
    /// No models.
    public init() {}

    public func prepare(_ tasks: LearnedTasks) {}
    public func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? { nil }
    public func classifier(_ task: LearnedTask, path: String?) -> (any TextReader)? { nil }
    public func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? { nil }
    public func localClassifier(path: String, labels: [String]) -> (any TextReader)? { nil }
    public func languageModel(
        _ model: ExternalModel, labels: [String], instructions: String
    ) -> (any TextReader)? { nil }
    public func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? { nil }
}
