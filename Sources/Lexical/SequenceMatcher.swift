/// Markers that appear one after another, as in "first … then … finally" (spec signals-decisions §3.3).
///
/// Markers are whole words, so "then" is not found inside "strengthen"; a marker with Han, kana or Hangul is found
/// anywhere. Markers of one sequence do not overlap.
public struct SequenceMatcher: Sendable {
    private let literals: LiteralSet
    /// For each literal, where it stands: a sequence and a position in it.
    private let places: [(sequence: Int, position: Int)]
    private let lengths: [Int]

    public init(sequences: [[String]], caseSensitive: Bool = false) {
        var markers: [LiteralSet.Literal] = []
        var places: [(sequence: Int, position: Int)] = []
        for (sequence, texts) in sequences.enumerated() {
            for (position, text) in texts.enumerated() {
                markers.append(LiteralSet.Literal(text, caseSensitive: caseSensitive, boundaries: true))
                places.append((sequence, position))
            }
        }
        literals = LiteralSet(markers)
        self.places = places
        lengths = sequences.map(\.count)
    }

    /// Whether any sequence occurs in order.
    public func matches(_ text: String) -> Bool {
        firstMatch(in: text) != nil
    }

    /// The index of the sequence that is complete first.
    public func firstMatch(in text: String) -> Int? {
        // Hits come ordered by their end, so taking each marker as early as it ends leaves the most room for the rest.
        var progress = lengths.map { _ in (next: 0, end: 0) }
        var complete: Int?
        literals.forEachHit(in: text) { literal, range in
            let (sequence, position) = places[literal]
            if progress[sequence].next == position, range.lowerBound >= progress[sequence].end {
                progress[sequence] = (position + 1, range.upperBound)
                if position + 1 == lengths[sequence] { complete = sequence }
            }
            return complete == nil
        }
        return complete
    }
}
