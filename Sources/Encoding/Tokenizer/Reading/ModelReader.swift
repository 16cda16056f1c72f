import Wire

/// Reads vocabularies and models.
enum ModelReader {
    /// Reads the `model` member. With `isByteLevel` a BPE model is given raw bytes instead of their spelling.
    static func read(
        _ node: TokenizerNode, isByteLevel: Bool, json: UnsafeBufferPointer<UInt8>
    ) throws(TokenizerError) -> (Vocabulary, TokenModel) {
        let type = try node.optional("type")?.string() ?? implicitType(node)
        switch type {
        case "WordPiece": return try wordPiece(node, JSONStringBytes(json))
        case "BPE": return try bytePair(node, JSONStringBytes(json), readsBytes: isByteLevel)
        case "Unigram": return try unigram(node, JSONStringBytes(json))
        default: throw node.unsupported("the model “\(type)”")
        }
    }

    /// Old files do not name the model's type.
    private static func implicitType(_ node: TokenizerNode) -> String {
        if node.optional("merges") != nil { return "BPE" }
        if node.optional("continuing_subword_prefix") != nil { return "WordPiece" }
        if node.optional("vocab")?.value.kind == .array { return "Unigram" }
        return "unnamed"
    }

    /// Reads a vocabulary of the form token to id.
    private static func vocabulary(
        _ node: TokenizerNode, _ strings: JSONStringBytes
    ) throws(TokenizerError) -> (Vocabulary, ByteStringTable) {
        guard node.value.kind == .object else { throw node.malformed("an object of tokens and ids is expected here") }
        var builder = ByteStringTable.Builder(expecting: 32_768)
        var limit = 0
        for member in node.value.members {
            guard let id = member.value.int, 0..<TokenizerNode.idLimit ~= id else {
                throw node.malformed("the id of “\(member.key)” is not from 0 to \(TokenizerNode.idLimit - 1)")
            }
            limit = max(limit, id + 1)
            strings.read(member.keyRange, decode: { member.key }) { builder.add($0, id: Int32(id)) }
        }
        let table = ByteStringTable(builder)
        return (Vocabulary(table, idLimit: limit), table)
    }

    private static func wordPiece(
        _ node: TokenizerNode, _ strings: JSONStringBytes
    ) throws(TokenizerError) -> (Vocabulary, TokenModel) {
        let (vocabulary, table) = try vocabulary(node.member("vocab"), strings)
        let unknown = try node.optional("unk_token")?.string() ?? "[UNK]"
        let unknownID = vocabulary.id(of: Array(unknown.utf8))
        guard unknownID >= 0 else {
            throw TokenizerError(
                code: .missingToken, path: node.path, message: "the unknown token “\(unknown)” is not in the vocabulary"
            )
        }
        let model = WordPieceModel(
            vocabulary: table, count: vocabulary.count, unknownID: unknownID,
            prefix: Array((try node.optional("continuing_subword_prefix")?.string() ?? "##").utf8),
            maximumScalars: try node.optional("max_input_chars_per_word")?.int() ?? 100)
        return (vocabulary, .wordPiece(model))
    }

    private static func bytePair(
        _ node: TokenizerNode, _ strings: JSONStringBytes, readsBytes: Bool
    ) throws(TokenizerError) -> (Vocabulary, TokenModel) {
        if let dropout = node.optional("dropout"), dropout.value.double != 0 {
            throw dropout.unsupported("dropout, which makes ids random,")
        }
        let (vocabulary, table) = try vocabulary(node.member("vocab"), strings)
        var options = BytePairModel.Options()
        options.fusesUnknown = try node.bool("fuse_unk", default: false)
        options.fallsBackToBytes = try node.bool("byte_fallback", default: false)
        options.ignoresMerges = try node.bool("ignore_merges", default: false)
        options.continuingPrefix = Array((try node.optional("continuing_subword_prefix")?.string() ?? "").utf8)
        options.endSuffix = Array((try node.optional("end_of_word_suffix")?.string() ?? "").utf8)
        if let unknown = node.optional("unk_token") {
            let name = try unknown.string()
            options.unknownID = vocabulary.id(of: Array(name.utf8))
            guard options.unknownID >= 0 || name.isEmpty else {
                throw TokenizerError(
                    code: .missingToken, path: unknown.path, message: "the token “\(name)” is not in the vocabulary")
            }
        }
        let isPlain = options.continuingPrefix.isEmpty && options.endSuffix.isEmpty && !options.fallsBackToBytes
        options.readsBytes = readsBytes && isPlain
        let merges = try merges(node.member("merges"), strings, vocabulary, prefix: options.continuingPrefix)
        let strings = options.readsBytes ? bytes(of: table, count: vocabulary.count) : table
        let model = BytePairModel(
            vocabulary: strings, idLimit: vocabulary.idLimit, merges: merges, options: options)
        return (vocabulary, .bytePair(model))
    }

