public import Policy

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
    /// The expected utility of each of `order` from 0 to 1, the same unit for every algorithm; empty where the
    /// algorithm has no opinion but the order.
    public var utilities: [Double]
    /// How sure the algorithm is of its choice, 0 to 1.
    public var confidence: Double
    /// The algorithm that chose.
    public var method: String
    public var status: Status
    public var reason: String

    /// A choice.
    public init(
        order: [ModelReference], utilities: [Double] = [], confidence: Double = 1, method: String,
        status: Status = .selected, reason: String
    ) {
        self.order = order
        self.utilities = utilities
        self.confidence = confidence
        self.method = method
        self.status = status
        self.reason = reason
    }

    /// Candidates by falling utility; equal ones keep their declared order.
    static func ranked(
        _ candidates: [Candidate], _ utilities: [Double], confidence: Double, method: String, reason: String
    ) -> Selection {
        let places = candidates.indices.sorted {
            utilities[$0] != utilities[$1] ? utilities[$0] > utilities[$1] : $0 < $1
        }
        return Selection(
            order: places.map { candidates[$0].reference }, utilities: places.map { utilities[$0] },
            confidence: confidence, method: method, reason: reason)
    }

    /// The candidates in declared order, because the algorithm could not tell them apart.
    static func fallback(_ candidates: [Candidate], method: String, reason: String) -> Selection {
        Selection(
            order: candidates.map(\.reference), confidence: 0, method: method, status: .fallback, reason: reason)
    }

    /// The utility of a model, by the name that the policy gives it; nil when the algorithm has no opinion.
    public func utility(of name: String) -> Double? {
        guard let index = order.firstIndex(where: { $0.effectiveName == name }), utilities.indices.contains(index)
        else { return nil }
        return utilities[index]
    }
}

/// A number within 0 and 1; 0 for what is no number.
func clamped(_ value: Double) -> Double { value.isFinite ? min(max(value, 0), 1) : 0 }
