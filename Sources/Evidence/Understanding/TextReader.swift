public import Routing

/// A model that reads texts: an encoder in this process, or a service elsewhere.
public protocol TextReader: Sendable {
    /// The model's name, for people.
    var name: String { get }
    /// What tells it from every other reader, for machines: two readers with one identity answer alike.
    var identity: String { get }
    /// What asking it costs.
    var cost: CostClass { get }
    /// How its similarities compare with the scale that policies are written in.
    var similarity: SimilarityScale { get }
    /// The labels of a task in the order of its probabilities; nil when it cannot be asked, empty where there are none.
    func labels(of task: LearnedTask) -> [String]?
    /// Places examples in meaning, when a policy is compiled. May block. Nil stands for a text that it cannot read.
    /// Throws when the model fails.
    func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?]
    /// Reads texts. `completion` gets the findings in the order of the needs, once, on any thread, by the deadline.
    func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket
    /// Reads ahead what will not change of texts whose ends are still to come. Only while nothing else waits. `share`
    /// is the part of the request that has come, 0 to 1, where it is known.
    func anticipate(_ needs: [TextNeed], share: Double?)
}

extension TextReader {
    /// For readers whose name is theirs alone.
    public var identity: String { name }

    /// For models that read a text only as a whole.
    public func anticipate(_ needs: [TextNeed], share: Double?) {}
}

/// Work that may be called off.
public protocol ReadingTicket: Sendable {
    /// The result is no longer wanted. The completion may still be called.
    func cancel()
}

/// Why a model could not place examples.
public struct TextReaderError: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do.
    public var description: String

    /// An error with a sentence for a person.
    public init(_ description: String) {
        self.description = description
    }
}
