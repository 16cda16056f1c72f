import Testing

@testable import Telemetry

/// The byte-wise forms against the plain statement of the same rule.
@Suite struct LogTextTests {
    private static let words = [
        "api", "key", "apikey", "token", "tokens", "secret", "password", "cookie", "set", "x", "authorization", "proxy",
        "goog", "vsr", "internal", "auth", "prompt", "headers", "k", "é", "\u{212A}ey", "ſecret", "",
    ]

    private static func name(using generator: inout SeededGenerator) -> String {
        let parts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            let word = words.randomElement(using: &generator) ?? ""
            return Bool.random(using: &generator) ? word : word.uppercased()
        }
        return parts.joined(separator: ["-", "_", ".", "", " "].randomElement(using: &generator) ?? "")
    }

    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie",
        "x-vsr-internal-auth",
    ]

    @Test(arguments: [UInt64(1), 2, 3])
    func secretsAreThoseOfTheRule(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let name = Self.name(using: &generator)
            let lower = name.lowercased()
            let header =
                Self.secretNames.contains(lower) || lower.hasSuffix("-key")
                || ["api-key", "token", "secret"].contains { lower.contains($0) }
            #expect(Redaction.isSecret(header: name) == header, "\(name), seed \(seed)")
            let joined = String(lower.map { $0 == "_" || $0 == "." ? "-" : $0 })
            let field =
                Self.secretNames.contains(joined) || joined == "token" || joined.hasSuffix("-token")
                || joined.hasSuffix("-key")
                || ["api-key", "apikey", "secret", "password"].contains { joined.contains($0) }
            #expect(Redaction.isSecret(field: name) == field, "\(name), seed \(seed)")
            #expect(
                LogFields.holdsHeaders(name) == (lower == "headers" || lower.hasSuffix("_headers")),
                "\(name), seed \(seed)")
        }
    }

    @Test(arguments: ["api-\u{212A}ey", "API_KEY", "my.ApiKey", "user_Password", "session.token", "token"])
    func secretFields(_ name: String) { #expect(Redaction.isSecret(field: name)) }

    @Test(arguments: ["prompt_tokens", "tokenizer", "key", "keys", "monkey", "cost"])
    func otherFields(_ name: String) { #expect(!Redaction.isSecret(field: name)) }

    @Test(arguments: [UInt64(1), 2, 3])
    func escapesCharacterByCharacter(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet: [Unicode.Scalar] = ["a", "b", " ", "\"", "\\", "\n", "\u{1}", "\u{7F}", "\u{85}", "é", "€", "😀"]
        for round in 0..<300 {
            // Two rounds in three end near the limit.
            let plain = round % 3 == 0 ? 0 : EscapedText.maximumBytes - Int.random(in: 0...24, using: &generator)
            var scalars = Array(repeating: Unicode.Scalar("x"), count: plain)
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                scalars.append(alphabet.randomElement(using: &generator) ?? "a")
            }
            if Bool.random(using: &generator) { scalars.reverse() }
            var bytes: [UInt8] = Array("before".utf8)
            let isWhole = EscapedText.append(String(String.UnicodeScalarView(scalars)), to: &bytes)
            let expected = Self.escaped(scalars)
            #expect(isWhole == expected.isWhole, "seed \(seed), round \(round)")
            #expect(String(decoding: bytes, as: UTF8.self) == "before" + expected.text, "seed \(seed), round \(round)")
        }
    }

    private static func escaped(_ scalars: [Unicode.Scalar]) -> (text: String, isWhole: Bool) {
        var text = ""
        for scalar in scalars {
            if text.utf8.count >= EscapedText.maximumBytes { return (text + "…", false) }
            switch scalar {
            case "\"": text += #"\""#
            case "\\": text += #"\\"#
            case "\n": text += #"\n"#
            case "\u{1}": text += #"\u0001"#
            case "\u{7F}": text += #"\u007f"#
            case "\u{85}": text += #"\u0085"#
            default: text.unicodeScalars.append(scalar)
            }
        }
        return (text, true)
    }
}
