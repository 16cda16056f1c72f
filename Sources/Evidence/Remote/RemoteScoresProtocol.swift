public import Policy
internal import Wire

/// A classifier server (`http_classify`): `POST /classify` with `{"inputs": text}`, answered by
/// `[{"label": …, "score": …}]` with every label once. Spec signals-decisions §4.9.
public struct RemoteScoresProtocol: RemoteClassifierProtocol {
    /// How far the sum of the scores may be from 1.
    public static let sumTolerance = 0.02
    /// Seconds to wait when the model names none.
    public static let defaultTimeoutSeconds = 5

    public let labels: [String]
    private let place: RemotePlace

    /// A server with these labels. Throws when the settings do not lead to it.
    public init(_ model: ExternalModel, labels: [String]) throws(RemoteModelError) {
        self.labels = try RemoteLabels.checked(labels)
        place = try RemotePlace(model, path: "/classify", seconds: Self.defaultTimeoutSeconds)
    }

    public func request(for text: String) throws(RemoteModelError) -> RemoteRequest {
        var writer = JSONWriter(reservingCapacity: text.utf8.count + 32)
        writer.beginObject()
        writer.member("inputs", text)
        writer.endObject()
        return try RemoteRequest(to: place, body: writer.bytes)
    }

    public func probabilities(status: Int, body: [UInt8]) throws(RemoteModelError) -> [Double] {
        let answer = try RemoteAnswer.json(status: status, body: body)
        guard answer.kind == .array else {
            throw RemoteModelError(.unexpectedShape, "the answer is not an array of labels")
        }
        var scores = [Double?](repeating: nil, count: labels.count)
        for element in answer.elements {
            guard let name = element["label"]?.string, let number = element["score"], number.kind == .number else {
                throw RemoteModelError(.unexpectedShape, "an element of the answer lacks its label or its score")
            }
            guard let label = labels.firstIndex(of: name) else {
                throw RemoteModelError(.unknownLabel, "the answer has a label that the mapping does not have")
            }
            guard scores[label] == nil else {
                throw RemoteModelError(.duplicateLabel, "the answer has the label \(labels[label]) twice")
            }
            guard let score = number.double, (0...1).contains(score) else {
                throw RemoteModelError(.scoreOutOfRange, "the score of \(labels[label]) is not between 0 and 1")
            }
            scores[label] = score
        }
        if let missing = scores.firstIndex(of: nil) {
            throw RemoteModelError(.missingLabel, "the answer lacks the label \(labels[missing])")
        }
        let known = scores.compactMap(\.self)
        let sum = known.reduce(0, +)
        // Slack for the rounding of the sum itself, so that .98 and 1.02 are within.
        guard abs(sum - 1) <= Self.sumTolerance + 1e-9 else {
            throw RemoteModelError(.scoreSum, "the scores add up to \(sum), not to 1")
        }
        return known
    }
}
