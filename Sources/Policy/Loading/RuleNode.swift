/// A rule as it stands in a file, before it is known to be a leaf or an operator. Spec config §7.1.
struct RuleNode: Sendable {
    var operation: String?
    var conditions: [Rule?] = []
    var type: String?
    var name = ""
    var label: String?
    var predicate: NumericPredicate?
    var onError: UnknownOutcome?
    var onUnknown: UnknownOutcome?

    // A function, since the declaration contains itself.
    static var schema: Schema<RuleNode> {
        Schema<RuleNode>(
            "rule", "A condition: either an operator with conditions or a leaf with type and name.",
            initial: RuleNode(),
            keys: [
                Key("operator", \.operation, operation, "`AND`, `OR` or `NOT`."),
                Key("conditions", \.conditions, .list(nested), "What the operator combines; `NOT` takes exactly one."),
                Key("type", \.type, .string, "A signal family's condition type, or `projection`."),
                Key("name", \.name, .string, "A declared signal or a projection output."),
                Key("label", \.label, .nonEmptyString, "A classifier's label."),
                Key("predicate", \.predicate, .object(NumericPredicate.schema), "A test on the signal's value."),
                Key("on_error", \.onError, .enumeration(), "What a failed classifier counts as."),
                Key(
                    "on_unknown", \.onUnknown, .enumeration(), "What an unknown signal counts as; unknown when omitted."
                ),
            ])
    }

    /// A condition inside another: here an empty one is a mistake.
    private static let nested: ValueType<Rule?> = ValueType<Rule?>(
        .object(RuleNode.schema.description), render: { _ in nil }
    ) { node, context in
        guard let read = RuleNode.schema.decode(node, &context)?.rule(node, &context) else { return nil }
        if read == nil { context.error(.missingKey, "a condition needs type or operator", at: node.position) }
        return .some(read)
    }

    private static let operations = ["AND", "OR", "NOT"]

    private static let operation = ValueType<String>(.enumeration(operations), render: { $0 }) { node, context in
        guard let text = ValueType<String>.string.decode(node, &context) else { return nil }
        if operations.contains(text.uppercased()) { return text.uppercased() }
        context.error(
            .unknownValue, "expected one of \(DecodingContext.list(operations)), found \"\(text)\"", at: node.position,
            suggestion: NearestName.among(operations, to: text))
        return nil
    }

    /// The rule that this means: `.some(nil)` always holds, nil is wrong and reported.
    func rule(_ node: Node, _ context: inout DecodingContext) -> Rule?? {
        let isOperator = node["operator"] != nil || node["conditions"] != nil
        if node["type"] != nil, !isOperator { return leaf(node, &context).map { .some(.leaf($0)) } }
        for key in ["type", "name", "label", "predicate", "on_error", "on_unknown"] where node[key] != nil {
            if !isOperator {
                context.error(.missingKey, "a condition needs type beside \(key)", at: node.position)
                return nil
            }
            context.error(.conflict, "\(key) does not go with an operator", key: key, in: node)
        }
        guard isOperator else { return .some(nil) }
        guard let operation else {
            if node["operator"].map(\.isNull) ?? true {
                context.error(.missingKey, "conditions need an operator: AND, OR or NOT", at: node.position)
            }
            return nil
        }
        return combined(operation, node, &context)
    }

    private func combined(_ operation: String, _ node: Node, _ context: inout DecodingContext) -> Rule?? {
        let children = conditions.compactMap(\.self)
        switch operation {
        case "NOT":
            // Children that could not be read are reported already.
            guard let written = node["conditions"]?.elements?.count, written == 1 else {
                context.error(
                    .invalidValue, "NOT takes exactly one condition, found \(node["conditions"]?.elements?.count ?? 0)",
                    key: "operator", in: node)
                return nil
            }
            return children.first.map { .some(.not($0)) }
        case "OR":
            if children.isEmpty, node["conditions"]?.elements?.isEmpty ?? true {
                context.warning(.noEffect, "OR without conditions never holds", key: "operator", in: node)
            }
            return .some(.any(children))
        default:
            return .some(.all(children))
        }
    }

    private func leaf(_ node: Node, _ context: inout DecodingContext) -> Rule.Leaf? {
        guard let type, let typeNode = node["type"] else { return nil }
        guard let known = context.leafTypes[type] else {
            let types = context.leafTypes.keys.sorted()
            context.error(
                .unknownValue, "\"\(type)\" is no condition type; known are \(DecodingContext.list(types))",
                key: "type", in: node, suggestion: NearestName.among(types, to: type))
            return nil
        }
        if !known.hasLabels {
            for key in ["label", "on_error"] where node[key] != nil {
                context.error(.conflict, "\(key) does not go with the type \(type)", key: key, in: node)
            }
        }
        guard !name.isEmpty else {
            if node["name"].map({ $0.scalar != nil }) ?? true {
                context.error(.missingKey, "a condition needs the name of a declared signal", at: typeNode.position)
            }
            return nil
        }
        context.within(.key("name")) { $0.refer(to: known.kind, name, at: node["name"]?.position ?? node.position) }
        return Rule.Leaf(
            type: type, name: name, label: label, predicate: predicate, onError: onError, onUnknown: onUnknown,
            position: node.position, path: context.path)
    }
}

extension Rule {
    /// The type of `rules` and of everything else that is a tree of conditions.
    public static let valueType: ValueType<Rule> = ValueType<Rule>(
        .object(RuleNode.schema.description), render: { _ in nil }
    ) {
        node, context in
        RuleNode.schema.decode(node, &context)?.rule(node, &context) ?? nil
    }
}
