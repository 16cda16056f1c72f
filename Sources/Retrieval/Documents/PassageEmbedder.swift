public import Evidence
internal import Lexical
internal import Routing

/// Places texts in meaning.
public protocol PassageEmbedder: Sendable {
    /// What tells it from every other; vectors of two do not compare.
    var identity: String { get }
    /// Unit vectors; nil stands for a text that the model cannot read. Throws when the model fails.
    func vectors(of texts: [String], within limit: Duration) async throws(EmbeddingError) -> [[Float]?]
    /// A cosine on the scale that policies are written in.
    func similarity(_ cosine: Double) -> Double
    /// Where tokens begin, in UTF-8 bytes and ascending.
    func tokenStarts(_ text: Substring) -> [Int]
}

/// Why texts could not be placed.
public struct EmbeddingError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
    /// Whether another try may do.
    public var isTransient: Bool

    /// An error with a sentence for a person.
    public init(_ description: String, isTransient: Bool) {
        self.description = description
        self.isTransient = isTransient
    }
}

/// The model that reads requests, reading passages.
public struct ReaderEmbedder: PassageEmbedder {
    private let reader: any TextReader

    /// An embedder over a reader that answers the task `embedding`.
    public init(_ reader: any TextReader) {
        self.reader = reader
    }

    public var identity: String { reader.identity }

    public func vectors(of texts: [String], within limit: Duration) async throws(EmbeddingError) -> [[Float]?] {
        guard !texts.isEmpty else { return [] }
        let needs = texts.map { TextNeed(.text($0), LearnedTasks(.embedding)) }
        // The reader keeps the deadline; it answers by then whatever happens.
        let found = await withCheckedContinuation { continuation in
            _ = reader.read(needs, deadline: .now + limit) { continuation.resume(returning: $0) }
        }
        guard found.count == texts.count else {
            throw EmbeddingError("\(reader.name) did not answer", isTransient: true)
        }
        var vectors: [[Float]?] = []
        for findings in found {
            switch findings.problem {
            case nil: vectors.append(findings.embedding.isEmpty ? nil : findings.embedding)
            case .unreadable?: vectors.append(nil)
            case let problem?:
                throw EmbeddingError(
                    "\(reader.name) could not place the text: \(problem.rawValue)",
                    isTransient: problem == .overloaded || problem == .timeout)
            }
        }
        return vectors
    }

    public func similarity(_ cosine: Double) -> Double { reader.similarity(cosine) }

    public func tokenStarts(_ text: Substring) -> [Int] {
        guard let encoder = reader as? EncoderTextReader else { return PassageSplitter.unitStarts(text) }
        var starts: [Int] = []
        var scalar = 0
        var byte = 0
        var scalars = text.unicodeScalars.makeIterator()
        for start in encoder.tokenStarts(String(text)) {
            while scalar < start, let next = scalars.next() {
                scalar += 1
                byte += UTF8.width(next)
            }
            starts.append(byte)
        }
        return starts
    }
}
