internal import Policy

/// A selector that was trained offline on embeddings of requests. Spec selection-learning §1.11.
public protocol TrainedSelector: Sendable {
    /// The length of the vectors it expects.
    var dimension: Int { get }
    /// What it thinks of models for a request, by name, from 0 to 1. Models it does not know are missing.
    func scores(_ features: [Float]) -> [String: Double]
}

/// The categories that follow the embedding in a request's features, one place each. Spec selection-learning §1.11.
public enum TrainedCategories {
    /// The names in the order of their places.
    public static let names = [
        "math", "physics", "chemistry", "biology", "computer science", "history", "economics", "business", "law",
        "health", "psychology", "philosophy", "other", "unknown",
    ]

    /// The embedding followed by a 1 at the category's place.
    public static func features(_ embedding: [Float], category: String) -> [Float] {
        var places = [Float](repeating: 0, count: names.count)
        let wanted = category.replacing("_", with: " ").lowercased()
        let place = category.isEmpty ? names.count - 1 : names.firstIndex(of: wanted) ?? names.count - 2
        places[place] = 1
        return embedding + places
    }
}

/// A choice by a trained selector.
public struct TrainedSelection: SelectionAlgorithm {
    public static let type = "trained"
    private let method: String
    private let selector: any TrainedSelector

    /// The algorithm of a type, with what was trained.
    public init(_ method: String, _ selector: any TrainedSelector) {
        self.method = method
        self.selector = selector
    }

    public var needsEmbedding: Bool { true }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        guard let embedding = context.embedding else {
            return .fallback(candidates, method: method, reason: "the request has no embedding")
        }
        let features = TrainedCategories.features(embedding, category: context.category)
        guard features.count == selector.dimension else {
            return .fallback(
                candidates, method: method,
                reason: "trained on \(selector.dimension) features, the encoder gives \(features.count)")
        }
        let scores = selector.scores(features)
        let known = candidates.map { scores[$0.reference.effectiveName] ?? scores[$0.reference.model] }
        guard let best = known.compactMap(\.self).max(), best > 0 else {
            return .fallback(candidates, method: method, reason: "the trained selector knows no candidate")
        }
        return .ranked(
            candidates, known.map { clamped($0 ?? 0) }, confidence: clamped(best), method: method,
            reason: "best trained score of \(known.count { $0 != nil }) known candidates")
    }
}
