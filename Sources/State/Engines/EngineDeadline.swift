/// Until when an engine may take.
struct EngineDeadline: Sendable {
    let instant: ContinuousClock.Instant

    /// A deadline so long from now.
    init(in duration: Duration) { instant = .now + duration }

    init(_ instant: ContinuousClock.Instant) { self.instant = instant }

    var hasPassed: Bool { instant <= .now }

    /// Milliseconds that are left, at least 1 so that zero never means forever.
    var milliseconds: Int {
        let left = ContinuousClock.now.duration(to: instant).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 1 }
        return max(1, Int(clamping: left.seconds) * 1_000 + Int(left.attoseconds / 1_000_000_000_000_000))
    }

    /// The sooner of the two.
    func capped(_ duration: Duration) -> EngineDeadline { EngineDeadline(min(instant, .now + duration)) }
}
