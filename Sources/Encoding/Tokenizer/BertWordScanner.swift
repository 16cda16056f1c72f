/// The short way through BERT's normaliser, pre-tokenizer and WordPiece for words of plain ASCII, which need no
/// normalised copy and no alignment.
struct BertWordScanner: Sendable {
    private enum Class {
        static let word: UInt8 = 0
        static let space: UInt8 = 1
        static let punctuation: UInt8 = 2
        static let removed: UInt8 = 3
        static let foreign: UInt8 = 4
    }

    /// For each byte its class.
    private let classes: FrozenBuffer<UInt8>
    /// For each byte what it is normalised to.
    private let forms: FrozenBuffer<UInt8>

    init(_ normalization: BertNormalization) {
        let properties = UnicodeData.Lookup()
        var classes = [UInt8](repeating: Class.foreign, count: 256)
        var forms = [UInt8](repeating: 0, count: 256)
        for byte in 0..<128 {
            let found = properties[UInt32(byte)]
            let isRemoved = normalization.cleansText && found.contains(.control)
            classes[byte] =
                isRemoved
                ? Class.removed
                : found.contains(.whitespace)
                    ? Class.space : found.contains(.punctuation) ? Class.punctuation : Class.word
            forms[byte] = UInt8(normalization.lowercases && 0x41...0x5A ~= byte ? byte | 0x20 : byte)
        }
        self.classes = FrozenBuffer(classes)
        self.forms = FrozenBuffer(forms)
    }

    /// Tokenizes a text that starts at original scalar `base`. Stretches between white space that hold anything else
    /// than plain ASCII go to `general`, with the scalar at which they start; it returns their length in scalars.
    func scan(
        _ text: UnsafeBufferPointer<UInt8>, base: UInt32, model: WordPieceModel, into output: inout TokenOutput,
        general: (UnsafeBufferPointer<UInt8>, UInt32, inout TokenOutput) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: model.maximumScalars + 1) { word in
            let classes = classes.elements
            let forms = forms.elements
            let limit = model.maximumScalars
            var cursor = 0
            /// Original scalar minus byte offset.
            var shift = base
            while cursor < text.count {
                let first = classes[Int(text[cursor])]
                if first == Class.space {
                    cursor += 1
                    continue
                }
                if first == Class.punctuation, cursor + 1 < text.count, classes[Int(text[cursor + 1])] < Class.removed {
                    word[0] = text[cursor]
                    model.tokenize(
                        ascii: UnsafeBufferPointer(rebasing: word[0..<1]),
                        base: shift &+ UInt32(truncatingIfNeeded: cursor), into: &output)
                    cursor += 1
                    continue
                }
                var end = cursor
                var length = 0
                var kind = Class.word
                while end < text.count {
                    let byte = text[end]
                    kind = classes[Int(byte)]
                    guard kind == Class.word else { break }
                    if length < limit { word[length] = forms[Int(byte)] }
                    length += 1
                    end += 1
                }
                if end == text.count || kind == Class.space || kind == Class.punctuation {
                    let start = shift &+ UInt32(truncatingIfNeeded: cursor)
                    if length > limit {
                        output.unknownCount += 1
                        output.add(
                            model.unknownID, Span(start: start, end: start &+ UInt32(truncatingIfNeeded: length)))
                    } else if length > 0 {
                        model.tokenize(
                            ascii: UnsafeBufferPointer(rebasing: word[0..<length]), base: start, into: &output)
                    }
                    if length == 0 {
                        // The last byte is punctuation, or the next is not plain.
                        word[0] = text[end]
                        if end + 1 == text.count {
                            model.tokenize(
                                ascii: UnsafeBufferPointer(rebasing: word[0..<1]),
                                base: shift &+ UInt32(truncatingIfNeeded: end), into: &output)
                            end += 1
                        } else {
                            end = takeStretch(text, cursor, &shift, &output, general)
                        }
                    }
                    cursor = end
                    continue
                }
                cursor = takeStretch(text, cursor, &shift, &output, general)
            }
        }
    }

    /// Hands everything up to the next white space over and returns where it ends.
    private func takeStretch(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ shift: inout UInt32, _ output: inout TokenOutput,
        _ general: (UnsafeBufferPointer<UInt8>, UInt32, inout TokenOutput) -> Void
    ) -> Int {
        var end = start
        var continuations: UInt32 = 0
        while end < text.count, classes[Int(text[end])] != Class.space {
            if text[end] & 0xC0 == 0x80 { continuations += 1 }
            end += 1
        }
        general(
            UnsafeBufferPointer(rebasing: text[start..<end]), shift &+ UInt32(truncatingIfNeeded: start), &output)
        shift &-= continuations
        return end
    }
}
