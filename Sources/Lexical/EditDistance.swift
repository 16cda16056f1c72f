/// Levenshtein distance over Unicode scalars.
public enum EditDistance {
    /// The distance, or nil when it exceeds `limit`. Time is O(limit · min(length)).
    public static func levenshtein(_ first: String, _ second: String, limit: Int) -> Int? {
        levenshtein(first.unicodeScalars.map(\.value)[...], second.unicodeScalars.map(\.value)[...], limit: limit)
    }

    /// The distance, however large. Time is O(product of the lengths).
    public static func levenshtein(_ first: String, _ second: String) -> Int {
        let limit = max(first.unicodeScalars.count, second.unicodeScalars.count)
        return levenshtein(first, second, limit: limit) ?? limit
    }

    /// Only the diagonals within `limit` of the main one can lead to a distance within `limit`.
    static func levenshtein(_ first: ArraySlice<UInt32>, _ second: ArraySlice<UInt32>, limit: Int) -> Int? {
        let short = first.count <= second.count ? first : second
        let long = first.count <= second.count ? second : first
        guard limit >= 0, long.count - short.count <= limit else { return nil }
        if short.isEmpty { return long.count }
        let limit = min(limit, long.count)
        let beyond = limit + 1
        var row = (0...short.count).map { min($0, beyond) }
        for (line, symbol) in long.enumerated() {
            let low = max(1, line + 1 - limit)
            let high = min(short.count, line + 1 + limit)
            guard low <= high else { return nil }
            var diagonal = row[low - 1]
            row[low - 1] = low == 1 ? min(line + 1, beyond) : beyond
            var best = row[low - 1]
            for column in low...high {
                // Cells right of the band hold what the row before left there, which is out of reach.
                let above = column == line + 1 + limit ? beyond : row[column]
                let substitution = diagonal + (short[short.startIndex + column - 1] == symbol ? 0 : 1)
                diagonal = row[column]
                row[column] = min(substitution, above + 1, row[column - 1] + 1, beyond)
                best = min(best, row[column])
            }
            if best > limit { return nil }
        }
        return row[short.count] <= limit ? row[short.count] : nil
    }
}
