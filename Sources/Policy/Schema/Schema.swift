/// The declaration of a mapping: its keys, how they become a typed value, and what they mean. One declaration
/// serves decoding with positions, unknown-key errors, the reference documentation and the JSON Schema.
public struct Schema<Value: Sendable>: Sendable {
    public let name: String
    public let documentation: String
    let initial: @Sendable () -> Value
    let makeKeys: @Sendable () -> [Key<Value>]
    var checks: [@Sendable (Value, Node, inout DecodingContext) -> Void] = []

    /// Declares a mapping. `initial` holds the defaults; `keys` lists every key once.
    public init(
        _ name: String, _ documentation: String, initial: @autoclosure @escaping @Sendable () -> Value,
        keys: @autoclosure @escaping @Sendable () -> [Key<Value>]
    ) {
        self.name = name
        self.documentation = documentation
        self.initial = initial
        self.makeKeys = keys
    }

    /// Adds a rule over the whole value, run after its keys are read; it reports through the context.
    public func checking(_ check: @escaping @Sendable (Value, Node, inout DecodingContext) -> Void) -> Schema {
        var copy = self
        copy.checks.append(check)
        return copy
    }

    /// The declaration as data.
    public var description: SchemaDescription {
        SchemaDescription(name: name, documentation: documentation) { [makeKeys, initial] in
            let defaults = initial()
            return makeKeys().map { $0.describe(defaults) }
        }
    }

    /// Reads a mapping. Reports unknown, removed and missing keys; values that cannot be read keep their defaults,
    /// so that one mistake does not hide the next. Returns nil when the node is no mapping.
    public func decode(_ node: Node, _ context: inout DecodingContext) -> Value? {
        decode(node, onto: initial(), &context)
    }

    /// Reads a mapping over given values, which stand where the file is silent.
    public func decode(_ node: Node, onto base: Value, _ context: inout DecodingContext) -> Value? {
        guard let entries = node.entries else {
            if node.isNull { return base }
            context.error(
                .wrongType, "expected a mapping (\(name)), found \(node.kindDescription)", at: node.position)
            return nil
        }
        var value = base
        let keys = makeKeys()
        for entry in entries {
            context.within(.key(entry.key)) { context in
                guard let key = keys.first(where: { $0.name == entry.key }) else {
                    let valid = keys.filter { $0.status.isCurrent }.map(\.name)
                    context.error(
                        .unknownKey, "unknown key \"\(entry.key)\" in \(name)", at: entry.keyPosition,
                        suggestion: context.nearest(valid, to: entry.key))
                    return
                }
                switch key.status {
                case .removed(let instead):
                    context.error(.removedKey, "\"\(entry.key)\" was removed: \(instead)", at: entry.keyPosition)
                    return
                case .deprecated(let instead):
                    context.warning(
                        .deprecatedKey, "\"\(entry.key)\" is the old name of \"\(instead)\"", at: entry.keyPosition,
                        suggestion: instead)
                case .supported: break
                }
                if entry.value.isNull {
                    if key.isRequired {
                        context.error(.missingKey, "\"\(entry.key)\" needs a value", at: entry.keyPosition)
                    }
                    return
                }
                context.noteOrigin(entry.keyPosition)
                key.decode(entry.value, &value, &context)
            }
        }
        for key in keys where key.isRequired && node[key.name] == nil {
            context.error(
                .missingKey, "\(name) needs the key \"\(key.name)\": \(key.documentation)", at: node.position)
        }
        for check in checks { check(value, node, &context) }
        return value
    }
}

extension KeyDescription.Status {
    var isCurrent: Bool {
        guard case .supported = self else { return false }
        return true
    }
}

/// One key of a mapping: its name, where its value goes, its type and its meaning.
public struct Key<Root: Sendable>: Sendable {
    public let name: String
    let status: KeyDescription.Status
    let isRequired: Bool
    let documentation: String
    let describe: @Sendable (Root) -> KeyDescription
    let decode: @Sendable (Node, inout Root, inout DecodingContext) -> Void

    /// A key with a default, which is what `initial` holds at the key path.
    public init<Value: Sendable>(
        _ name: String, _ keyPath: any WritableKeyPath<Root, Value> & Sendable, _ type: ValueType<Value>,
        _ documentation: String, required: Bool = false, status: KeyDescription.Status = .supported
    ) {
        self.name = name
        self.status = status
        self.isRequired = required
        self.documentation = documentation
        describe = { defaults in
            KeyDescription(
                name: name, type: type.description, isRequired: required,
                defaultText: required ? nil : type.render(defaults[keyPath: keyPath]), documentation: documentation,
                status: status)
        }
        decode = { node, root, context in
            if let value = type.decode(node, &context) { root[keyPath: keyPath] = value }
        }
    }

    /// A key that may be absent: nil means that the file does not say.
    public init<Value: Sendable>(
        _ name: String, _ keyPath: any WritableKeyPath<Root, Value?> & Sendable, _ type: ValueType<Value>,
        _ documentation: String, required: Bool = false, status: KeyDescription.Status = .supported
    ) {
        self.init(name, keyPath, type.optional, documentation, required: required, status: status)
    }

    /// A key whose value is decoded onto what stands there already: nested mappings merge key by key.
    public init<Value: Sendable>(
        _ name: String, _ keyPath: any WritableKeyPath<Root, Value> & Sendable, merging schema: Schema<Value>,
        _ documentation: String
    ) {
        self.name = name
        self.status = .supported
        self.isRequired = false
        self.documentation = documentation
        describe = { _ in
            KeyDescription(
                name: name, type: .object(schema.description), isRequired: false, defaultText: nil,
                documentation: documentation, isMerged: true)
        }
        decode = { node, root, context in
            if let value = schema.decode(node, onto: root[keyPath: keyPath], &context) {
                root[keyPath: keyPath] = value
            }
        }
    }

    /// A key whose list is appended to what stands there already, for one of several keys with a common place.
    public init<Element: Sendable>(
        _ name: String, appendingTo keyPath: any WritableKeyPath<Root, [Element]> & Sendable,
        _ element: ValueType<Element>, _ documentation: String
    ) {
        let type = ValueType<[Element]>.list(element)
        self.name = name
        self.status = .supported
        self.isRequired = false
        self.documentation = documentation
        describe = { _ in
            KeyDescription(
                name: name, type: type.description, isRequired: false, defaultText: nil, documentation: documentation)
        }
        decode = { node, root, context in
            if let values = type.decode(node, &context) { root[keyPath: keyPath] += values }
        }
    }

    private init(removed name: String, instead: String) {
        self.name = name
        status = .removed(instead: instead)
        isRequired = false
        documentation = instead
        describe = { _ in
            KeyDescription(
                name: name, type: .any, isRequired: false, defaultText: nil, documentation: instead,
                status: .removed(instead: instead))
        }
        decode = { _, _, _ in }
    }

    /// A key that used to exist: its use is an error that says what to write instead.
    public static func removed(_ name: String, instead: String) -> Key {
        Key(removed: name, instead: instead)
    }
}
