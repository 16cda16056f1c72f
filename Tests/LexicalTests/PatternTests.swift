import Lexical
import Testing

@Suite struct PatternTests {
    @Test func matchesAndFinds() throws {
        let pattern = try Pattern("b+", caseInsensitive: false)
        let text = "é aBbb b"
        #expect(pattern.matches(text))
        #expect(pattern.firstRange(in: text).map { text[$0] } == "bb")
        #expect(!pattern.matches("BB"))
        #expect(try Pattern("b+", caseInsensitive: true).matches("BB"))
        #expect(try Pattern("привет", caseInsensitive: true).matches("ПРИВЕТ"))
        #expect(pattern.firstRange(in: "") == nil)
    }

    @Test func countsWithoutOverlap() throws {
        #expect(try Pattern("aa").count(in: "aaaaa") == 2)
        #expect(try Pattern("[?？]").count(in: "a? b? c？ d?") == 4)
        #expect(try Pattern("(?m)^\\d+\\.").count(in: "1. a\n2. b\n 3. c") == 2)
        #expect(try Pattern("\\bgo\\b").count(in: "go gogo go") == 2)
        #expect(try Pattern("a").count(in: "aaaa", maximum: 3) == 3)
    }

    @Test func emptyMatchesAdvanceOneScalar() throws {
        #expect(try Pattern("").count(in: "日本") == 3)
        #expect(try Pattern("").count(in: "") == 1)
        #expect(try Pattern("a*").count(in: "baaac") == 3)
        #expect(try Pattern("x*").count(in: "éé") == 3)
    }

    @Test(arguments: [
        ("a(b", 1), ("ab)c(", 2), ("x[a-", 1), ("[z-a]", 1), ("a**", 1), ("ab\\", 2), ("\\w+ \\q", 4), ("(?P<n", 0),
        ("*a", 0), ("a{2,1}", 1), ("(a)[)](", 6), ("é\\p{Nope}", 2), ("(?=a)b", 0), ("ab{1,2}c{3,1}", 8),
        ("ab{1,2}{3}", 2),
    ])
    func tellsWhereAPatternIsWrong(_ source: String, _ offset: Int) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.code == .invalidPattern)
        #expect(error?.offset == offset, "\(source): \(error.map(\.description) ?? "")")
        #expect(error?.pattern == source)
        #expect(error?.message.isEmpty == false)
    }

    @Test func boundsSize() {
        let long = #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 20_000)) }
        #expect(long?.code == .patternTooLarge)
        let wide = #expect(throws: PatternError.self) { try Pattern("((\\pL{100}){100}){10}") }
        #expect(wide != nil)
        let tight = #expect(throws: PatternError.self) {
            try Pattern("\\pL{500}", limits: PatternLimits(maximumMemory: 100_000))
        }
        #expect(tight?.code == .patternTooLarge)
        #expect(tight?.code.rawValue == "pattern_too_large")
    }

    @Test func catastrophicPatternsStayLinear() throws {
        let text = String(repeating: "a", count: 100_000)
        for source in ["(a+)+$", "(a|a)*b", "(a*)*c", "(.*)(.*)(.*)x"] {
            let pattern = try Pattern(source)
            #expect(pattern.matches(text) == (source == "(a+)+$"))
            #expect(pattern.matches(text + "!") == false)
        }
    }
}
