/// A tokenizer as a `tokenizer.json` describes it, with the token ids and offsets of the reference implementation
/// (the `tokenizers` package).
///
/// The sections `truncation` and `padding` are ignored: every text is tokenized whole, and the caller cuts windows
/// and pads. An instance does not change and may be used from many threads.
public final class Tokenizer: Sendable {
    private let vocabulary: Vocabulary
    private let model: TokenModel
    private let normalizers: [Normalizer]
    private let preTokenizers: [PreTokenizer]
    private let postProcessors: [PostProcessor]
    private let addedContents: [Int32: [UInt8]]
    private let addedIDs: [[UInt8]: Int32]
    private let verbatimTokens: AddedTokenMatcher
    private let normalizedTokens: AddedTokenMatcher
    private let hasVerbatimTokens: Bool
    private let hasNormalizedTokens: Bool
    private let tokenSpace: TokenSpace?
    private let template: (single: [PostProcessor.Item], pair: [PostProcessor.Item])
    private let bertScanner: BertWordScanner?

    /// The id that fills up short rows: the one of the `padding` section, else that of `[PAD]` or `<pad>`.
    public let paddingID: Int32?

    /// Number of tokens, added tokens included.
    public let vocabularySize: Int

    /// Reads a `tokenizer.json`.
    ///
    /// Throws where the document cannot be read, refers to tokens it does not have, or asks for a component or a
    /// regular expression that is not implemented; nothing that would change the ids is passed over.
    public init(json: [UInt8]) throws(TokenizerError) {
        let parts = try TokenizerParts(json: json)
        vocabulary = parts.vocabulary
        model = parts.model
        normalizers = parts.normalizers
        preTokenizers = parts.preTokenizers
        postProcessors = parts.postProcessors
        var addedIDs: [[UInt8]: Int32] = [:]
        var addedContents: [Int32: [UInt8]] = [:]
        for token in parts.addedTokens where !token.content.isEmpty {
            addedIDs[token.content] = token.id
            addedContents[token.id] = token.content
        }
        self.addedIDs = addedIDs
        self.addedContents = addedContents
        let verbatim = parts.addedTokens.filter { !$0.isNormalized }
        let normalized = parts.addedTokens.filter(\.isNormalized)
        verbatimTokens = AddedTokenMatcher(verbatim, spellings: verbatim.map(\.content))
        let steps = parts.normalizers
        normalizedTokens = AddedTokenMatcher(
            normalized,
            spellings: normalized.map { token in
                var text = token.content.withUnsafeBufferPointer { AlignedText($0, base: 0) }
                for step in steps { step.apply(to: &text) }
                return text.bytes
            })
        hasVerbatimTokens = !verbatimTokens.isEmpty
        hasNormalizedTokens = !normalizedTokens.isEmpty
        let trims = parts.postProcessors.contains { if case .trim = $0 { true } else { false } }
        tokenSpace = trims ? TokenSpace(parts.vocabulary) : nil
        var template: (single: [PostProcessor.Item], pair: [PostProcessor.Item]) = ([.first], [.first, .second])
        for case .template(let single, let pair, _) in parts.postProcessors { template = (single, pair) }
        self.template = template
        let vocabulary = parts.vocabulary
        vocabularySize = vocabulary.count + addedIDs.keys.reduce(0) { vocabulary.id(of: $1) < 0 ? $0 + 1 : $0 }
        let padding = ["[PAD]", "<pad>"].lazy.compactMap { name -> Int32? in
            let content = Array(name.utf8)
            if let id = addedIDs[content] { return id }
            let id = vocabulary.id(of: content)
            return id < 0 ? nil : id
        }
        paddingID = parts.paddingID ?? padding.first
        if case .wordPiece = parts.model, steps.count == 1, case .bert(let normalization) = steps[0],
            parts.preTokenizers.count == 1, case .bert = parts.preTokenizers[0], normalizedTokens.isEmpty
        {
            bertScanner = BertWordScanner(normalization)
        } else {
            bertScanner = nil
        }
    }

    /// Tokenizes a text of any length. With `addingSpecialTokens` the post-processor's tokens stand around it.
    public func encode(_ text: String, addingSpecialTokens: Bool = true) -> TokenizedText {
        var text = text
        return text.withUTF8 { bytes in
            var output = TokenOutput()
            output.ids.reserveCapacity(bytes.count / 3 + 8)
            output.spans.reserveCapacity(bytes.count / 3 + 8)
            tokenize(bytes, into: &output)
            return postProcess(&output, addingSpecialTokens: addingSpecialTokens)
        }
    }

    /// The id of a token as it is spelled in the vocabulary, or `nil`.
    public func id(of token: String) -> Int32? {
        let content = Array(token.utf8)
        if let id = addedIDs[content] { return id }
        let id = vocabulary.id(of: content)
        return id < 0 ? nil : id
    }

