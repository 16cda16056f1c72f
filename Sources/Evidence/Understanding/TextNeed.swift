/// What is read: a text, or a turn together with what it answers.
public enum TextSource: Sendable, Hashable {
    case text(String)
    /// A follow-up with the question and the answer before it.
    case exchange(query: String, answer: String, followUp: String)
}

/// What signals ask of one text.
public struct TextNeed: Sendable, Hashable {
    public var source: TextSource
    public var tasks: LearnedTasks

    /// A need.
    public init(_ source: TextSource, _ tasks: LearnedTasks) {
        self.source = source
        self.tasks = tasks
    }
}

/// What the signals of one cost class ask of models: texts by reader. A text that several signals need is asked once.
public struct EvidenceNeeds: Sendable {
    /// The needs of each reader, by the reader's index in the engine.
    public private(set) var texts: [Int: [TextNeed]] = [:]

    init() {}

    /// Whether nothing is needed.
    public var isEmpty: Bool { texts.isEmpty }

    mutating func add(_ source: TextSource, _ task: LearnedTask, to reader: Int) {
        let tasks = LearnedTasks(task)
        guard let position = texts[reader]?.firstIndex(where: { $0.source == source }) else {
            texts[reader, default: []].append(TextNeed(source, tasks))
            return
        }
        texts[reader]?[position].tasks.formUnion(tasks)
    }
}
