public import Policy
internal import Wire

/// An OpenAI-compatible embeddings server (`POST /v1/embeddings`). Spec config §11.5.1.
public struct RemoteEmbeddingProtocol: Sendable {
    /// Texts of one request.
    public static let batchLimit = 64
    /// Bytes of the texts of one request, unless a single text has more.
    public static let batchByteLimit = 4 * 1024 * 1024
    /// Longest vector that is read.
    public static let dimensionLimit = 65_536

    /// The length of its vectors; nil takes what comes.
    public let dimension: Int?
    private let place: RemotePlace
    private let model: String

    /// A server; `key` is the value of the environment variable that the settings name. Throws when the settings do
    /// not lead to it.
    public init(_ endpoint: EmbeddingEndpoint, key: Secret = Secret("")) throws(RemoteModelError) {
        guard !endpoint.model.isEmpty else {
            throw RemoteModelError(.invalidSettings, "endpoint.model must not be empty")
        }
        guard (0...Self.dimensionLimit).contains(endpoint.dimensions) else {
            throw RemoteModelError(.invalidSettings, "endpoint.dimensions must be at most \(Self.dimensionLimit)")
        }
        place = try RemotePlace(endpoint, key: key)
        model = endpoint.model
        dimension = endpoint.dimensions > 0 ? endpoint.dimensions : nil
    }

    /// The texts in runs that one request each may carry, in order.
    public static func batches(of texts: [String]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, text) in texts.enumerated() {
            let size = text.utf8.count
            if index > start, index - start == batchLimit || bytes + size > batchByteLimit {
                result.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += size
        }
        if start < texts.count { result.append(start..<texts.count) }
        return result
    }

    /// The question about texts. Throws when there are none, when one is empty and when they are too long.
    public func request(for texts: [String]) throws(RemoteModelError) -> RemoteRequest {
        guard !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty }) else {
            throw RemoteModelError(.emptyInput, "there is no text to embed, or one that is empty")
        }
        var writer = JSONWriter(reservingCapacity: texts.reduce(128) { $0 + $1.utf8.count + 4 })
        writer.beginObject()
        writer.member("model", model)
        writer.key("input")
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
        writer.member("encoding_format", "float")
        if let dimension { writer.member("dimensions", dimension) }
        writer.endObject()
        return try RemoteRequest(to: place, body: writer.bytes)
    }

    /// The unit vectors of so many texts, in their order. Throws when the answer does not give one for each, all of
    /// the expected length.
    public func vectors(of count: Int, status: Int, body: [UInt8]) throws(RemoteModelError) -> [[Float]] {
        let answer = try RemoteAnswer.json(status: status, body: body)
        guard let data = answer["data"], data.kind == .array else {
            throw RemoteModelError(.unexpectedShape, "the answer has no array data")
        }
        var vectors = [[Float]](repeating: [], count: max(0, count))
        var length = dimension
        var found = 0
        for element in data.elements {
            guard found < count else { throw Self.wrongCount(count) }
            let index: Int
            switch element["index"] {
            case nil: index = found
            case let number?:
                guard let value = number.int else {
                    throw RemoteModelError(.unexpectedShape, "the index of a vector is not an integer")
                }
                index = value
            }
            guard vectors.indices.contains(index), vectors[index].isEmpty else { throw Self.wrongCount(count) }
            guard let embedding = element["embedding"], embedding.kind == .array else {
                throw RemoteModelError(.unexpectedShape, "an element of the answer has no array embedding")
            }
            vectors[index] = try Self.unitVector(embedding, length: length)
            length = vectors[index].count
            found += 1
        }
        guard found == count else { throw Self.wrongCount(count) }
        return vectors
    }

    private static func wrongCount(_ count: Int) -> RemoteModelError {
        RemoteModelError(.vectorCount, "the answer does not have one vector for each of \(count) texts")
    }

    private static func unitVector(_ value: JSONValue, length: Int?) throws(RemoteModelError) -> [Float] {
        var numbers: [Double] = []
        if let length { numbers.reserveCapacity(length) }
        for element in value.elements {
            guard numbers.count < length ?? dimensionLimit else { throw wrongLength(length) }
            guard element.kind == .number else {
                throw RemoteModelError(.unexpectedShape, "a vector has an element that is not a number")
            }
            guard let number = element.double, abs(number) <= Double(Float.greatestFiniteMagnitude) else {
                throw RemoteModelError(.vectorValue, "a vector has a number that is not finite")
            }
            numbers.append(number)
        }
        guard !numbers.isEmpty, length == nil || numbers.count == length else { throw wrongLength(length) }
        let norm = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard norm > 1e-12 else { throw RemoteModelError(.vectorValue, "a vector has no direction") }
        return numbers.map { Float($0 / norm) }
    }

    private static func wrongLength(_ length: Int?) -> RemoteModelError {
        RemoteModelError(
            .vectorDimension,
            length.map { "a vector does not have \($0) numbers" }
                ?? "a vector is empty or has more than \(dimensionLimit) numbers")
    }
}
