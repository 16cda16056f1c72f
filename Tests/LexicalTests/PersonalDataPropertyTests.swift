import Lexical
import Testing

/// Laws that hold for any text.
@Suite struct PersonalDataPropertyTests {
    private static let pieces = [
        "1", "12", "4111", "555-", "-", ".", ":", "::", "@", " ", "  ", "\n", "(", ")", "+", "/", "at", "dot", "com",
        "a", "é", "日本",
        "sk-", "eyJ", "://", "password", "=", "\"", "GB82", "WEST", "-----BEGIN ", "PRIVATE KEY-----", "phone ", "ssn ",
        "zip ",
        "May ", "born ", "Mr. ", "driver license ", "age ", "IL ", "xn--", "www.", "x", "ext", "IP ", "\u{0}", "🙂",
    ]

    private static func check(_ text: String, _ label: String) {
        let bytes = Array(text.utf8)
        let findings = PersonalDataScanner().findings(in: text)
        var end = 0
        for finding in findings {
            #expect(finding.range.lowerBound >= end && !finding.range.isEmpty, "\(label)")
            #expect(finding.range.upperBound <= bytes.count, "\(label)")
            #expect(finding.confidence > 0 && finding.confidence < 1, "\(label)")
            // A range never cuts a scalar.
            #expect(bytes[finding.range.lowerBound] & 0xC0 != 0x80, "\(label)")
            #expect(
                finding.range.upperBound == bytes.count || bytes[finding.range.upperBound] & 0xC0 != 0x80, "\(label)")
            end = finding.range.upperBound
        }
        #expect(findings == PersonalDataScanner().findings(in: text), "\(label)")
    }

    @Test func rangesAreValidForAnyMixtureOfPieces() {
        for seed in UInt64(1)...4000 {
            var random = LexicalRandom(seed: seed)
            Self.check(random.text(of: Self.pieces, count: 0...40), "seed \(seed)")
        }
    }

    @Test func rangesAreValidForRandomBytes() {
        for seed in UInt64(1)...1500 {
            var random = LexicalRandom(seed: seed)
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            Self.check(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    /// Eight times the text takes at most about eight times as long; the factor leaves room for a busy machine.
    @Test(arguments: [
        "1 ", "a@", "a.", "1.", "a:", "sk-", "eyJaaaaaaaa.", "-----BEGIN PRIVATE KEY-----", "password: ", "x at ",
        "555-",
        "GB82 WEST ", "://a:", "a-", "(1", "é",
    ])
    func timeIsLinear(unit: String) {
        func seconds(_ count: Int) -> Duration {
            let text = String(repeating: unit, count: count)
            return (0..<3).map { _ in ContinuousClock().measure { _ = PersonalDataScanner().findings(in: text) } }.min()
                ?? .zero
        }
        let small = seconds(4_000)
        let large = seconds(32_000)
        #expect(large < small * 32 + .milliseconds(20))
    }
}
