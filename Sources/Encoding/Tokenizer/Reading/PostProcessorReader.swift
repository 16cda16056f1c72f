import Wire

/// Reads post-processors.
enum PostProcessorReader {
    /// Reads a post-processor; a sequence becomes its steps.
    static func read(_ node: TokenizerNode) throws(TokenizerError) -> [PostProcessor] {
        let type = try node.type()
        switch type {
        case "Sequence":
            var steps: [PostProcessor] = []
            for part in try node.member("processors").elements() { steps += try read(part) }
            return steps
        case "BertProcessing":
            let opening = PostProcessor.Item.special([try namedID(node.member("cls"))])
            let closing = PostProcessor.Item.special([try namedID(node.member("sep"))])
            return [
                .template(
                    single: [opening, .first, closing], pair: [opening, .first, closing, .second, closing],
                    joins: true)
            ]
        case "RobertaProcessing":
            let opening = PostProcessor.Item.special([try namedID(node.member("cls"))])
            let closing = PostProcessor.Item.special([try namedID(node.member("sep"))])
            let template = PostProcessor.template(
                single: [opening, .first, closing], pair: [opening, .first, closing, closing, .second, closing],
                joins: true)
            guard try node.bool("trim_offsets", default: true) else { return [template] }
            return [.trim(addsPrefixSpace: try node.bool("add_prefix_space", default: true)), template]
        case "ByteLevel":
            guard try node.bool("trim_offsets", default: true) else { return [] }
            return [.trim(addsPrefixSpace: try node.bool("add_prefix_space", default: true))]
        case "TemplateProcessing":
            let tokens = node.optional("special_tokens")
            return [
                .template(
                    single: try template(node.member("single"), tokens),
                    pair: try template(node.member("pair"), tokens),
                    joins: false)
            ]
        default: throw node.unsupported("the post-processor “\(type)”")
        }
    }

    /// The id of a pair of name and id.
    private static func namedID(_ node: TokenizerNode) throws(TokenizerError) -> Int32 {
        let parts = try node.elements()
        guard parts.count == 2 else { throw node.malformed("a token and its id are expected here") }
        return try parts[1].id()
    }

    private static func template(
        _ node: TokenizerNode, _ tokens: TokenizerNode?
    ) throws(TokenizerError) -> [PostProcessor.Item] {
        var items: [PostProcessor.Item] = []
        for part in try node.elements() {
            if let special = part.optional("SpecialToken") {
                let name = try special.member("id").string()
                guard let token = tokens?.optional(name) else {
                    throw TokenizerError(
                        code: .missingToken, path: special.path,
                        message: "the template uses the token “\(name)”, which special_tokens does not list")
                }
                var ids: [Int32] = []
                for id in try token.member("ids").elements() { ids.append(try id.id()) }
                items.append(.special(ids))
            } else {
                let name = try part.member("Sequence").member("id").string()
                guard name == "A" || name == "B" else { throw part.malformed("the sequence A or B is expected here") }
                items.append(name == "A" ? .first : .second)
            }
        }
        return items
    }
}
