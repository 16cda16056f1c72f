internal import CRE2
internal import Synchronization

/// All regular expressions of a policy, matched in one walk over the text.
public final class PatternSet: Sendable {
    /// How many patterns the set holds; they are known by their position in the list given to `init`.
    public let count: Int
    /// RE2 sets are immutable once compiled and safe to share between threads.
    nonisolated(unsafe) private let handle: OpaquePointer
    /// The same patterns one by one, for texts on which the common automaton outgrows its memory.
    private let patterns: [Pattern]
    private let fallbacks = Atomic<Int>(0)

    /// Compiles the patterns. `maximumMemory` bounds the common automaton in bytes; by default it is 64 MiB and 8 KiB
    /// for each pattern, at most 512 MiB, and it is only taken as texts need it. Throws for the first pattern that is
    /// malformed or too large, with its index.
    public init(
        _ patterns: [(source: String, caseInsensitive: Bool)], maximumMemory: Int? = nil,
        limits: PatternLimits = PatternLimits()
    ) throws(PatternError) {
        var single = limits
        single.maximumMemory = min(limits.maximumMemory, max(1 << 20, (512 << 20) / max(patterns.count, 1)))
        var compiled: [Pattern] = []
        for (index, pattern) in patterns.enumerated() {
            do throws(PatternError) {
                compiled.append(
                    try Pattern(pattern.source, caseInsensitive: pattern.caseInsensitive, limits: single))
            } catch {
                var located = error
                located.index = index
                throw located
            }
        }
        let memory = maximumMemory ?? min(64 << 20 + patterns.count * 8 << 10, 512 << 20)
        guard let handle = cre2_set_create(Int64(memory)) else { throw PatternSet.tooLarge(memory, index: nil) }
        for (index, pattern) in patterns.enumerated() {
            let source = pattern.caseInsensitive ? "(?i)" + pattern.source : pattern.source
            let added = source.withUTF8Bytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { cre2_set_add(handle, $0.baseAddress, $0.count) }
            }
            guard added == index else {
                cre2_set_destroy(handle)
                throw PatternSet.tooLarge(memory, index: index, pattern: pattern.source)
            }
        }
        guard cre2_set_compile(handle) else {
            cre2_set_destroy(handle)
            throw PatternSet.tooLarge(memory, index: nil)
        }
        self.count = patterns.count
        self.patterns = compiled
        self.handle = handle
    }

    deinit { cre2_set_destroy(handle) }

    /// How often a text outgrew the common automaton and was matched pattern by pattern instead.
    public var fallbackCount: Int { fallbacks.load(ordering: .relaxed) }

    /// Adds the index of every pattern that occurs in the text.
    public func matches(in text: String, into matches: inout MatchSet) {
        guard count > 0 else { return }
        text.withUTF8Bytes { bytes in
            if let found = walk(bytes) {
                for index in found { matches.insert(Int(index)) }
            } else {
                matchOneByOne(bytes, into: &matches)
            }
        }
    }

    func matchOneByOne(_ bytes: UnsafeBufferPointer<UInt8>, into matches: inout MatchSet) {
        fallbacks.add(1, ordering: .relaxed)
        for (index, pattern) in patterns.enumerated() where pattern.matches(bytes) { matches.insert(index) }
    }

    /// The indices of the patterns that occur in the text, ascending.
    public func matches(in text: String) -> [Int] {
        var found = MatchSet(capacity: count)
        matches(in: text, into: &found)
        return found.indices
    }

    /// Nil when the automaton ran out of memory: then nothing is known about any pattern.
    private func walk(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32]? {
        var status: Int32 = 0
        let found = [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
            var written = 0
            status = bytes.withMemoryRebound(to: CChar.self) {
                cre2_set_match(handle, $0.baseAddress, $0.count, buffer.baseAddress, buffer.count, &written)
            }
            initialized = written
        }
        return Int(status) == CRE2_SET_OK ? found : nil
    }

    private static func tooLarge(_ memory: Int, index: Int?, pattern: String = "") -> PatternError {
        PatternError(
            code: .patternTooLarge, pattern: pattern,
            message: "the patterns together need more than \(memory) bytes; simplify them or raise the limit",
            offset: nil, index: index)
    }
}
