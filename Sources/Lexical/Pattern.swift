internal import CRE2

/// One compiled RE2 pattern. Every search takes time linear in the text.
public final class Pattern: Sendable {
    /// The pattern as it was given.
    public let source: String
    /// Whether letters match in both cases.
    public let isCaseInsensitive: Bool
    /// RE2 objects are immutable to their callers and safe to share between threads.
    nonisolated(unsafe) private let handle: OpaquePointer

    /// Compiles a pattern in RE2's dialect. Throws when it is malformed or exceeds the limits.
    public init(
        _ source: String, caseInsensitive: Bool = false, limits: PatternLimits = PatternLimits()
    ) throws(PatternError) {
        guard source.utf8.count <= limits.maximumSourceBytes else {
            throw PatternError(
                code: .patternTooLarge, pattern: source,
                message: "\(source.utf8.count) bytes are more than the \(limits.maximumSourceBytes) allowed; split it",
                offset: nil)
        }
        guard let handle = Pattern.compile(source, caseInsensitive, limits) else {
            throw PatternError(code: .patternTooLarge, pattern: source, message: "out of memory", offset: nil)
        }
        let status = Int(cre2_pattern_status(handle))
        guard status == CRE2_PATTERN_OK else {
            let failure = PatternFailure(handle)
            cre2_pattern_destroy(handle)
            throw PatternError(
                code: status == CRE2_PATTERN_TOO_LARGE ? .patternTooLarge : .invalidPattern, pattern: source,
                message: failure.message, offset: failure.offset(in: source))
        }
        self.source = source
        self.isCaseInsensitive = caseInsensitive
        self.handle = handle
    }

    deinit { cre2_pattern_destroy(handle) }

    /// Whether the pattern occurs anywhere in the text.
    public func matches(_ text: String) -> Bool {
        text.withUTF8Bytes { matches($0) }
    }

    func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withMemoryRebound(to: CChar.self) { cre2_pattern_matches(handle, $0.baseAddress, $0.count) }
    }

    /// How many non-overlapping matches the text holds, at most `maximum`. An empty match counts unless it touches
    /// the match before it; the search goes on one scalar later. Each match costs at most one read of the rest of the
    /// text, which `maximum` bounds.
    public func count(in text: String, maximum: Int = 10_000) -> Int {
        text.withUTF8Bytes { bytes in
            var count = 0
            var position = 0
            var previousEnd = -1
            while position <= bytes.count, count < maximum, let range = firstRange(in: bytes, from: position) {
                if !range.isEmpty || range.lowerBound != previousEnd { count += 1 }
                previousEnd = range.upperBound
                position = range.upperBound
                if range.isEmpty {
                    guard position < bytes.count else { break }
                    position += UTF8Text.length(first: bytes[position])
                }
            }
            return count
        }
    }

    /// Where the leftmost match lies.
    public func firstRange(in text: String) -> Range<String.Index>? {
        guard let range = text.withUTF8Bytes({ firstRange(in: $0, from: 0) }) else { return nil }
        return text.index(atUTF8Offset: range.lowerBound)..<text.index(atUTF8Offset: range.upperBound)
    }

    private func firstRange(in bytes: UnsafeBufferPointer<UInt8>, from position: Int) -> Range<Int>? {
        bytes.withMemoryRebound(to: CChar.self) { text in
            var start = 0
            var end = 0
            // An empty text has no address of its own, and RE2 reports offsets from the address it was given.
            guard let base = text.baseAddress else {
                return cre2_pattern_matches(handle, nil, 0) ? 0..<0 : nil
            }
            return cre2_pattern_find(handle, base, text.count, position, &start, &end) ? start..<end : nil
        }
    }

    fileprivate static func compile(
        _ source: String, _ caseInsensitive: Bool, _ limits: PatternLimits
    ) -> OpaquePointer? {
        source.withUTF8Bytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                cre2_pattern_create($0.baseAddress, $0.count, !caseInsensitive, Int64(limits.maximumMemory))
            }
        }
    }
}

/// What RE2's parser says about a pattern. It names a fragment, not a position: the position is worked out here.
private struct PatternFailure: Equatable {
    let status: Int
    let message: String
    let fragment: [UInt8]

    init(_ handle: OpaquePointer) {
        func text(_ read: (OpaquePointer, UnsafeMutablePointer<Int>) -> UnsafePointer<CChar>?) -> [UInt8] {
            var length = 0
            guard let start = read(handle, &length) else { return [] }
            return UnsafeBufferPointer(start: start, count: length).map { UInt8(bitPattern: $0) }
        }
        status = Int(cre2_pattern_status(handle))
        message = String(decoding: text { cre2_pattern_message($0, $1) }, as: UTF8.self)
        fragment = text { cre2_pattern_fragment($0, $1) }
    }

    func offset(in source: String) -> Int? {
        let bytes = Array(source.utf8)
        switch status {
        case CRE2_PATTERN_TOO_LARGE: return nil
        case CRE2_PATTERN_TRAILING_BACKSLASH: return bytes.count - 1
        case CRE2_PATTERN_MISSING_PARENTHESIS, CRE2_PATTERN_UNEXPECTED_PARENTHESIS:
            return Self.unbalancedParenthesis(bytes)
        default: return firstOccurrence(in: bytes)
        }
    }

    /// The parser reads from left to right, so the culprit is the first place where the fragment ends a prefix that
    /// fails in the same way.
    private func firstOccurrence(in bytes: [UInt8]) -> Int? {
        guard !fragment.isEmpty, fragment.count <= bytes.count else { return nil }
        var candidates = 0
        for start in 0...(bytes.count - fragment.count)
        where bytes[start..<(start + fragment.count)].elementsEqual(fragment) {
            candidates += 1
            guard candidates <= 64 else { return nil }
            let prefix = String(decoding: bytes[..<(start + fragment.count)], as: UTF8.self)
            guard let handle = Pattern.compile(prefix, false, PatternLimits()) else { return nil }
            defer { cre2_pattern_destroy(handle) }
            if PatternFailure(handle) == self { return start }
        }
        return nil
    }

    /// The first `)` that closes nothing, else the last `(` left open; escapes and classes are skipped.
    private static func unbalancedParenthesis(_ bytes: [UInt8]) -> Int? {
        var open: [Int] = []
        var position = 0
        var classStart: Int?
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "[") where classStart == nil:
                classStart = position
                if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "^") { position += 1 }
                if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "]") { position += 1 }
            case UInt8(ascii: "]"): classStart = nil
            case UInt8(ascii: "(") where classStart == nil: open.append(position)
            case UInt8(ascii: ")") where classStart == nil:
                if open.popLast() == nil { return position }
            default: break
            }
            position += 1
        }
        return open.last
    }
}
