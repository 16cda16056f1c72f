/// Every value that is in force, with where it comes from; secrets are masked.
public struct EffectiveConfiguration: Sendable {
    /// Where a value comes from.
    public enum Origin: Sendable, Hashable {
        case file(SourcePosition)
        /// From the file, but with text from the environment.
        case environment(SourcePosition)
        case `default`
    }

    /// One value that is in force.
    public struct Entry: Sendable {
        public var path: PolicyPath
        public var value: AnyValue
        public var origin: Origin
    }

    /// The values, those of the file in its order and defaults where their mapping stands.
    public let entries: [Entry]

    /// The effective values of a tree that a declaration describes.
    public init(root: Node, schema: SchemaDescription) {
        var walk = Walk()
        walk.visit(root, .object(schema))
        entries = walk.entries
    }

    /// One line per value: path, value and origin.
    public func text(file: String) -> String {
        entries.map { "\($0.path) = \($0.value.json)  # \(Self.describe($0.origin, file))\n" }.joined()
    }

    /// An array of JSON objects with path, value and origin, one a line.
    public func json(file: String) -> String {
        let objects = entries.map { entry in
            let origin = JSONText.quoted(Self.describe(entry.origin, file))
            return "  {\"path\": \(JSONText.quoted(entry.path.description)), \"value\": \(entry.value.json), "
                + "\"origin\": \(origin)}"
        }
        return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    private static func describe(_ origin: Origin, _ file: String) -> String {
        switch origin {
        case .file(let position): return "\(file):\(position.line)"
        case .environment(let position): return "environment, \(file):\(position.line)"
        case .default: return "default"
        }
    }

    /// Whether a key's name says that its value is secret, for parts without declaration.
    static func isSecret(_ key: String) -> Bool {
        let name = key.lowercased().map { $0 == "-" ? "_" : String($0) }.joined()
        let words = [
            "password", "passwords", "token", "api_key", "api_keys", "apikey", "access_key", "secret", "secrets",
            "authorization", "credential", "credentials",
        ]
        return words.contains { name == $0 || name.hasSuffix("_" + $0) }
    }

    private struct Walk {
        var entries: [Entry] = []
        private var path = PolicyPath()
        /// Inside a value that is secret as a whole.
        private var isMasked = false

        mutating func visit(_ node: Node, _ type: TypeDescription) {
            switch (node.content, type) {
            case (.mapping(let given), .object(let schema)): visit(given, schema)
            case (.mapping(let given), .map(let element)):
                let before = isMasked
                for entry in given {
                    isMasked = before || EffectiveConfiguration.isSecret(entry.key)
                    within(.key(entry.key)) { $0.visit(entry.value, element) }
                }
                isMasked = before
            case (.sequence(let elements), .list(let element)):
                if elements.isEmpty { add(node, .list([])) }
                for (index, child) in elements.enumerated() { within(.index(index)) { $0.visit(child, element) } }
            case (_, .either(let types)): visit(node, Self.best(types, for: node))
            case (.scalar, .secret): add(node, node.isNull ? .null : .string("[REDACTED]"))
            case (.scalar, _): add(node, isMasked && !node.isNull ? .string("[REDACTED]") : AnyValue(node))
            case (.mapping(let given), _):
                if given.isEmpty { add(node, .mapping([:])) }
                let before = isMasked
                for entry in given {
                    isMasked = before || type.isSecret || EffectiveConfiguration.isSecret(entry.key)
                    within(.key(entry.key)) { $0.visit(entry.value, .any) }
                }
                isMasked = before
            case (.sequence(let elements), _):
                let before = isMasked
                isMasked = before || type.isSecret
                if elements.isEmpty { add(node, .list([])) }
                for (index, child) in elements.enumerated() { within(.index(index)) { $0.visit(child, .any) } }
                isMasked = before
            }
        }

        private mutating func visit(_ given: [Node.Entry], _ schema: SchemaDescription) {
            let keys = Dictionary(schema.keys().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            let before = isMasked
            for entry in given {
                let key = keys[entry.key]
                isMasked = before || (key == nil && EffectiveConfiguration.isSecret(entry.key))
                within(.key(entry.key)) { $0.visit(entry.value, key?.type ?? .any) }
            }
            isMasked = before
            for key in schema.keys() where !given.contains(where: { $0.key == key.name }) { addDefault(key) }
        }

        private mutating func addDefault(_ key: KeyDescription) {
            guard case .supported = key.status else { return }
            within(.key(key.name)) { walk in
                if key.isMerged, case .object(let schema) = key.type {
                    walk.visit([], schema)
                } else if let text = key.defaultText, !key.isRequired {
                    let value = AnyValue(
                        Node(.scalar(Node.Scalar(text: text, isPlain: true)), at: SourcePosition(line: 1, column: 1)))
                    walk.entries.append(
                        Entry(
                            path: walk.path, value: key.type.isSecret ? .string("[REDACTED]") : value, origin: .default)
                    )
                }
            }
        }

        private mutating func add(_ node: Node, _ value: AnyValue) {
            let isSubstituted = node.scalar?.isSubstituted ?? false
            entries.append(
                Entry(
                    path: path, value: value,
                    origin: isSubstituted ? .environment(node.position) : .file(node.position)))
        }

        /// The form that declares most of the keys that a mapping gives.
        private static func best(_ types: [TypeDescription], for node: Node) -> TypeDescription {
            guard let entries = node.entries else { return types.first { !$0.isObject } ?? .any }
            let given = Set(entries.map(\.key))
            var best: (type: TypeDescription, count: Int) = (.any, 0)
            for case .object(let schema) in types {
                let count = schema.keys().count { given.contains($0.name) }
                if count > best.count { best = (.object(schema), count) }
            }
            return best.type
        }

        private mutating func within(_ component: PolicyPath.Component, _ body: (inout Walk) -> Void) {
            path.components.append(component)
            body(&self)
            path.components.removeLast()
        }
    }
}

extension TypeDescription {
    fileprivate var isSecret: Bool {
        guard case .secret = self else { return false }
        return true
    }
    fileprivate var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }
}
