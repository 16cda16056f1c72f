/// How many turns sessions still have, from how far earlier ones came. Spec selection-learning §2
/// (`remaining_turn_prior`).
public struct TurnPrior: Sendable, Hashable {
    /// Turns that are told apart; longer sessions count as this long.
    static let horizon = 64
    /// Sessions that must have come as far as this one before anything is said.
    static let leastSamples = 3

    /// How many sessions have finished their first, second, … turn.
    private var reached = [UInt32](repeating: 0, count: TurnPrior.horizon + 1)

    /// Nothing known.
    public init() {}

    /// A session has finished this turn, counted from 1.
    public mutating func finish(turn: Int) {
        guard turn > 0, turn <= Self.horizon else { return }
        reached[turn] &+= 1
        // Halved together, so that what sessions are like now outweighs what they were.
        if reached[turn] > 1 << 20 { for index in reached.indices { reached[index] /= 2 } }
    }

    /// The turns that a session with so many finished ones still has on average; nil when too few came that far.
    public func remaining(after turns: Int) -> Double? {
        guard turns > 0, turns < Self.horizon, reached[turns] >= Self.leastSamples else { return nil }
        let later = reached[(turns + 1)...].reduce(0.0) { $0 + Double($1) }
        return later / Double(reached[turns])
    }
}
