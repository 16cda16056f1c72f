import Glibc

/// Tells in which of 75 languages a text is, offline, with a calibrated confidence (spec signals-decisions §3.8).
///
/// Letters are first told apart by script. A script that one language of the set uses decides by itself; Han and
/// kana are Chinese or Japanese by the share of kana; Latin, Cyrillic, Arabic and Devanagari letters go through a
/// linear softmax over character n-grams. Code, markup, addresses, identifiers and digits are not read.
/// A text of several scripts gets several languages, each with the share of its letters.
public struct LanguageIdentifier: Sendable {
    /// The languages that can be told apart, as ISO 639-1 codes in alphabetical order.
    public static let languages: [String] = [
        "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu",
        "fa", "fi", "fr", "ga", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "la",
        "lg", "lt", "lv", "mi", "mk", "mn", "mr", "ms", "nb", "nl", "nn", "pa", "pl", "pt", "ro", "ru", "sk", "sl",
        "sn", "so", "sq", "sr", "st", "sv", "sw", "ta", "te", "th", "tl", "tn", "tr", "ts", "uk", "ur", "vi", "xh",
        "yo", "zh", "zu",
    ]

    private let model: LanguageModel

    /// An identifier with the weights of a model file.
    ///
    /// - Throws: `LanguageModelError` when the bytes are not a whole, well-formed model of this version.
    public init(modelBytes: [UInt8]) throws(LanguageModelError) {
        model = try LanguageModel(bytes: modelBytes)
    }

    /// The most likely language of `text`, or nil where there is nothing to go on: no letters, or none in a script
    /// of the set. A low confidence means that the language is unknown; there is no fallback language.
    ///
    /// Reads at most 2,048 scalars: head, middle and tail of a longer text.
    public func identify(_ text: String) -> LanguageGuess? {
        let ranked = probabilities(text)
        guard let best = ranked.first else { return nil }
        return LanguageGuess(
            language: best.language, confidence: best.probability, runnerUp: ranked.dropFirst().first)
    }

    /// The probabilities of the languages possible for `text`, the likeliest first; empty where there is nothing to
    /// go on. Letters in scripts of no language of the set keep the sum below 1.
    public func probabilities(_ text: String) -> [(language: String, probability: Double)] {
        let reader = LanguageTextReader(text)
        let letters = ScriptCounts(reader)
        guard letters.total > 0 else { return [] }

        var result: [(language: String, probability: Double)] = []
        for script in LanguageScript.allCases where letters[script] > 0 {
            let share = letters[script] * script.letterWeight / letters.total
            if let only = script.onlyLanguage {
                result.append((only, share))
            } else if let members = model.scripts[script] {
                result += classify(reader, script: script, members: members, share: share)
            }
        }
        let ideographic = letters[.han] + letters[.kana]
        if ideographic > 0 {
            let share = ideographic * LanguageScript.han.letterWeight / letters.total
            let japanese = Self.japaneseProbability(han: letters[.han], kana: letters[.kana])
            result.append(("ja", share * japanese))
            result.append(("zh", share * (1 - japanese)))
        }
        result.sort { ($1.probability, $0.language) < ($0.probability, $1.language) }
        return result
    }

    private func classify(
        _ reader: LanguageTextReader, script: LanguageScript, members: LanguageModel.ScriptModel, share: Double
    ) -> [(language: String, probability: Double)] {
        var scores = [Int32](repeating: 0, count: model.languages.count)
        var grams = 0
        reader.letters.withUnsafeBufferPointer { letters in
            for word in reader.words where word.script == script {
                grams += model.add(word: word, of: letters, to: &scores)
            }
        }
        let factor = pow(Double(max(grams, 1)), -members.exponent)
        let logits = members.languages.map { Double(scores[Int($0)]) * model.scales[Int($0)] * factor }
        let highest = logits.max() ?? 0
        let weights = logits.map { exp($0 - highest) }
        let total = weights.reduce(0, +)
        return zip(members.languages, weights).map { (model.languages[Int($0)], share * $1 / total) }
    }

    /// The probability that ideographs and kana are Japanese. Japanese without any kana is rare, and the rarer the
    /// longer the text; a single の stands in Chinese texts too.
    static func japaneseProbability(han: Double, kana: Double) -> Double {
        guard kana > 0 else { return 0.4 * exp(-han / 4) }
        return min(0.99, 0.2 + 7.9 * kana / (han + kana))
    }

    /// Letters per script, and their weighted sum.
    private struct ScriptCounts {
        private var counts = [Double](repeating: 0, count: LanguageScript.allCases.count)
        private(set) var total = 0.0

        init(_ reader: LanguageTextReader) {
            for word in reader.words {
                // A lone Greek letter is a formula's, not a word.
                if word.script == .greek, word.range.count == 1 { continue }
                counts[Int(word.script.rawValue)] += Double(word.range.count)
                total += Double(word.range.count) * word.script.letterWeight
            }
        }

        subscript(script: LanguageScript) -> Double {
            counts[Int(script.rawValue)]
        }
    }
}
