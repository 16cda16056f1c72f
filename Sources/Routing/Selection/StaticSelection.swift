/// The first candidate; the others stand in when it fails.
public struct StaticSelection: SelectionAlgorithm {
    public static let type = "static"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        Selection(
            order: candidates.map(\.reference), method: Self.type,
            reason: candidates.count > 1 ? "first of \(candidates.count) candidates" : "the only candidate")
    }
}
