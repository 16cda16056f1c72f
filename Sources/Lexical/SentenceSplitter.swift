/// Cuts a text into sentences (terminators of spec signals-decisions §8.3; line breaks end a sentence too).
///
/// Runs of terminators and closing quotes or brackets stay with their sentence. A `.` does not end one between digits,
/// after a single capital at the start of a word that another capital follows, or directly before a small letter or a
/// digit; `!` and `?` do not directly before a small letter, a digit or `=`.
public struct SentenceSplitter: Sendable {
    public init() {}

    /// The sentences, without the white space around them; none is empty.
    public func sentences(in text: String) -> [Substring] {
        ranges(in: text).map { text[$0] }
    }

    /// Where the sentences lie.
    public func ranges(in text: String) -> [Range<String.Index>] {
        text.withUTF8Bytes { Self.offsets($0) }.map {
            text.index(atUTF8Offset: $0.lowerBound)..<text.index(atUTF8Offset: $0.upperBound)
        }
    }

    private static func offsets(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        /// First and after-last offset that are not white space, of the sentence being read.
        var start: Int?
        var end = 0
        var recent = Recent()
        var position = 0
        func close() {
            if let first = start { result.append(first..<end) }
            start = nil
        }
        while position < bytes.count {
            let (value, length) = UTF8Text.scalar(in: bytes, at: position)
            position += length
            if isLineBreak(value) {
                close()
                recent = Recent()
                continue
            }
            let kind = ScalarClass.of(value)
            if !kind.contains(.whitespace) {
                if start == nil { start = position - length }
                end = position
            }
            if isTerminator(value), ends(value, bytes, position, recent) {
                while position < bytes.count {
                    let (next, length) = UTF8Text.scalar(in: bytes, at: position)
                    guard isTerminator(next) || isClosing(next) else { break }
                    position += length
                }
                end = position
                close()
                recent = Recent()
            } else {
                recent.push(kind)
            }
        }
        close()
        return result
    }

    /// Whether the scalar before is a capital that begins a word.
    private struct Recent {
        private(set) var isInitial = false
        private var inWord = false

        mutating func push(_ kind: ScalarClass) {
            isInitial = kind.contains(.uppercase) && !inWord
            inWord = kind.contains(.letterOrDigit) || kind.contains(.mark)
        }
    }

    private static func ends(
        _ value: UInt32, _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ recent: Recent
    ) -> Bool {
        guard value < 0x80, position < bytes.count else { return true }
        let (next, length) = UTF8Text.scalar(in: bytes, at: position)
        let kind = ScalarClass.of(next)
        if kind.contains(.lowercase) || next >= 0x30 && next <= 0x39 { return false }
        guard value == 0x2E else { return next != 0x3D }
        guard recent.isInitial else { return true }
        if kind.contains(.uppercase) { return false }
        guard next == 0x20, position + length < bytes.count else { return true }
        return !ScalarClass.of(UTF8Text.scalar(in: bytes, at: position + length).value).contains(.uppercase)
    }

    private static func isTerminator(_ value: UInt32) -> Bool {
        switch value {
        case 0x2E, 0x21, 0x3F, 0x3002, 0xFF01, 0xFF1F, 0x061F, 0x0964, 0x0965, 0x1362, 0x0589, 0xFF61: true
        default: false
        }
    }

    private static func isClosing(_ value: UInt32) -> Bool {
        switch value {
        case 0x22, 0x27, 0x29, 0x5D, 0x7D, 0x2019, 0x201D, 0xBB, 0x300D, 0x300F, 0x3011, 0xFF09: true
        default: false
        }
    }

    private static func isLineBreak(_ value: UInt32) -> Bool {
        switch value {
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
