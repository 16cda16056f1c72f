import Encoding
import Glibc
import Policy
import Testing

@testable import Evidence

/// Examples reduced to prototypes. Spec signals-decisions §2.2.
@Suite struct PrototypeBankTests {
    /// Examples on the unit circle, by their angles in degrees.
    static func circle(_ examples: [(text: String, degrees: Double)]) -> [PrototypeBank.Example] {
        examples.map { example in
            let angle = example.degrees * .pi / 180
            return PrototypeBank.Example(text: example.text, vector: [Float(cos(angle)), Float(sin(angle))])
        }
    }

    static func texts(
        _ examples: [PrototypeBank.Example], isMean: Bool = false, _ change: (inout PrototypeScoring) -> Void = { _ in }
    ) -> [String] {
        var scoring = PrototypeScoring()
        change(&scoring)
        return PrototypeBank(examples, scoring: scoring, isMean: isMean, similarity: .identity).prototypes.map(\.text)
    }

    static func score(
        _ similarities: [Double], isMean: Bool = false, _ change: (inout PrototypeScoring) -> Void = { _ in }
    ) -> PrototypeBank.Score {
        var scoring = PrototypeScoring()
        change(&scoring)
        return PrototypeBank([], scoring: scoring, isMean: isMean, similarity: .identity).score(similarities)
    }

    // MARK: building

    @Test func aClusterIsKeptAsItsMedoid() {
        // cos 20° is .94, cos 40° is .77: only the middle one has both others around it.
        let examples = Self.circle([("a", 0), ("m", 20), ("z", 40)])
        #expect(Self.texts(examples) == ["m"])
        #expect(Self.texts(examples) { $0.clusterSimilarityThreshold = 0.95 } == ["a", "m", "z"])
    }

    @Test func ofEqualClustersTheSmallerSeedTextCounts() {
        // Seeds at 50° and 25° both cover three; the smaller text among those seeds decides what is left over.
        let chain = [("d", 75.0), ("c", 50.0), ("b", 25.0), ("a", 0.0)]
        #expect(Self.texts(Self.circle(chain)) == ["b", "d"])
        let renamed = [("d", 75.0), ("b", 50.0), ("c", 25.0), ("a", 0.0)]
        #expect(Self.texts(Self.circle(renamed)) == ["b", "a"])
    }

    @Test func ofEqualMedoidsTheSmallerTextCounts() {
        #expect(Self.texts(Self.circle([("y", 0), ("x", 10)])) == ["x"])
        #expect(Self.texts(Self.circle([("x", 0), ("y", 10)])) == ["x"])
    }

    @Test func prototypesStandBySizeThenTightnessThenText() {
        let examples = Self.circle([
            ("t", 0), ("n", 90), ("m", 105), ("s", 270), ("q", 180), ("p", 181),
        ])
        #expect(Self.texts(examples) == ["p", "m", "s", "t"])
        #expect(Self.texts(examples) { $0.maximumPrototypes = 2 } == ["p", "m"])
        #expect(Self.texts(examples) { $0.maximumPrototypes = 0 } == ["p", "m", "s", "t"], "0 is no bound")
        let many = Self.circle((0..<12).map { ("e\($0)", Double($0) * 30) })
        #expect(Self.texts(many).count == 8, "the default bound")
    }

    @Test func emptyVectorsAndRepeatedTextsAreDropped() {
        var examples = Self.circle([("a", 0), ("a", 90), ("b", 180)])
        examples.append(PrototypeBank.Example(text: "empty", vector: []))
        let bank = PrototypeBank(examples, scoring: PrototypeScoring(), similarity: .identity)
        #expect(bank.prototypes.map(\.text) == ["a", "b"])
        #expect(bank.prototypes.first?.vector == [1, 0], "the first of equal texts counts")
        #expect(!bank.isEmpty)
        #expect(PrototypeBank([], scoring: PrototypeScoring(), similarity: .identity).isEmpty)
    }

    @Test func withoutScoringOrForAMeanEveryExampleStands() {
        let examples = Self.circle([("z", 0), ("b", 1), ("a", 2)])
        #expect(Self.texts(examples) { $0.isEnabled = false } == ["z", "b", "a"])
        #expect(Self.texts(examples, isMean: true) == ["z", "b", "a"])
        let many = Self.circle((0..<12).map { ("e\($0)", Double($0) * 30) })
        #expect(Self.texts(many, isMean: true).count == 12, "the bound is for prototypes")
    }

    @Test func clustersAreCutOnThePoliciesScale() throws {
        // Half of the cosine: cos 20° no longer reaches .9.
        let scale = try #require(SimilarityScale(inputs: [0, 1], outputs: [0, 0.5]))
        let examples = Self.circle([("a", 0), ("m", 20)])
        #expect(PrototypeBank(examples, scoring: PrototypeScoring(), similarity: scale).prototypes.count == 2)
    }

    // MARK: scoring

