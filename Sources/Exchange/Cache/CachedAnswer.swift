internal import Lexical
internal import State
internal import Synchronization
internal import Wire

/// An answer that may be given again, and the question that it answers.
struct CachedAnswer: Sendable {
    var answer: StoredAnswer
    var question: QuestionGuard

    /// About how much memory it takes.
    var byteCount: Int { answer.content.utf8.count + answer.model.utf8.count + 256 }
}

/// The response cache that the policy's store settings ask for. It outlives generations while they stay.
final class SharedResponseCache: Sendable {
    /// What makes another cache.
    struct Bounds: Sendable, Hashable {
        var maximumEntries: Int
        var eviction: ResponseCache<CachedAnswer>.Eviction
    }

    private let made = Mutex<(bounds: Bounds, cache: ResponseCache<CachedAnswer>)?>(nil)

    /// The cache with these bounds; a new, empty one when they have changed.
    func cache(_ bounds: Bounds) -> ResponseCache<CachedAnswer> {
        made.withLock { made in
            if let made, made.bounds == bounds { return made.cache }
            let cache = ResponseCache<CachedAnswer>(maximumEntries: bounds.maximumEntries, eviction: bounds.eviction)
            made = (bounds, cache)
            return cache
        }
    }
}
