import Lexical
import Testing

@Suite struct EditDistanceTests {
    @Test func knownDistances() {
        #expect(EditDistance.levenshtein("kitten", "sitting") == 3)
        #expect(EditDistance.levenshtein("", "abc") == 3)
        #expect(EditDistance.levenshtein("", "") == 0)
        #expect(EditDistance.levenshtein("emergncy", "emergency", limit: 2) == 1)
        #expect(EditDistance.levenshtein("kitten", "sitting", limit: 2) == nil)
        #expect(EditDistance.levenshtein("日本語", "日本", limit: 1) == 1)
        #expect(EditDistance.levenshtein("a", "a", limit: 0) == 0)
        #expect(EditDistance.levenshtein("a", "b", limit: 0) == nil)
        #expect(EditDistance.levenshtein("a", "b", limit: -1) == nil)
    }

    @Test func boundedEqualsFull() {
        for seed in UInt64(1)...1500 {
            var random = LexicalRandom(seed: seed)
            let first = random.text(of: ["a", "b", "c", "é"], count: 0...12)
            let second = random.text(of: ["a", "b", "c", "é"], count: 0...12)
            let full = Self.table(Array(first.unicodeScalars), Array(second.unicodeScalars))
            #expect(EditDistance.levenshtein(first, second) == full, "seed \(seed)")
            for limit in 0...13 {
                let expected = full <= limit ? full : nil
                #expect(
                    EditDistance.levenshtein(first, second, limit: limit) == expected, "seed \(seed), limit \(limit)")
            }
        }
    }

    private static func table(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...second.count)]
        for (line, symbol) in first.enumerated() {
            var row = [line + 1]
            for (column, other) in second.enumerated() {
                row.append(
                    min(rows[line][column] + (symbol == other ? 0 : 1), rows[line][column + 1] + 1, row[column] + 1))
            }
            rows.append(row)
        }
        return rows[first.count][second.count]
    }
}