    @Test func bestAndSupportAreWeighed() {
        let score = Self.score([0.2, 0.8, 0.6])
        #expect(score.best == 0.8 && isNear(score.support, 0.7) && isNear(score.score, 0.775))
        #expect(isNear(Self.score([0.8, 0.6, 0.2]) { $0.topCount = 3 }.score, 0.75 * 0.8 + 0.25 * 1.6 / 3))
        #expect(isNear(Self.score([0.8, 0.6, 0.2]) { $0.topCount = 99 }.support, 1.6 / 3))
        #expect(isNear(Self.score([0.8, 0.6, 0.2]) { $0.bestWeight = 0 }.score, 0.7))
        #expect(Self.score([0.8, 0.6, 0.2]) { $0.bestWeight = 7 }.score == 0.8, "weights above 1 count as 1")
    }

    @Test func aMeanIsOverAll() {
        let score = Self.score([0.8, 0.6, 0.2], isMean: true)
        #expect(isNear(score.score, 1.6 / 3) && score.best == 0.8 && isNear(score.support, 1.6 / 3))
    }

    @Test func oneExampleIsItsScoreAndNoneIsLikeNothing() {
        #expect(Self.score([0.41]) == PrototypeBank.Score(score: 0.41, best: 0.41, support: 0.41))
        #expect(Self.score([]) == .none)
        #expect(Self.score([], isMean: true) == .none)
        #expect(isNear(Self.score([-0.4, -0.2]).score, 0.75 * -0.2 + 0.25 * -0.3))
    }

    @Test func aVectorIsScoredOnTheGivenScale() throws {
        let bank = PrototypeBank(
            Self.circle([("a", 0), ("b", 90)]), scoring: PrototypeScoring(), similarity: .identity)
        #expect(isNear(bank.score([0.8, 0.6], .identity).score, 0.75 * 0.8 + 0.25 * 0.7))
        let scale = try #require(SimilarityScale(inputs: [0.6, 0.8], outputs: [0, 1]))
        #expect(isNear(bank.score([0.8, 0.6], scale).score, 0.75 + 0.25 * 0.5))
    }
}

/// The map to the scale of policies.
@Suite struct SimilarityScaleTests {
    @Test func itRisesBetweenItsPointsAndIsFlatOutside() throws {
        let scale = try #require(SimilarityScale(inputs: [0.1, 0.2, 0.6, 0.9], outputs: [0.05, 0.4, 0.4, 0.95]))
        #expect([0.1, 0.2, 0.6, 0.9].map { scale($0) } == [0.05, 0.4, 0.4, 0.95])
        #expect(isNear(scale(0.15), 0.225) && isNear(scale(0.3), 0.4) && isNear(scale(0.75), 0.675))
        #expect([-1, 0, 0.0999].map { scale($0) } == [0.05, 0.05, 0.05])
        #expect([0.91, 1, 2].map { scale($0) } == [0.95, 0.95, 0.95])
        var generator = SeededGenerator(seed: 7)
        let cosines = (0..<500).map { _ in Double.random(in: -1...1, using: &generator) }.sorted()
        #expect(zip(cosines, cosines.dropFirst()).allSatisfy { scale($0) <= scale($1) })
    }

    @Test(arguments: [
        ([0.0], [1.0]), ([0, 1], [0, 0.5, 1]), ([], []), ([0, 0], [0, 1]), ([1, 0], [0, 1]), ([0, 1], [0.5, 0.4]),
        ([0, .nan], [0, 1]), ([0, 1], [0, .infinity]),
    ])
    func whatIsNoRisingMapIsNone(_ points: (inputs: [Double], outputs: [Double])) {
        #expect(SimilarityScale(inputs: points.inputs, outputs: points.outputs) == nil)
    }

    @Test func itIsReadFromItsFile() throws {
        func scale(_ json: String) throws -> SimilarityScale {
            try SimilarityScale(json: Array(json.utf8), path: "m/similarity.json")
        }
        #expect(try scale(#"{"inputs": [0, 1], "outputs": [0.25, 0.75], "note": "x"}"#)(0.5) == 0.5)
        for (broken, place) in [
            ("", "no JSON"), ("{", "no JSON"), ("[]", "inputs"), ("{}", "inputs"), (#"{"inputs": [0, 1]}"#, "outputs"),
            (#"{"inputs": 1, "outputs": 2}"#, "inputs"), (#"{"inputs": [0, 1], "outputs": [1, 0]}"#, "rise"),
            (#"{"inputs": [0, 1], "outputs": [0, "x"]}"#, "outputs[1]"),
            (#"{"inputs": [0, null, 1], "outputs": [0, 1]}"#, "inputs[1]"),
        ] {
            let error = #expect(throws: EncodingError.self, "\(broken)") { try scale(broken) }
            #expect(error?.code == .invalidManifest && error?.message.contains("m/similarity.json: ") == true)
            #expect(error?.message.contains(place) == true, "\(broken)")
        }
    }

    @Test func theCosineIsTheDotProductAtEveryLength() {
        var generator = SeededGenerator(seed: 3)
        for count in [0, 1, 7, 8, 9, 16, 23, 384] {
            let left = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
            let right = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
            let expected = zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(isNear(SimilarityScale.cosine(left, right), expected, within: 1e-4), "\(count)")
            #expect(isNear(SimilarityScale.identity(left, right + [1]), expected, within: 1e-4), "\(count)")
        }
    }
}
