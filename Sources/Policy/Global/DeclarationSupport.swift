extension DecodingContext {
    /// Reports an error at a key of a mapping, or at the mapping when the key is not in it.
    package mutating func error(
        _ code: Diagnostic.Code, _ message: String, key: String, of node: Node, suggestion: String? = nil
    ) {
        within(.key(key)) { $0.error(code, message, at: node[key]?.position ?? node.position, suggestion: suggestion) }
    }

    /// Reports a warning at a key of a mapping, or at the mapping when the key is not in it.
    package mutating func warning(
        _ code: Diagnostic.Code, _ message: String, key: String, of node: Node, suggestion: String? = nil
    ) {
        within(.key(key)) {
            $0.warning(code, message, at: node[key]?.position ?? node.position, suggestion: suggestion)
        }
    }

    /// Runs `body` at a key of a mapping, with the key's value or, when the key is not in it, the mapping itself.
    package mutating func inside(_ key: String, of node: Node, _ body: (Node, inout DecodingContext) -> Void) {
        within(.key(key)) { body(node[key] ?? node, &$0) }
    }

    /// Reports names that stand twice in a list of mappings.
    package mutating func rejectDuplicates(
        _ names: [String], _ what: String, under list: String, key: String = "name", of node: Node
    ) {
        let elements = node[list]?.elements ?? []
        var lines: [String: Int] = [:]
        for element in elements.enumerated() {
            guard let name = element.element[key]?.scalar?.text, !name.isEmpty, names.contains(name) else { continue }
            let position = element.element[key]?.position ?? element.element.position
            if let line = lines[name] {
                within(.key(list)) { context in
                    context.within(.index(element.offset)) {
                        $0.error(
                            .duplicateName, "\(what) \"\(name)\" is declared on line \(line) already", at: position)
                    }
                }
            } else {
                lines[name] = position.line
            }
        }
    }
}

extension Array {
    /// The element at an index, or nil.
    package subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension Key {
    /// A mapping with free names that is laid over what stands there: its names replace or join the defaults.
    package init<Element: Sendable>(
        _ name: String, _ keyPath: any WritableKeyPath<Root, [String: Element]> & Sendable,
        mergingMap element: ValueType<Element>, _ documentation: String
    ) {
        self.name = name
        status = .supported
        isRequired = false
        self.documentation = documentation
        let type = ValueType<[String: Element]>.map(element)
        describe = { _ in
            KeyDescription(
                name: name, type: type.description, isRequired: false, defaultText: nil, documentation: documentation)
        }
        decode = { node, root, context in
            guard let given = type.decode(node, &context) else { return }
            root[keyPath: keyPath].merge(given) { _, new in new }
        }
    }

    /// A nested mapping under an old name: decoded onto what stands there, with a warning that names the new one.
    package init<Value: Sendable>(
        _ name: String, _ keyPath: any WritableKeyPath<Root, Value> & Sendable, merging schema: Schema<Value>,
        _ documentation: String, status: KeyDescription.Status
    ) {
        self.name = name
        self.status = status
        isRequired = false
        self.documentation = documentation
        describe = { _ in
            KeyDescription(
                name: name, type: .object(schema.description), isRequired: false, defaultText: nil,
                documentation: documentation, status: status)
        }
        decode = { node, root, context in
            if let value = schema.decode(node, onto: root[keyPath: keyPath], &context) {
                root[keyPath: keyPath] = value
            }
        }
    }
}
