/// The course of one decision: asks for readings, cheapest class first, until the winner is certain. A pure state
/// machine; whoever drives it reads the signals.
public struct DecisionSession: Sendable {
    /// What the driver is to do.
    public enum Action: Sendable, Equatable {
        /// Read these signals, all of one cost class, and hand the readings to `supply`.
        case read([Int], CostClass)
        /// Nothing left to read matters.
        case finished
    }

    private let engine: DecisionEngine
    private let readsEverything: Bool
    /// The readings so far.
    public private(set) var readings: ReadingTable
    /// The winner and the least confidence it can have, once certain.
    public private(set) var outcome: (winner: Int?, confidence: Double)?
    /// Signals that were never read, because they could not change the outcome.
    public private(set) var skipped: [Int] = []

    private var hasReadFree = false

    /// Begins a decision. With `readingEverything` every declared signal is read, for explanations and evaluation.
    public init(_ engine: DecisionEngine, readingEverything: Bool = false) {
        self.engine = engine
        readsEverything = readingEverything
        readings = ReadingTable(count: engine.signals.count)
    }

    /// The next thing to do.
    public mutating func next() -> Action {
        guard outcome == nil else { return .finished }
        if readsEverything {
            let unread = engine.signals.entries.indices.filter { !readings.isRead($0) }
            if let action = cheapest(unread) { return action }
        }
        if !hasReadFree {
            hasReadFree = true
            if !readsEverything, !engine.usedFreeSignals.isEmpty { return .read(engine.usedFreeSignals, .free) }
        }
        switch engine.progress(readings) {
        case .decided(let winner, let confidence):
            outcome = (winner, confidence)
        case .undecided(let wanted):
            if let action = cheapest(wanted.sorted()) { return action }
            outcome = engine.conclude(readings)
        }
        skipped = engine.usedSignals.filter { !readings.isRead($0) }
        return .finished
    }

    /// Takes readings by signal index.
    public mutating func supply(_ values: [(Int, Reading)]) {
        for (index, reading) in values where (0..<readings.count).contains(index) { readings[index] = reading }
    }

    private func cheapest(_ signals: [Int]) -> Action? {
        guard let cost = signals.map({ engine.signals.entries[$0].cost }).min() else { return nil }
        return .read(signals.filter { engine.signals.entries[$0].cost == cost }, cost)
    }
}