    /// The token of an id, or `nil` where there is none.
    public func token(of id: Int32) -> String? {
        if let added = addedContents[id] { return String(decoding: added, as: UTF8.self) }
        return vocabulary.bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts the post-processor's special tokens around one segment, or around two and between them. Of more than two
    /// segments the rest is left out.
    public func wrap(_ segments: [ArraySlice<Int32>]) -> [Int32] {
        PostProcessor.wrap(segments, single: template.single, pair: template.pair)
    }

    private func tokenize(_ text: UnsafeBufferPointer<UInt8>, into output: inout TokenOutput) {
        guard !text.isEmpty else { return }
        guard hasVerbatimTokens, let parts = verbatimTokens.parts(of: text) else {
            tokenizeSection(text, base: 0, into: &output)
            return
        }
        var scalar: UInt32 = 0
        var byte = 0
        for part in parts {
            // A token that took the space after it may reach beyond the start of the next one.
            scalar =
                part.range.lowerBound < byte
                ? scalar - Self.scalarCount(text[part.range.lowerBound..<byte])
                : scalar + Self.scalarCount(text[byte..<part.range.lowerBound])
            let section = UnsafeBufferPointer(rebasing: text[part.range])
            let end = scalar + Self.scalarCount(text[part.range])
            if let id = part.id {
                add(id, Span(start: scalar, end: end), matching: section, to: &output)
            } else {
                tokenizeSection(section, base: scalar, into: &output)
            }
            scalar = end
            byte = part.range.upperBound
        }
    }

    private static func scalarCount(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        var count: UInt32 = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Tokenizes a stretch of the original without verbatim tokens.
    private func tokenizeSection(_ text: UnsafeBufferPointer<UInt8>, base: UInt32, into output: inout TokenOutput) {
        if let bertScanner, case .wordPiece(let model) = model {
            bertScanner.scan(text, base: base, model: model, into: &output) { stretch, base, output in
                tokenizeGenerally(stretch, base: base, into: &output)
            }
            return
        }
        tokenizeGenerally(text, base: base, into: &output)
    }

    private func tokenizeGenerally(_ text: UnsafeBufferPointer<UInt8>, base: UInt32, into output: inout TokenOutput) {
        var aligned = AlignedText(text, base: base)
        for normalizer in normalizers { normalizer.apply(to: &aligned) }
        guard hasNormalizedTokens, let parts = aligned.bytes.withUnsafeBufferPointer(normalizedTokens.parts) else {
            tokenizeNormalized(aligned, into: &output)
            return
        }
        for part in parts {
            if let id = part.id {
                let first = aligned.spans[part.range.lowerBound]
                let last = aligned.spans[part.range.upperBound - 1]
                aligned.bytes.withUnsafeBufferPointer {
                    add(
                        id, Span(start: first.start, end: last.end),
                        matching: UnsafeBufferPointer(rebasing: $0[part.range]),
                        to: &output)
                }
            } else {
                var section = AlignedText(base: aligned.spans[part.range.lowerBound].start)
                section.bytes = Array(aligned.bytes[part.range])
                section.spans = Array(aligned.spans[part.range])
                tokenizeNormalized(section, into: &output)
            }
        }
    }

    private func tokenizeNormalized(_ text: AlignedText, into output: inout TokenOutput) {
        var list = PieceList(text)
        for step in preTokenizers { step.apply(to: &list, keepsBytes: model.readsBytes) }
        list.text.bytes.withUnsafeBufferPointer { bytes in
            list.text.spans.withUnsafeBufferPointer { spans in
                for piece in list.pieces {
                    let input = ModelInput(
                        bytes: UnsafeBufferPointer(rebasing: bytes[piece]),
                        spans: UnsafeBufferPointer(rebasing: spans[piece]))
                    model.tokenize(input, into: &output)
                }
            }
        }
    }

    private func add(
        _ id: Int32, _ span: Span, matching text: UnsafeBufferPointer<UInt8>, to output: inout TokenOutput
    ) {
        if tokenSpace != nil {
            let (leading, trailing) = TokenSpace.measure(text, UnicodeData.Lookup())
            output.matchedSpace.append((output.ids.count, leading, trailing))
        }
        output.add(id, span)
    }

    private func postProcess(_ output: inout TokenOutput, addingSpecialTokens: Bool) -> TokenizedText {
        for step in postProcessors {
            switch step {
            case .trim(let addsPrefixSpace): trim(&output, addsPrefixSpace: addsPrefixSpace)
            case .template(let single, _, let joins):
                if addingSpecialTokens { wrap(&output, single, joins: joins) }
            }
        }
        let spans = output.spans
        return TokenizedText(
            ids: output.ids,
            offsets: [Range<Int>](unsafeUninitializedCapacity: spans.count) { target, count in
                for (position, span) in spans.enumerated() {
                    target.initializeElement(at: position, to: Int(span.start)..<Int(max(span.start, span.end)))
                }
                count = spans.count
            }, unknownCount: output.unknownCount)
    }

    private func wrap(_ output: inout TokenOutput, _ items: [PostProcessor.Item], joins: Bool) {
        var spans: [Span] = []
        var shift = 0
        for item in items {
            switch item {
            case .special(let ids):
                if spans.isEmpty { shift += ids.count }
                spans += repeatElement(Span(start: 0, end: 0), count: ids.count)
            case .first: spans += output.spans
            case .second: break
            }
        }
        output.ids = PostProcessor.wrap([output.ids[...]], single: items, pair: items)
        output.spans = spans
        output.textStart = joins ? 0 : output.textStart + shift
        for index in output.matchedSpace.indices { output.matchedSpace[index].position += shift }
    }

    private func trim(_ output: inout TokenOutput, addsPrefixSpace: Bool) {
        guard let tokenSpace else { return }
        var matched = output.matchedSpace[...]
        for position in output.ids.indices {
            var (leading, trailing) = tokenSpace[output.ids[position]]
            if let next = matched.first, next.position == position {
                (leading, trailing) = (next.leading, next.trailing)
                matched.removeFirst()
            }
            guard leading > 0 || trailing > 0 else { continue }
            var span = output.spans[position]
            if leading > 0 {
                // A single space at the start of the text is the one that was put there.
                if position == output.textStart || span.start == 0, addsPrefixSpace, leading == 1 { leading = 0 }
                span.start = min(span.start + UInt32(leading), span.end)
            }
            if trailing > 0, span.end >= trailing { span.end = max(span.end - UInt32(trailing), span.start) }
            output.spans[position] = span
        }
    }
}
