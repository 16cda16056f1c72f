import Testing

@testable import Lexical

@Suite struct PatternSetTests {
    private static let pool: [(source: String, caseInsensitive: Bool)] = [
        ("abc", true), ("abc", false), ("^a", false), ("b$", true), ("a|b", true), ("a.c", false), ("\\bfoo\\b", true),
        ("foo", false), ("[?？]", false), ("\\d{2,}", false), ("(a+)+$", false), ("é", true), ("É", false),
        ("привет", true), ("\\p{Han}", false), ("日本", false), ("", false), ("x*", false), ("^$", false),
        ("a\\s+b", true), ("(?i)FOO", false), ("foo|bar|baz", true), ("[^a-z]", true), ("\\w+@\\w+", false),
        ("c{3}", false), ("(ab)+c", true), ("b.*a", false), ("^.{3}$", false), ("\\bбар\\b", true), ("[A-C]", false),
        ("(?-i)A", true), ("\\.", false), ("1|2|3", false), ("o{2}", true), ("z", true), ("\\S{6}", false),
        ("^foo.*bar$", true), ("a?b?c?1", true), ("\\x{65E5}", false), ("f(o|0)+", true),
    ]
    private static let pieces = [
        "a", "b", "c", "A", "B", "foo", "bar", "FOO", "1", "2", "3", " ", ".", "?", "？", "é", "É", "日本", "привет", "@",
        "\n", "бар", "z",
    ]

    @Test func agreesWithPatternsOneByOne() throws {
        for seed in UInt64(1)...60 {
            var random = LexicalRandom(seed: seed)
            let chosen = Self.pool.filter { _ in Bool.random(using: &random) }
            let set = try PatternSet(chosen)
            let single = try chosen.map { try Pattern($0.source, caseInsensitive: $0.caseInsensitive) }
            for _ in 0..<10 {
                let text = random.text(of: Self.pieces, count: 0...30)
                let expected = single.indices.filter { single[$0].matches(text) }
                #expect(set.matches(in: text) == expected, "seed \(seed), text \(text)")
            }
            #expect(set.fallbackCount == 0)
        }
    }

    @Test func tightMemoryChangesNoAnswer() throws {
        let patterns = (6...13).map { (source: "a[ab]{\($0)}c", caseInsensitive: false) }
        let set = try PatternSet(patterns, maximumMemory: 20_000)
        let single = try patterns.map { try Pattern($0.source) }
        for seed in UInt64(1)...5 {
            var random = LexicalRandom(seed: seed)
            let text = random.text(of: ["a", "b", "b", "a", "b", "a", "b", "b", "aab"], count: 5000...5000) + "c"
            #expect(set.matches(in: text) == single.indices.filter { single[$0].matches(text) }, "seed \(seed)")
        }
    }

    @Test func oneByOneGivesTheSameAndIsCounted() throws {
        let set = try PatternSet(Self.pool)
        var random = LexicalRandom(seed: 11)
        for count in 1...50 {
            let text = random.text(of: Self.pieces, count: 0...30)
            var found = MatchSet(capacity: set.count)
            Array(text.utf8).withUnsafeBufferPointer { set.matchOneByOne($0, into: &found) }
            #expect(found.indices == set.matches(in: text), "\(text)")
            #expect(set.fallbackCount == count)
        }
    }

    @Test func namesTheOffender() {
        let error = #expect(throws: PatternError.self) {
            try PatternSet([("a", true), ("b", false), ("c(", true), ("d)", false)])
        }
        #expect(error?.index == 2)
        #expect(error?.offset == 1)
        #expect(error?.pattern == "c(")
    }

    @Test func reportsWhenThePatternsTogetherAreTooLarge() {
        let error = #expect(throws: PatternError.self) {
            try PatternSet((0..<50).map { ("\\pL{20}\($0)", false) }, maximumMemory: 10_000)
        }
        #expect(error?.code == .patternTooLarge)
    }

    @Test func emptySetAndEmptyText() throws {
        #expect(try PatternSet([]).matches(in: "a") == [])
        #expect(try PatternSet([("^$", false), ("a", false)]).matches(in: "") == [0])
    }
}

@Suite struct MatchSetTests {
    @Test func setsWithoutACommonIndexAreDisjoint() {
        var left = MatchSet(capacity: 10)
        var right = MatchSet(capacity: 200)
        #expect(left.isDisjoint(with: right))
        left.insert(3)
        right.insert(2)
        right.insert(130)
        #expect(left.isDisjoint(with: right) && right.isDisjoint(with: left))
        left.insert(130)
        #expect(!left.isDisjoint(with: right) && !right.isDisjoint(with: left))
    }
}
