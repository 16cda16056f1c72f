/// How the sessions of one kind of agent go. Spec selection-learning §10.1.
struct Workload: Sendable {
    /// When a session pauses for longer than its models' caches live.
    enum Idle: Sendable {
        /// Once in a session: after turn 0, 9 or 19, of which the last never comes.
        case single
        case never
        /// After every fifth turn.
        case frequent
    }

    /// Turns that repeat: those whose index modulo `cycle` is in `slots`.
    struct Pattern: Sendable {
        var cycle: Int
        var slots: Set<Int>

        func contains(_ turn: Int) -> Bool { slots.contains(turn % cycle) }
    }

    var name: String
    /// Demand at the start, its rise to the last turn, what a special phase adds, its swing and its noise.
    var base: Double
    var progress: Double
    var bonus: Double
    var wave: Double
    var noise: Double
    var toolTurns: Pattern
    var stateTurns: Pattern?
    var driftTurns: Pattern?
    /// Tokens of history that a session starts with.
    var history: ClosedRange<Int>
    var idle: Idle
    /// Turns that a session of this kind usually has.
    var expectedTurns: Double
    var growth: Double

    /// The six workloads that were published.
    static let all: [Workload] = [
        Workload(
            name: "balanced", base: 0.42, progress: 0.28, bonus: 0.16, wave: 0.18, noise: 0.09,
            toolTurns: Pattern(cycle: 5, slots: [2, 3]), history: 512...2048, idle: .single, expectedTurns: 6,
            growth: 1),
        Workload(
            name: "tool-heavy", base: 0.55, progress: 0.22, bonus: 0.18, wave: 0.14, noise: 0.08,
            toolTurns: Pattern(cycle: 6, slots: [2, 3, 4]), history: 1024...3072, idle: .single, expectedTurns: 9,
            growth: 1.12),
        Workload(
            name: "frontier-heavy", base: 0.55, progress: 0.34, bonus: 0.20, wave: 0.17, noise: 0.07,
            toolTurns: Pattern(cycle: 5, slots: [2, 3]), history: 1536...4096, idle: .never, expectedTurns: 10,
            growth: 1.20),
        Workload(
            name: "idle-heavy", base: 0.42, progress: 0.30, bonus: 0.14, wave: 0.16, noise: 0.10,
            toolTurns: Pattern(cycle: 5, slots: [2, 3]), history: 512...2048, idle: .frequent, expectedTurns: 4,
            growth: 1),
        Workload(
            name: "stateful-heavy", base: 0.58, progress: 0.30, bonus: 0.24, wave: 0.15, noise: 0.08,
            toolTurns: Pattern(cycle: 6, slots: [3, 4]), stateTurns: Pattern(cycle: 5, slots: [1, 2]),
            history: 128...1024, idle: .never, expectedTurns: 3, growth: 0.95),
        Workload(
            name: "drift-heavy", base: 0.46, progress: 0.28, bonus: 0.26, wave: 0.12, noise: 0.08,
            toolTurns: Pattern(cycle: 6, slots: [3]), driftTurns: Pattern(cycle: 6, slots: [1, 2]),
            history: 2048...6144, idle: .never, expectedTurns: 7, growth: 1.08),
    ]
}
