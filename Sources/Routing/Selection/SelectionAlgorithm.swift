public import Policy

/// A model that may serve a request.
public struct Candidate: Sendable, Hashable {
    public var reference: ModelReference
    /// Why it may not be used after all, such as too small a context window; nil when it may.
    public var exclusion: String?

    /// A candidate for a decision's model reference.
    public init(_ reference: ModelReference, exclusion: String? = nil) {
        self.reference = reference
        self.exclusion = exclusion
    }
}

/// What an algorithm may know of a request. Random draws come from `seed` alone, so that a trace replays.
public struct SelectionContext: Sendable {
    /// Made from the request; the same request draws the same numbers.
    public var seed: UInt64

    /// A context with a seed.
    public init(seed: UInt64) {
        self.seed = seed
    }
}

/// A chosen model and why.
public struct Selection: Sendable, Hashable {
    /// Where the choice stands.
    public enum Status: String, Sendable, Hashable {
        case selected
        /// The algorithm could not choose; its first candidate serves.
        case fallback
        case unavailable
    }

    /// The candidates in the order in which they should be tried; the first is the choice.
    public var order: [ModelReference]
    /// The algorithm that chose.
    public var method: String
    public var status: Status
    public var reason: String

    /// A choice.
    public init(order: [ModelReference], method: String, status: Status = .selected, reason: String) {
        self.order = order
        self.method = method
        self.status = status
        self.reason = reason
    }
}

/// Chooses among the candidates of a decision. A new algorithm is one type and one line in `Selectors`.
public protocol SelectionAlgorithm: Sendable {
    /// The value of `algorithm.type`.
    static var type: String { get }
    /// Orders the candidates, best first. `candidates` is not empty and holds no excluded one.
    func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection
}

/// The algorithms that this build can run, by `algorithm.type`.
public enum Selectors {
    /// Makes the algorithm of a decision; nil when this build cannot run it.
    public static func make(_ use: AlgorithmUse?) -> (any SelectionAlgorithm)? {
        switch use?.type ?? StaticSelection.type {
        case StaticSelection.type: return StaticSelection()
        case WeightedSelection.type: return WeightedSelection()
        default: return nil
        }
    }
}

/// The first candidate; the others stand in when it fails.
public struct StaticSelection: SelectionAlgorithm {
    public static let type = "static"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        Selection(
            order: candidates.map(\.reference), method: Self.type,
            reason: candidates.count > 1 ? "first of \(candidates.count) candidates" : "the only candidate")
    }
}

/// A draw by `modelRefs[].weight`; candidates without a weight count 1 when none has one, and 0 otherwise.
public struct WeightedSelection: SelectionAlgorithm {
    public static let type = "weighted"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        var rest = candidates.map(\.reference)
        if rest.allSatisfy({ $0.weight <= 0 }) { for index in rest.indices { rest[index].weight = 1 } }
        let weights = Dictionary(
            rest.map { ($0.effectiveName, $0.weight) }, uniquingKeysWith: { first, _ in first })
        var order: [ModelReference] = []
        var generator = SplitMix64(seed: context.seed)
        while !rest.isEmpty {
            let total = rest.reduce(0) { $0 + max(0, $1.weight) }
            var draw = generator.nextUnit() * total
            var chosen = rest.count - 1
            if total > 0 {
                chosen = rest.firstIndex { $0.weight > 0 } ?? 0
                for (index, candidate) in rest.enumerated() where candidate.weight > 0 {
                    chosen = index
                    draw -= candidate.weight
                    if draw < 0 { break }
                }
            } else {
                chosen = 0
            }
            order.append(rest.remove(at: chosen))
        }
        let name = order.first?.effectiveName ?? ""
        return Selection(
            order: candidates.isEmpty
                ? []
                : order.map { chosen in
                    candidates.first { $0.reference.effectiveName == chosen.effectiveName }?.reference ?? chosen
                }, method: Self.type, reason: "drawn by weight \(weights[name] ?? 0)")
    }
}

/// A small generator with a 64-bit state (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that always gives the same numbers for one seed.
    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    public mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
