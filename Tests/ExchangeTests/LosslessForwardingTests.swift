import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct LosslessForwardingTests {
    static let policy = """
        providers:
          defaults: { default_model: only }
          models:
            - { name: only, provider_model_id: "vendor/\\"only\\" é", backend_refs: [{ endpoint: "10.0.0.1:8000" }] }
        routing:
          modelCards: [{ name: only }]
          decisions: [{ name: rest, modelRefs: [{ model: only }] }]
        """

    /// Bodies with nested fields that no API knows: what arrives equals what was sent, with another model.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func onlyTheModelChanges(_ seed: UInt64) throws {
        let fixture = try RouterFixture(Self.policy)
        var bodies = RandomBodies(seed: seed)
        for round in 0..<150 {
            let body = bodies.next()
            let sent = try JSON(parsing: body)
            let attempt = try fixture.attempt(body)
            guard case .object(var members) = sent,
                let place = members.firstIndex(where: { $0.0 == "model" })
            else {
                Issue.record("seed \(seed), round \(round): no object")
                continue
            }
            members[place].1 = "vendor/\"only\" é"
            #expect(try attempt.json == .object(members), "seed \(seed), round \(round): \(body)")
            // The bytes on both sides of the model's value are the same, too.
            let name = #""vendor/\"only\" é""#
            let at = try #require(attempt.text.utf8.firstRange(of: name.utf8), "seed \(seed), round \(round)")
            let before = attempt.text.utf8[..<at.lowerBound]
            let after = attempt.text.utf8[at.upperBound...]
            #expect(body.utf8.starts(with: before), "seed \(seed), round \(round): \(body)")
            #expect(body.utf8.reversed().starts(with: after.reversed()), "seed \(seed), round \(round): \(body)")
        }
    }

    /// A policy that shapes nothing for a model under its own name forwards the bytes themselves.
    @Test(arguments: [11, 12] as [UInt64])
    func everyByteSurvives(_ seed: UInt64) throws {
        let fixture = try RouterFixture(
            Self.policy.replacing(#", provider_model_id: "vendor/\"only\" é""#, with: ""))
        var bodies = RandomBodies(seed: seed)
        bodies.model = "only"
        for round in 0..<150 {
            let body = bodies.next()
            #expect(try fixture.attempt(body).text == body, "seed \(seed), round \(round)")
        }
    }
}

/// Random chat bodies in random notation: white space, escapes, exotic numbers, unknown members.
struct RandomBodies {
    var model = "auto"
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func next() -> String {
        var members = ["\"model\"\(gap()):\(gap())\"\(model)\"", "\"messages\"\(gap()):\(messages())"]
        for index in 0..<Int.random(in: 0...5, using: &random) {
            members.append("\(string("x\(index)")):\(gap())\(value(depth: 4))")
        }
        members.shuffle(using: &random)
        return "\(gap()){" + members.map { gap() + $0 + gap() }.joined(separator: ",") + "}\(gap())"
    }

    private mutating func messages() -> String {
        let messages = (0...Int.random(in: 0...3, using: &random)).map { _ -> String in
            let role = ["user", "assistant", "system", "developer"].randomElement(using: &random) ?? "user"
            let content =
                Bool.random(using: &random)
                ? string("") : "[{\"type\":\"text\",\"text\":\(string("")),\(string("p")):\(value(depth: 2))}]"
            return "{\"role\":\"\(role)\",\(gap())\"content\":\(content),\(string("u")):\(value(depth: 2))}"
        }
        return "[" + messages.joined(separator: ",\(gap())") + "]"
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0...(depth > 0 ? 8 : 6), using: &random) {
        case 0: return "null"
        case 1: return Bool.random(using: &random) ? "true" : "false"
        case 2: return String(Int.random(in: -9_999...9_999, using: &random))
        case 3:
            return ["1e3", "-0", "0.10", "1E-7", "12345678901234567890123", "-1.5e+300"].randomElement(using: &random)
                ?? "0"
        case 7:
            let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in gap() + value(depth: depth - 1) }
            return "[" + elements.joined(separator: ",") + gap() + "]"
        case 8:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { index in
                "\(gap())\(string("k\(index)")):\(value(depth: depth - 1))"
            }
            return "{" + members.joined(separator: ",") + gap() + "}"
        default: return string("")
        }
    }

    /// A JSON string that begins with `prefix`, as it stands in a body.
    private mutating func string(_ prefix: String) -> String {
        let pieces = [
            "a", "model", " ", "é", "\\u00e9", "語", "🦆", "\\ud83e\\udd86", "\\n", "\\\"", "\\\\", "\\/", "/", "'", "{",
            "}", "[", "\\u0000", "\u{7F}", "\u{2028}", "e\u{301}", "data: ",
        ]
        let text = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
        return "\"" + prefix + text.joined() + "\""
    }

    private mutating func gap() -> String {
        ["", "", "", " ", "\n", "\t ", "\r\n"].randomElement(using: &random) ?? ""
    }
}

/// The same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension String.UTF8View {
    /// Where the first occurrence of a text stands.
    func firstRange(of text: String.UTF8View) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            if self[start...].starts(with: text) { return start..<index(start, offsetBy: text.count) }
            formIndex(after: &start)
        }
        return nil
    }
}
