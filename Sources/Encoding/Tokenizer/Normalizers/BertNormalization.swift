/// The normalisation of BERT: cleaning, spaces around ideographs, no accents, lower case.
struct BertNormalization: Sendable {
    var cleansText: Bool
    var isolatesIdeographs: Bool
    var stripsAccents: Bool
    var lowercases: Bool

    func apply(to text: inout AlignedText) {
        if cleansText { clean(&text) }
        if isolatesIdeographs { isolateIdeographs(&text) }
        if stripsAccents {
            UnicodeForm.canonicalDecomposition.apply(to: &text)
            if !text.isASCII { Normalizer.filter(&text) { !$0.contains(.nonspacingMark) } }
        }
        if lowercases { Normalizer.lowercase(&text) }
    }

    private func clean(_ text: inout AlignedText) {
        let properties = UnicodeData.Lookup()
        text.rewrite { writer in
            while !writer.isAtEnd {
                let (scalar, _) = UTF8Scalars.scalar(in: writer.source, at: writer.cursor)
                let found = properties[scalar]
                if found.contains(.control) {
                    writer.skip()
                } else if found.contains(.whitespace) {
                    writer.replace(with: 0x20)
                } else {
                    writer.keep()
                }
            }
        }
    }

    private func isolateIdeographs(_ text: inout AlignedText) {
        guard !text.isASCII else { return }
        text.rewrite { writer in
            while !writer.isAtEnd {
                let (scalar, _) = UTF8Scalars.scalar(in: writer.source, at: writer.cursor)
                if UnicodeData.isIdeograph(scalar) {
                    writer.replace(with: 0x20)
                    writer.insert(scalar)
                    writer.insert(0x20)
                } else {
                    writer.keep()
                }
            }
        }
    }
}
