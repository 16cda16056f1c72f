/// The candidate of the highest quality begins a session; session protection keeps it, whether learning is on or not.
public struct SessionAwareSelection: SelectionAlgorithm {
    public static let type = "session_aware"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let utilities = candidates.map { $0.facts.quality ?? 0.5 }
        return Selection.ranked(
            candidates, utilities, confidence: 1, method: Self.type, reason: "highest quality of the cards")
    }
}
