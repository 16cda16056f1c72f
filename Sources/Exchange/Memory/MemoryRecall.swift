internal import Glibc
internal import Lexical
internal import State

/// Chooses what of a user's memories belongs to a request. Spec pipeline-api §8.2, §8.3.
struct MemoryRecall: Sendable {
    let settings: MemorySettings
    /// The request's text.
    let query: String
    /// How near each memory is in meaning, on the scale that policies are written in; nil where that is not known.
    let similarity: @Sendable (StoredMemory) -> Double?

    /// A memory with how much it has to do with the request, 0 to 1.
    struct Recalled: Sendable, Hashable {
        var memory: StoredMemory
        var score: Double
    }

    /// The memories for the request, best first.
    func choose(from memories: [StoredMemory], at now: Double) -> [Recalled] {
        var found = relevant(memories)
        if settings.adaptsThreshold { found = Self.beforeGap(found) }
        if settings.filters { found = reflected(found, at: now) }
        return Array(found.prefix(max(0, settings.limit)))
    }

    /// Those over the threshold. It holds for what a memory has to do with the request by itself, in meaning or, in a
    /// search by words as well, in its share of the request's words; how the two are joined decides the order. So it
    /// means the same in every mode, and ranks alone let nothing in.
    private func relevant(_ memories: [StoredMemory]) -> [Recalled] {
        let near = memories.map(similarity)
        let isPlaced = near.contains { $0 != nil }
        guard let fusion = settings.fusion ?? (isPlaced ? nil : .weighted(vector: 0, bm25: 0.7, ngram: 0.3)) else {
            let scored = zip(memories, near).map { Recalled(memory: $0, score: $1 ?? 0) }
            return scored.filter { $0.score >= settings.threshold }.sorted(by: Self.isBetter)
        }
        let candidates = zip(memories, near).map { HybridRanking.Candidate($0.content, similarity: $1) }
        let scores = HybridRanking(fusion: fusion).scores(for: query, of: candidates)
        return zip(memories, scores).filter { _, score in
            max(score.vector ?? 0, score.bm25) >= settings.threshold
        }.map { Recalled(memory: $0, score: $1.total) }.sorted(by: Self.isBetter)
    }

    private static func isBetter(_ left: Recalled, _ right: Recalled) -> Bool {
        (left.score, left.memory.updatedAt, left.memory.id) > (right.score, right.memory.updatedAt, right.memory.id)
    }

    /// The least difference between neighbours that separates what belongs from what does not.
    private static let gap = 0.05

    private static func beforeGap(_ found: [Recalled]) -> [Recalled] {
        let end = found.indices.dropFirst().first { found[$0 - 1].score - found[$0].score >= gap }
        return end.map { Array(found[..<$0]) } ?? found
    }

    /// Without what is blocked, old ones behind new ones, none twice, and no more than the budget holds.
    private func reflected(_ found: [Recalled], at now: Double) -> [Recalled] {
        var aged = found.filter { settings.blocked?.matches(in: $0.memory.content).isEmpty ?? true }
        if settings.halfLifeDays > 0 {
            for index in aged.indices {
                let days = max(0, now - aged[index].memory.updatedAt) / 86_400
                aged[index].score *= Self.halved(days / settings.halfLifeDays)
            }
            aged.sort(by: Self.isBetter)
        }
        var kept: [(recalled: Recalled, words: Set<String>)] = []
        var tokens = 0.0
        for recalled in aged {
            guard !kept.contains(where: { Self.isToldBy($0.recalled.memory, recalled.memory) }) else { continue }
            let words = MemoryConsolidation.words(of: recalled.memory.content)
            guard !kept.contains(where: { MemoryConsolidation.overlap($0.words, words) >= settings.duplicateThreshold })
            else { continue }
            tokens += Self.tokens(recalled.memory.content)
            guard tokens <= Double(settings.maximumTokens) else { break }
            kept.append((recalled, words))
        }
        return kept.map(\.recalled)
    }

    /// Whether a memory need not be given beside a better one: a statement and the turn in which it was made.
    private static func isToldBy(_ better: StoredMemory, _ memory: StoredMemory) -> Bool {
        if memory.kind != .episodic { return better.content.contains(memory.content) }
        return better.kind != .episodic && memory.source != .sessionWindow && memory.content.contains(better.content)
    }

    private static func halved(_ times: Double) -> Double { exp2(-times) }

    /// About as many tokens as a text has: 1.3 for each word, and one for every four bytes of texts without spaces.
    static func tokens(_ text: String) -> Double {
        let words = Double(text.split { $0.isWhitespace }.count) * 1.3
        return max(words, Double(text.utf8.count) / 8)
    }
}
