internal import Foundation

/// Moments as people write them.
public enum ReplayTime {
    /// Seconds since 1970 of a number of them, an RFC 3339 time, or a time ago (`90m`, `24h`, `7d`); nil for others.
    public static func moment(_ text: String, now: Double) -> Double? {
        if let seconds = Double(text), seconds.isFinite { return seconds }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()), count.isFinite, count >= 0
        {
            return now - count * unit
        }
        let plain = try? Date(text, strategy: .iso8601)
        let precise = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return (plain ?? precise)?.timeIntervalSince1970
    }
}
