import Glibc

/// The `date` field's value, made at most once a second. Used only on one event loop.
final class HTTPDate {
    private var second: time_t = -1
    private var text = ""

    /// The present, in IMF-fixdate form (RFC 9110 §5.6.7).
    func now() -> String {
        var now = time(nil)
        if now == self.second { return self.text }
        self.second = now
        var parts = tm()
        gmtime_r(&now, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        self.text =
            "\(days[Int(parts.tm_wday) % 7]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon) % 12]) "
            + "\(1900 + Int(parts.tm_year)) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
        return self.text
    }
}
