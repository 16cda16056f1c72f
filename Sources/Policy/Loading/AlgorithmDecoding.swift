/// Reads `algorithm`: its type and the one block that belongs to the type. Spec config §8.0.
struct AlgorithmDecoding: Sendable {
    var families: [AlgorithmFamily]

    var valueType: ValueType<AlgorithmUse> {
        ValueType(.object(description), render: { _ in nil }) { node, context in decode(node, &context) }
    }

    /// The block's schemas are part of the description, so that they are documented.
    var description: SchemaDescription {
        SchemaDescription(name: "algorithm", documentation: "How one of several models is chosen.") {
            [
                KeyDescription(
                    name: "type", type: .enumeration(families.map(\.type)), isRequired: true, defaultText: nil,
                    documentation: "The algorithm."),
                KeyDescription(
                    name: "on_error", type: .string, isRequired: false, defaultText: nil,
                    documentation: "What happens when the algorithm fails."),
            ]
                + families.compactMap { family in
                    family.schema.map {
                        KeyDescription(
                            name: family.type, type: .object($0), isRequired: false, defaultText: nil,
                            documentation: $0.documentation)
                    }
                }
        }
    }

    private func decode(_ node: Node, _ context: inout DecodingContext) -> AlgorithmUse? {
        guard let entries = node.entries else {
            context.error(
                .wrongType, "expected a mapping (algorithm), found \(node.kindDescription)", at: node.position)
            return nil
        }
        let type = node["type"]?.scalar?.text ?? ""
        let family = families.first { $0.type == type }
        var use = AlgorithmUse(type: type, position: node.position, path: context.path)
        checkType(node, isKnown: family != nil, &context)
        var blocks: [String] = []
        for entry in entries where entry.key != "type" {
            context.within(.key(entry.key)) { context in
                context.noteOrigin(entry.keyPosition)
                if entry.key == "on_error" {
                    use.onError = ValueType<String>.string.decode(entry.value, &context) ?? ""
                    return
                }
                guard let owner = families.first(where: { $0.type == entry.key && $0.schema != nil }) else {
                    reportUnknown(entry, type: type, &context)
                    return
                }
                blocks.append(entry.key)
                if owner.type == type {
                    use.configuration = owner.decode(entry.value, &context)
                } else if family != nil {
                    context.error(
                        .conflict, "the block \"\(entry.key)\" does not belong to the type \(type)",
                        at: entry.keyPosition)
                }
            }
        }
        if blocks.count > 1 {
            context.error(
                .conflict, "an algorithm has one block, found \(blocks.joined(separator: ", "))", at: node.position)
        }
        if let family, family.schema != nil, !blocks.contains(type) {
            if family.isBlockRequired {
                context.error(
                    .missingKey, "the type \(type) needs the block \"\(type)\"", key: "type", in: node)
            } else {
                // An absent block is an empty one: the defaults are in its declaration.
                use.configuration = context.within(.key(type)) {
                    family.decode(Node(.mapping([]), at: node.position), &$0)
                }
            }
        }
        return family == nil ? nil : use
    }

    private func checkType(_ node: Node, isKnown: Bool, _ context: inout DecodingContext) {
        guard !isKnown else {
            if let value = node["type"] {
                context.within(.key("type")) { $0.noteOrigin(value.position) }
            }
            return
        }
        guard let text = node["type"]?.scalar?.text, !text.isEmpty else {
            context.error(
                .missingKey, "an algorithm needs a type: \(DecodingContext.list(families.map(\.type)))", key: "type",
                in: node)
            return
        }
        context.error(
            .unknownValue, "\"\(text)\" is no algorithm; known are \(DecodingContext.list(families.map(\.type)))",
            key: "type", in: node, suggestion: NearestName.among(families.map(\.type), to: text))
    }

    private func reportUnknown(_ entry: Node.Entry, type: String, _ context: inout DecodingContext) {
        if families.contains(where: { $0.type == entry.key }) {
            context.error(.conflict, "the algorithm \(entry.key) has no block of its own", at: entry.keyPosition)
        } else {
            let known = ["type", "on_error"] + families.filter { $0.schema != nil }.map(\.type)
            context.error(
                .unknownKey, "unknown key \"\(entry.key)\" in algorithm", at: entry.keyPosition,
                suggestion: NearestName.among(known, to: entry.key))
        }
    }
}
