/// One step of normalisation.
enum Normalizer: Sendable {
    case bert(BertNormalization)
    case unicode(UnicodeForm)
    case lowercase
    case stripAccents
    case strip(left: Bool, right: Bool)
    case replace(Pattern, content: [UInt32])
    case prepend([UInt32])
    case precompiled(CharacterMap)
    case byteLevel

    /// Rewrites the text.
    func apply(to text: inout AlignedText) {
        guard !text.bytes.isEmpty else { return }
        switch self {
        case .bert(let normalization): normalization.apply(to: &text)
        case .unicode(let form): form.apply(to: &text)
        case .lowercase: Self.lowercase(&text)
        case .stripAccents: Self.filter(&text) { !$0.contains(.combiningMark) }
        case .strip(let left, let right): Self.strip(&text, left: left, right: right)
        case .replace(let pattern, let content): pattern.replace(in: &text, with: content)
        case .prepend(let content): Self.prepend(content, to: &text)
        case .precompiled(let map): map.apply(to: &text)
        case .byteLevel: ByteLevelAlphabet.spell(&text)
        }
    }

    /// Lower-cases every scalar by itself, whatever stands around it.
    static func lowercase(_ text: inout AlignedText) {
        if text.isASCII {
            text.bytes.withUnsafeMutableBufferPointer { bytes in
                for position in bytes.indices where bytes[position] &- 0x41 < 26 { bytes[position] |= 0x20 }
            }
            return
        }
        let properties = UnicodeData.Lookup()
        text.rewrite { writer in
            while !writer.isAtEnd {
                let (scalar, _) = UTF8Scalars.scalar(in: writer.source, at: writer.cursor)
                guard properties[scalar].contains(.hasLowercase) else {
                    writer.keep()
                    continue
                }
                let form = UnicodeData.lowercaseForms.sequence(of: scalar)
                for (position, part) in form.enumerated() { writer.put(part, change: position == 0 ? 0 : 1) }
            }
        }
    }

    /// Keeps the scalars whose properties pass.
    static func filter(_ text: inout AlignedText, _ keeps: (UnicodeData.Properties) -> Bool) {
        let properties = UnicodeData.Lookup()
        text.rewrite { writer in
            while !writer.isAtEnd {
                let (scalar, _) = UTF8Scalars.scalar(in: writer.source, at: writer.cursor)
                if keeps(properties[scalar]) { writer.keep() } else { writer.skip() }
            }
        }
    }

    static func strip(_ text: inout AlignedText, left: Bool, right: Bool) {
        let properties = UnicodeData.Lookup()
        let range = text.bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            var end = bytes.count
            while left, start < end {
                let (scalar, length) = UTF8Scalars.scalar(in: bytes, at: start)
                guard properties[scalar].contains(.whitespace) else { break }
                start += length
            }
            while right, end > start {
                let (scalar, length) = UTF8Scalars.scalar(in: bytes, before: end)
                guard properties[scalar].contains(.whitespace) else { break }
                end -= length
            }
            return start..<end
        }
        guard range.count < text.bytes.count else { return }
        text.bytes = Array(text.bytes[range])
        text.spans = Array(text.spans[range])
    }

    static func prepend(_ content: [UInt32], to text: inout AlignedText) {
        guard !content.isEmpty, let span = text.spans.first else { return }
        var prefix: [UInt8] = []
        for scalar in content { UTF8Scalars.append(scalar, to: &prefix) }
        text.bytes.insert(contentsOf: prefix, at: 0)
        text.spans.insert(contentsOf: repeatElement(span, count: prefix.count), at: 0)
    }
}
