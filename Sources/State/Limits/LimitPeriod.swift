internal import Glibc
public import Policy

extension RateLimitRule.Unit {
    /// The seconds since 1970 of the unit that a second lies in, from its first to before the next one's first. Units are
    /// the clock's, in UTC.
    public func period(containing second: Int64) -> Range<Int64> {
        switch self {
        case .second: second..<(second + 1)
        case .minute: Self.multiple(of: 60, second)
        case .hour: Self.multiple(of: 3_600, second)
        case .day: Self.multiple(of: 86_400, second)
        case .month: Self.month(second)
        }
    }

    /// Whether counts are worth keeping across a restart.
    public var survivesRestart: Bool {
        switch self {
        case .second, .minute: false
        case .hour, .day, .month: true
        }
    }

    private static func multiple(of length: Int64, _ second: Int64) -> Range<Int64> {
        let rest = second % length
        let start = second - (rest < 0 ? rest + length : rest)
        return start..<(start + length)
    }

    private static func month(_ second: Int64) -> Range<Int64> {
        var time = time_t(second)
        var first = tm()
        gmtime_r(&time, &first)
        (first.tm_mday, first.tm_hour, first.tm_min, first.tm_sec) = (1, 0, 0, 0)
        var next = first
        // timegm takes a thirteenth month as the first of the next year.
        next.tm_mon += 1
        return Int64(timegm(&first))..<Int64(timegm(&next))
    }
}