    /// The tokens of a byte-level vocabulary by the bytes they spell.
    private static func bytes(of table: ByteStringTable, count: Int) -> ByteStringTable {
        var builder = ByteStringTable.Builder(expecting: count)
        table.forEach { string, id in
            if let bytes = ByteLevelAlphabet.bytes(spelledBy: string) { builder.add(bytes, id: id) }
        }
        return ByteStringTable(builder)
    }

    /// Reads merges, written as pairs or as texts with a space between the two tokens.
    private static func merges(
        _ node: TokenizerNode, _ strings: JSONStringBytes, _ vocabulary: Vocabulary, prefix: [UInt8]
    ) throws(TokenizerError) -> [PairMerger.Merge] {
        guard node.value.kind == .array else { throw node.malformed("an array of merges is expected here") }
        var merges: [PairMerger.Merge] = []
        var text: [UInt8] = []
        for element in node.value.elements {
            text.removeAll(keepingCapacity: true)
            guard let split = readPair(element, strings, into: &text) else {
                throw TokenizerError(
                    code: .malformed, path: "\(node.path)[\(merges.count)]", message: "two tokens are expected here")
            }
            let merge = text.withUnsafeBufferPointer { text in
                let left = UnsafeBufferPointer(rebasing: text[..<split])
                let right = UnsafeBufferPointer(rebasing: text[split...])
                return PairMerger.Merge(
                    left: vocabulary.id(of: left), right: vocabulary.id(of: right),
                    result: prefix.isEmpty
                        ? vocabulary.id(of: text)
                        : right.starts(with: prefix)
                            ? vocabulary.id(of: Array(left) + right.dropFirst(prefix.count)) : -1)
            }
            guard merge.left >= 0, merge.right >= 0, merge.result >= 0 else {
                throw TokenizerError(
                    code: .missingToken, path: "\(node.path)[\(merges.count)]",
                    message: "a token of this merge is not in the vocabulary")
            }
            merges.append(merge)
        }
        return merges
    }

    /// Appends both tokens of a merge and returns where the second starts, or `nil` where there are not two.
    private static func readPair(_ value: JSONValue, _ strings: JSONStringBytes, into text: inout [UInt8]) -> Int? {
        if let string = value.string {
            text += string.utf8
            guard let space = text.firstIndex(of: 0x20), !text[(space + 1)...].contains(0x20) else { return nil }
            text.remove(at: space)
            return space
        }
        var elements = value.elements
        guard let left = elements.next(), let right = elements.next(), elements.next() == nil, left.kind == .string,
            right.kind == .string
        else { return nil }
        strings.read(left.sourceRange, decode: { left.string ?? "" }) { text.append(contentsOf: $0) }
        let split = text.count
        strings.read(right.sourceRange, decode: { right.string ?? "" }) { text.append(contentsOf: $0) }
        return split
    }

    private static func unigram(
        _ node: TokenizerNode, _ strings: JSONStringBytes
    ) throws(TokenizerError) -> (Vocabulary, TokenModel) {
        let list = try node.member("vocab")
        guard list.value.kind == .array else { throw list.malformed("an array of tokens and scores is expected here") }
        var builder = ByteStringTable.Builder(expecting: 32_768)
        var scores: [Double] = []
        for element in list.value.elements {
            var parts = element.elements
            guard let token = parts.next(), token.kind == .string, let score = parts.next()?.double,
                scores.count < TokenizerNode.idLimit
            else {
                throw TokenizerError(
                    code: .malformed, path: "\(list.path)[\(scores.count)]",
                    message: "a token and its score are expected here")
            }
            strings.read(token.sourceRange, decode: { token.string ?? "" }) {
                builder.add($0, id: Int32(scores.count))
            }
            scores.append(score)
        }
        guard let unknown = node.optional("unk_id") else {
            throw node.unsupported("a Unigram model without “unk_id”, which cannot read every text,")
        }
        let unknownID = try unknown.id()
        guard unknownID < scores.count else { throw unknown.malformed("the id is not in the vocabulary") }
        let table = ByteStringTable(builder)
        let model = UnigramModel(
            vocabulary: table, scores: scores, unknownID: unknownID,
            fallsBackToBytes: try node.bool("byte_fallback", default: false))
        return (Vocabulary(table, idLimit: scores.count), .unigram(model))
    }
}
