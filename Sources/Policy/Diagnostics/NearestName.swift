/// Finds the valid name that was probably meant.
public enum NearestName {
    /// The candidate with the smallest edit distance to `name`, when that is at most a third of its length
    /// (at least 1, at most 3); case does not count. Ties go to the first in order.
    public static func among(_ candidates: some Sequence<String>, to name: String) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(128))
        let limit = min(3, max(1, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(128))
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = editDistance(wanted, letters)
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Levenshtein distance with adjacent transpositions counted as one edit.
    static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var older = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 1...left.count {
            current[0] = row
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var distance = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    distance = min(distance, older[column - 2] + 1)
                }
                current[column] = distance
            }
            (older, previous, current) = (previous, current, older)
        }
        return previous[right.count]
    }
}
