/// Puts memories together that say nearly the same.
public enum MemoryConsolidation {
    /// The share of common words from which two memories are one. Spec pipeline-api §8.4.
    static let threshold = 0.6

    /// A new memory in place of the older ones of its kind and standing that it repeats. What was said last counts; how
    /// long it has been known, how often it was used and how much it matters is kept.
    static func merge(
        _ memory: StoredMemory, into others: [StoredMemory]
    ) -> (memory: StoredMemory, replaced: [String]) {
        let (words, opening) = (words(of: memory.content), opening(of: memory.content))
        let same = others.filter { other in
            other.kind == memory.kind && (other.quarantine == nil) == (memory.quarantine == nil)
                && asks(memory.content) == asks(other.content)
                && overlap(words, self.words(of: other.content)) >= threshold
                && overlap(opening, self.opening(of: other.content)) >= threshold
        }
        guard !same.isEmpty else { return (memory, []) }
        var merged = memory
        merged.source = .consolidation
        for other in same {
            merged.createdAt = min(merged.createdAt, other.createdAt)
            merged.importance = max(merged.importance, other.importance)
            merged.accessCount += other.accessCount
        }
        return (merged, same.map(\.id))
    }

    /// Whether the first line is a question: it tells nothing that could take a statement's place.
    private static func asks(_ text: String) -> Bool { text.prefix { $0 != "\n" }.hasSuffix("?") }

    /// The words of the first line: what was asked or said. Two turns are not one because their answers are alike.
    private static func opening(of text: String) -> Set<String> { words(of: String(text.prefix { $0 != "\n" })) }

    /// The distinct words of a text, in lower case.
    public static func words(of text: String) -> Set<String> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }

    /// The share of words that two texts have in common, 0 to 1 (Jaccard).
    public static func overlap(_ left: Set<String>, _ right: Set<String>) -> Double {
        guard !left.isEmpty || !right.isEmpty else { return 1 }
        let common = left.intersection(right).count
        return Double(common) / Double(left.count + right.count - common)
    }
}
