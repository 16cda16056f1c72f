public import Routing

/// What a model found in one text.
public struct TextFindings: Sendable, Hashable {
    /// A span of personal data.
    public struct Entity: Sendable, Hashable {
        /// The kind, such as `PERSON`.
        public var kind: String
        /// Unicode scalar offsets into the text.
        public var range: Range<Int>
        /// 0 to 1.
        public var confidence: Double

        /// A span.
        public init(kind: String, range: Range<Int>, confidence: Double) {
            self.kind = kind
            self.range = range
            self.confidence = confidence
        }
    }

    /// The unit vector of the whole text; empty when not asked for.
    public var embedding: [Float] = []
    /// The unit vectors of its windows where there is more than one.
    public var windowEmbeddings: [[Float]] = []
    /// Calibrated probabilities of each task's labels, in the reader's order.
    public var probabilities: [LearnedTask: [Double]] = [:]
    public var entities: [Entity] = []
    /// The share of the text that was read, 0 to 1.
    public var coverage = 1.0
    /// Why nothing was found out.
    public var problem: UnknownReason?

    /// No findings yet.
    public init() {}

    /// Nothing can be said.
    public init(problem: UnknownReason, coverage: Double = 0) {
        self.problem = problem
        self.coverage = coverage
    }
}

/// What was found out for the needs of one request.
public struct EvidenceFacts: Sendable {
    /// By reader, source and task: one text may be asked about in several rounds, each with its own success.
    public private(set) var findings: [Int: [TextSource: [LearnedTask: TextFindings]]] = [:]
    /// Time that readers took, by name, in the order in which they answered.
    public private(set) var nanoseconds: [(reader: String, nanoseconds: Int64)] = []

    /// No facts.
    public init() {}

    mutating func add(_ found: [TextFindings], for needs: [TextNeed], of reader: Int) {
        for (need, findings) in zip(needs, found) {
            for task in need.tasks.members {
                self.findings[reader, default: [:]][need.source, default: [:]][task] = findings
            }
        }
    }

    mutating func charge(_ reader: String, _ nanoseconds: Int64) {
        self.nanoseconds.append((reader, nanoseconds))
    }

    /// Takes over what a later round found out. Its answer about a task counts, unless it is none and there is one.
    mutating func merge(_ other: EvidenceFacts) {
        for (reader, found) in other.findings {
            findings[reader, default: [:]].merge(found) { old, new in
                old.merging(new) { old, new in new.problem != nil && old.problem == nil ? old : new }
            }
        }
        nanoseconds += other.nanoseconds
    }
}
