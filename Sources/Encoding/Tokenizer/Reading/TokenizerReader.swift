import Wire

/// The parts of a tokenizer as a `tokenizer.json` describes them.
struct TokenizerParts {
    var vocabulary: Vocabulary
    var model: TokenModel
    var normalizers: [Normalizer] = []
    var preTokenizers: [PreTokenizer] = []
    var postProcessors: [PostProcessor] = []
    var addedTokens: [AddedToken] = []
    var paddingID: Int32?

    init(json: [UInt8]) throws(TokenizerError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(
                parsing: json, limits: JSONLimits(maxBytes: 1 << 30, maxDepth: 256, maxNodes: 64_000_000))
        } catch {
            throw TokenizerError(code: .notJSON, path: "", message: error.description)
        }
        let root = TokenizerNode(value: document.root, path: "")
        let isByteLevel = Self.endsWithByteLevel(root.optional("pre_tokenizer"))
        let node = try root.member("model")
        (vocabulary, model) = try json.withUnsafeBufferPointer { json throws(TokenizerError) in
            try ModelReader.read(node, isByteLevel: isByteLevel, json: json)
        }
        if let node = root.optional("normalizer") { normalizers = try Self.normalizers(node) }
        if let node = root.optional("pre_tokenizer") { preTokenizers = try Self.preTokenizers(node) }
        if let node = root.optional("post_processor") { postProcessors = try PostProcessorReader.read(node) }
        if let node = root.optional("added_tokens") {
            for token in try node.elements() { addedTokens.append(try Self.addedToken(token)) }
        }
        if let node = root.optional("padding")?.optional("pad_id") { paddingID = try node.id() }
    }

    private static func endsWithByteLevel(_ node: TokenizerNode?) -> Bool {
        guard let node, let type = node.value["type"]?.string else { return false }
        if type == "ByteLevel" { return true }
        guard type == "Sequence", let parts = node.value["pretokenizers"] else { return false }
        var last: JSONValue?
        var count = 0
        for part in parts.elements {
            last = part
            if part["type"]?.string == "ByteLevel" { count += 1 }
        }
        return count == 1 && last?["type"]?.string == "ByteLevel"
    }

    private static func addedToken(_ node: TokenizerNode) throws(TokenizerError) -> AddedToken {
        AddedToken(
            id: try node.member("id").id(), content: Array(try node.member("content").string().utf8),
            isSingleWord: try node.bool("single_word", default: false),
            stripsLeft: try node.bool("lstrip", default: false), stripsRight: try node.bool("rstrip", default: false),
            isNormalized: try node.bool("normalized", default: true))
    }

    /// Reads a normalizer; a sequence becomes its steps.
    static func normalizers(_ node: TokenizerNode) throws(TokenizerError) -> [Normalizer] {
        let type = try node.type()
        switch type {
        case "Sequence":
            var steps: [Normalizer] = []
            for part in try node.member("normalizers").elements() { steps += try normalizers(part) }
            return steps
        case "BertNormalizer":
            let lowercases = try node.bool("lowercase", default: true)
            return [
                .bert(
                    BertNormalization(
                        cleansText: try node.bool("clean_text", default: true),
                        isolatesIdeographs: try node.bool("handle_chinese_chars", default: true),
                        stripsAccents: try node.bool("strip_accents", default: lowercases), lowercases: lowercases))
            ]
        case "NFC": return [.unicode(.canonicalComposition)]
        case "NFD": return [.unicode(.canonicalDecomposition)]
        case "NFKC": return [.unicode(.compatibilityComposition)]
        case "NFKD": return [.unicode(.compatibilityDecomposition)]
        case "Lowercase": return [.lowercase]
        case "StripAccents": return [.stripAccents]
        case "Strip":
            return [
                .strip(
                    left: try node.bool("strip_left", default: true), right: try node.bool("strip_right", default: true)
                )
            ]
        case "Replace":
            let content = try node.member("content").string().unicodeScalars.map(\.value)
            return [.replace(try pattern(node.member("pattern")), content: content)]
        case "Prepend": return [.prepend(try node.member("prepend").string().unicodeScalars.map(\.value))]
        case "Precompiled":
            let map = try node.member("precompiled_charsmap")
            return [.precompiled(try CharacterMap(base64: try map.string(), path: map.path))]
        case "ByteLevel": return [.byteLevel]
        default: throw node.unsupported("the normalizer “\(type)”")
        }
    }

    /// Reads a pre-tokenizer; a sequence becomes its steps.
    static func preTokenizers(_ node: TokenizerNode) throws(TokenizerError) -> [PreTokenizer] {
        let type = try node.type()
        switch type {
        case "Sequence":
            var steps: [PreTokenizer] = []
            for part in try node.member("pretokenizers").elements() { steps += try preTokenizers(part) }
            return steps
        case "BertPreTokenizer": return [.bert]
        case "Whitespace": return [.whitespace]
        case "WhitespaceSplit": return [.whitespaceSplit]
        case "ByteLevel":
            return [
                .byteLevel(
                    addsPrefixSpace: try node.bool("add_prefix_space", default: true),
                    splits: try node.bool("use_regex", default: true))
            ]
        case "Split":
            return [
                .split(
                    try pattern(node.member("pattern")), try behavior(node.member("behavior")),
                    inverted: try node.bool("invert", default: false))
            ]
        case "Metaspace": return [.metaspace(try metaspace(node))]
        case "Punctuation":
            return [.punctuation(try node.optional("behavior").map(behavior) ?? .isolated)]
        case "Digits": return [.digits(individually: try node.bool("individual_digits", default: false))]
        case "CharDelimiterSplit": return [.delimiter(try node.member("delimiter").scalar())]
        default: throw node.unsupported("the pre-tokenizer “\(type)”")
        }
    }

    private static func metaspace(_ node: TokenizerNode) throws(TokenizerError) -> Metaspace {
        var scheme = Metaspace.PrependScheme.always
        if let named = node.optional("prepend_scheme") {
            guard let known = Metaspace.PrependScheme(rawValue: try named.string()) else {
                throw named.malformed("“always”, “first” or “never” is expected here")
            }
            scheme = known
        }
        if try !node.bool("add_prefix_space", default: true) { scheme = .never }
        return Metaspace(
            replacement: try node.optional("replacement")?.scalar() ?? 0x2581, prependScheme: scheme,
            splits: try node.bool("split", default: true))
    }

    private static func behavior(_ node: TokenizerNode) throws(TokenizerError) -> SplitBehavior {
        guard let behavior = SplitBehavior(rawValue: try node.string()) else {
            throw node.malformed("this is no split behavior")
        }
        return behavior
    }

    private static func pattern(_ node: TokenizerNode) throws(TokenizerError) -> Pattern {
        if let literal = node.optional("String") { return Pattern(literal: Array(try literal.string().utf8)) }
        let source = try node.member("Regex")
        do {
            return Pattern(try ScalarExpression(try source.string()))
        } catch let error as ScalarExpression.Failure {
            throw TokenizerError(
                code: .unsupportedPattern, path: source.path,
                message: "the regular expression is not supported: \(error.reason) at scalar \(error.position)")
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw source.malformed("the regular expression cannot be read")
        }
    }
}
