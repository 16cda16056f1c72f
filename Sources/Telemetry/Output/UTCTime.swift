import Glibc

/// A point in time since 1970-01-01T00:00:00Z, broken down without Foundation.
public struct UTCTime: Sendable, Hashable {
    /// Whole seconds since the epoch.
    public var seconds: Int64
    /// Nanoseconds within the second, 0 to 999,999,999.
    public var nanoseconds: Int64

    /// Creates a point in time.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.seconds = seconds
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// Creates a point in time from nanoseconds since the epoch.
    public init(nanosecondsSinceEpoch: UInt64) {
        self.init(
            seconds: Int64(nanosecondsSinceEpoch / 1_000_000_000),
            nanoseconds: Int64(nanosecondsSinceEpoch % 1_000_000_000))
    }

    /// The system clock's time.
    public static func now() -> UTCTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTCTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// RFC 3339 in UTC with milliseconds, e.g. `2025-03-01T12:00:01.250Z`.
    public var rfc3339: String {
        String(decoding: rfc3339Bytes(fractionDigits: 3), as: UTF8.self)
    }

    /// RFC 3339 in UTC with 0 to 9 fraction digits.
    func rfc3339Bytes(fractionDigits: Int) -> [UInt8] {
        let parts = components
        var bytes: [UInt8] = []
        bytes.reserveCapacity(30)
        Self.append(Int(parts.tm_year) + 1900, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(Int(parts.tm_mon) + 1, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(Int(parts.tm_mday), digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.appendClock(parts, to: &bytes)
        if fractionDigits > 0 {
            bytes.append(UInt8(ascii: "."))
            let divisor = (fractionDigits..<9).reduce(1) { power, _ in power * 10 }
            Self.append(Int(nanoseconds) / divisor, digits: fractionDigits, to: &bytes)
        }
        bytes.append(UInt8(ascii: "Z"))
        return bytes
    }

    /// The time of day in UTC, e.g. `12:00:01`.
    var clockBytes: [UInt8] {
        var bytes: [UInt8] = []
        Self.appendClock(components, to: &bytes)
        return bytes
    }

    private var components: tm {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return parts
    }

    private static func appendClock(_ parts: tm, to bytes: inout [UInt8]) {
        append(Int(parts.tm_hour), digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(Int(parts.tm_min), digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(Int(parts.tm_sec), digits: 2, to: &bytes)
    }

    private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = (1..<max(digits, 1)).reduce(1) { power, _ in power * 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: (value / divisor) % 10))
            divisor /= 10
        }
    }
}
