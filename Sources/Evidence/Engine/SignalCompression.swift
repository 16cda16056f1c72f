internal import Lexical
internal import Policy

/// Shortening of what learned signals read. Spec signals-decisions §5.2, §8.
///
/// Unlike there, heuristic signals always read the whole text, and so do jailbreak and pii whatever the list of
/// exceptions says: what protects must not depend on a summary.
struct SignalCompression: Sendable {
    let compressor: PromptCompressor
    let skippedFamilies: Set<String>

    /// Nil when the policy does not shorten texts.
    init?(_ settings: PromptCompressionSettings) {
        guard settings.isEnabled, settings.maximumTokens > 0 else { return nil }
        let weights = settings.sentenceWeights
        var own = PromptCompressor.Settings(
            maximumTokens: settings.maximumTokens, minimumLength: settings.minimumLength)
        own.textRankWeight = weights.textRank
        own.positionWeight = weights.position
        own.tfidfWeight = weights.tfidf
        own.noveltyWeight = weights.novelty
        own.positionDepth = weights.positionDepth
        own.preservedFirstSentences = weights.preservedFirstSentences
        own.preservedLastSentences = weights.preservedLastSentences
        compressor = PromptCompressor(settings: own)
        skippedFamilies = Set(settings.effectiveSkippedSignals).union(["jailbreak", "pii", "reask"])
    }
}
