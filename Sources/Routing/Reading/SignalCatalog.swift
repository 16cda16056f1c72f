/// The name of a signal as rules write it.
public struct SignalKey: Sendable, Hashable, CustomStringConvertible {
    /// The condition type, such as `keyword`.
    public var family: String
    /// The name in rules, such as `urgent` or, for complexity, `reasoning:hard`.
    public var name: String

    /// A key from a condition type and a name.
    public init(_ family: String, _ name: String) {
        self.family = family
        self.name = name
    }

    /// `family:name`.
    public var description: String { "\(family):\(name)" }
}

/// Every signal of one recipe, with names interned to indices: readings travel as arrays.
public struct SignalCatalog: Sendable {
    /// One signal.
    public struct Entry: Sendable {
        public var key: SignalKey
        public var cost: CostClass
        /// Whether an unknown reading must not look like an all-clear.
        public var isSafety: Bool

        /// An entry.
        public init(_ key: SignalKey, cost: CostClass, isSafety: Bool = false) {
            self.key = key
            self.cost = cost
            self.isSafety = isSafety
        }
    }

    public let entries: [Entry]
    private let indices: [SignalKey: Int]

    /// A catalogue of signals; of entries with one key the first counts.
    public init(_ entries: [Entry]) {
        var unique: [Entry] = []
        var indices: [SignalKey: Int] = [:]
        for entry in entries where indices[entry.key] == nil {
            indices[entry.key] = unique.count
            unique.append(entry)
        }
        self.entries = unique
        self.indices = indices
    }

    /// How many signals there are.
    public var count: Int { entries.count }

    /// The index of a signal, when it is declared.
    public func index(of key: SignalKey) -> Int? { indices[key] }
}

/// The readings of one request, by the indices of a `SignalCatalog`; nil is not read yet.
public struct ReadingTable: Sendable, Hashable {
    /// The readings by index.
    public var readings: [Reading?] {
        get { storage }
        set {
            storage = newValue
            states = SignalState.all(newValue)
        }
    }

    private var storage: [Reading?]
    /// What rules need of each reading, kept beside it so that no evaluation makes it anew.
    private(set) var states: [SignalState]

    /// A table in which nothing is read.
    public init(count: Int) {
        storage = [Reading?](repeating: nil, count: count)
        states = [SignalState](repeating: .unread, count: count)
    }

    /// How many signals there are, read or not.
    public var count: Int { states.count }

    /// Whether a signal has been read.
    public func isRead(_ index: Int) -> Bool { states[index].kind != .unread }

    /// Whether a signal has been read and matched.
    public func isMatched(_ index: Int) -> Bool { states[index].kind == .matched }

    /// The reading of a signal; nil is not read yet.
    public subscript(index: Int) -> Reading? {
        get { storage[index] }
        set {
            states[index] = newValue.map(SignalState.init) ?? .unread
            storage[index] = newValue
        }
    }
}

extension ReadingTable {
    /// The signals that were read and could say nothing, by index.
    public var unknownIndices: [Int] { states.indices.filter { states[$0].isUnknown } }
}
