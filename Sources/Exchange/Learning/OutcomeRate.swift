internal import Synchronization

/// How many outcomes each role has told in the minute at hand.
public final class OutcomeRate: Sendable {
    /// Outcomes that a role may tell in a minute.
    public let limit: Int
    private let counts = Mutex<[String: (minute: Int, count: Int)]>([:])

    /// A count of nothing, for so many outcomes a minute. Spec pipeline-api §5.9 says 60.
    public init(limit: Int = 60) { self.limit = limit }

    /// Counts an outcome; false when it is one too many. Seconds since 1970.
    public func admits(_ role: String, at now: Double) -> Bool {
        let minute = Int(now / 60)
        return counts.withLock { counts in
            let known = counts[role].flatMap { $0.minute == minute ? $0.count : nil } ?? 0
            counts[role] = (minute, known + 1)
            return known < limit
        }
    }
}
