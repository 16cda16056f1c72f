/// The signals of one recipe: a list per family. Spec config §5.
struct SignalSection: Sendable {
    var declarations: [SignalDeclaration] = []

    static func schema(_ families: [SignalFamily]) -> Schema<SignalSection> {
        Schema<SignalSection>(
            "signals", "What is found out about a request, one list per family.", initial: SignalSection(),
            keys: families.map { family in
                Key(family.key, appendingTo: \.declarations, element(family), family.schema.documentation)
            } + removedKeys)
    }

    private static let removedKeys: [Key<SignalSection>] = [
        .removed("category_kb", instead: "declare the base under global.model_catalog.kbs and use \"kb\" signals"),
        .removed("taxonomy", instead: "declare the base under global.model_catalog.kbs and use \"kb\" signals"),
    ]

    /// The type of one declaration of a family.
    static func element(_ family: SignalFamily) -> ValueType<SignalDeclaration> {
        ValueType(.object(family.schema), render: { _ in nil }) { node, context in
            let before = context.diagnostics.count
            let configuration = family.decode(node, &context)
            guard node.entries != nil else {
                if context.diagnostics.count == before {
                    context.error(
                        .wrongType, "expected a mapping (\(family.schema.name)), found \(node.kindDescription)",
                        at: node.position)
                }
                return nil
            }
            let namePath = context.path.appending(.key("name"))
            let reported = context.diagnostics[before...].contains {
                $0.path == namePath || ($0.code == .missingKey && $0.message.contains("\"name\""))
            }
            guard let name = node["name"]?.scalar?.text, !name.allSatisfy(\.isWhitespace) else {
                if !reported {
                    context.error(.missingKey, "a \(family.type) signal needs the key \"name\"", at: node.position)
                }
                return nil
            }
            let declaration = SignalDeclaration(
                family: family.type, name: name, description: node["description"]?.scalar?.text ?? "",
                configuration: configuration ?? 0, position: node.position, path: context.path)
            context.within(.key("name")) {
                if !reported, name.first?.isWhitespace == true || name.last?.isWhitespace == true {
                    $0.error(
                        .invalidValue, "must not begin or end with white space",
                        at: node["name"]?.position ?? node.position)
                }
                $0.declareUnique(.declaration(of: family.type), name, at: node["name"]?.position ?? node.position)
            }
            guard configuration != nil else {
                // The name stays valid where the configuration is wrong, so that one mistake is reported once.
                context.declare(.signal(family.type), name)
                return nil
            }
            for name in family.ruleNames(declaration) { context.declare(.signal(family.type), name) }
            return declaration
        }
    }
}

extension ReferenceKind {
    /// The declaration of a signal, which must be unique, while rules may know it by other names.
    static func declaration(of family: String) -> ReferenceKind {
        ReferenceKind("signal of the family \(family)", isGlobal: false)
    }
}
