/// What a model can be asked about a text.
public enum LearnedTask: String, Sendable, Hashable, CaseIterable {
    /// The text's place in meaning, as a unit vector.
    case embedding
    case domain
    case jailbreak
    case factCheck = "fact_check"
    case userFeedback = "user_feedback"
    case modality
    case complexity
    /// Spans of personal data.
    case personalData = "pii"
    /// The labels of a classifier of the operator's own.
    case labels
}

/// A set of tasks.
public struct LearnedTasks: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The set of one task.
    public init(_ task: LearnedTask) {
        let position = LearnedTask.allCases.firstIndex(of: task) ?? 0
        self.init(rawValue: 1 << UInt16(position))
    }

    /// The members, in declared order.
    public var members: [LearnedTask] { LearnedTask.allCases.filter { contains(LearnedTasks($0)) } }
}
