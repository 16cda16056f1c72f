/// The identity of one request: the caller's, when it is harmless, or a new one.
enum RequestIDText {
    /// The value for the `X-Request-Id` header. A caller's value counts when it has 1 to 128 of letters, digits
    /// and `-_.:/+=`.
    static func accept(_ given: String?) -> String {
        if let given, isValid(given) { return given }
        var generator = SystemRandomNumberGenerator()
        let digits = [generator.next(), generator.next()].map { (value: UInt64) in
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return "req-" + digits.joined()
    }

    static func isValid(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.:/+=".utf8.contains(byte)
                }
            }
    }
}
