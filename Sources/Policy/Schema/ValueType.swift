/// How one value is read from a node, and what it accepts.
public struct ValueType<Value: Sendable>: Sendable {
    public let description: TypeDescription
    /// The value as it would stand in a file, for documentation; nil when there is nothing to show.
    let render: @Sendable (Value) -> String?
    let decode: @Sendable (Node, inout DecodingContext) -> Value?

    /// A type from its description, its rendering and its decoder. The decoder reports what is wrong through the
    /// context and returns nil.
    public init(
        _ description: TypeDescription, render: @escaping @Sendable (Value) -> String?,
        decode: @escaping @Sendable (Node, inout DecodingContext) -> Value?
    ) {
        self.description = description
        self.render = render
        self.decode = decode
    }

    /// The same type for a key that may be absent.
    public var optional: ValueType<Value?> {
        ValueType<Value?>(
            description, render: { [render] in $0.flatMap(render) },
            decode: { [decode] node, context in decode(node, &context).map { .some($0) } })
    }

    /// The same type with another rule on top; the rule returns what is wrong, or nil.
    public func checked(
        _ code: Diagnostic.Code = .invalidValue, _ problem: @escaping @Sendable (Value) -> String?
    ) -> ValueType {
        ValueType(description, render: render) { [decode] node, context in
            guard let value = decode(node, &context) else { return nil }
            if let problem = problem(value) {
                context.error(code, problem, at: node.position)
                return nil
            }
            return value
        }
    }

    /// The same type, its value turned into another.
    public func map<Other: Sendable>(
        render: @escaping @Sendable (Other) -> String? = { _ in nil }, _ transform: @escaping @Sendable (Value) -> Other
    ) -> ValueType<Other> {
        ValueType<Other>(description, render: render) { [decode] node, context in
            decode(node, &context).map(transform)
        }
    }
}

extension ValueType where Value == String {
    /// Text. A plain number is taken as text, a boolean must be quoted.
    public static var string: ValueType {
        ValueType(.string, render: { $0.isEmpty ? nil : $0 }) { node, context in
            guard let scalar = node.scalar else {
                context.error(.wrongType, "expected text, found \(node.kindDescription)", at: node.position)
                return nil
            }
            if node.boolean != nil, !scalar.isSubstituted {
                context.error(
                    .wrongType, "expected text, found a boolean; put it in quotes if text is meant", at: node.position,
                    suggestion: "\"\(scalar.text)\"")
                return nil
            }
            return scalar.text
        }
    }

    /// Text that is not blank.
    public static var nonEmptyString: ValueType {
        string.checked { $0.allSatisfy(\.isWhitespace) ? "must not be blank" : nil }
    }

    /// A name: not blank and without white space at either end.
    public static var name: ValueType {
        nonEmptyString.checked { name in
            name.first?.isWhitespace == true || name.last?.isWhitespace == true
                ? "must not begin or end with white space" : nil
        }
    }

    /// The name of something declared elsewhere; checked when everything is read.
    /// With `ifAny`, only when the policy declares any name of that kind.
    public static func reference(to kind: ReferenceKind, ifAny: ReferenceKind? = nil) -> ValueType {
        ValueType(.reference(kind), render: { $0.isEmpty ? nil : $0 }) { node, context in
            guard let name = nonEmptyString.decode(node, &context) else { return nil }
            context.refer(to: kind, name, at: node.position, ifAny: ifAny)
            return name
        }
    }

    /// One of a fixed set of words.
    public static func enumeration(_ values: [String]) -> ValueType {
        ValueType(.enumeration(values), render: { $0.isEmpty ? nil : $0 }) { node, context in
            guard let text = string.decode(node, &context) else { return nil }
            guard values.contains(text) else {
                context.error(
                    .unknownValue, "expected one of \(DecodingContext.list(values)), found \"\(text)\"",
                    at: node.position, suggestion: NearestName.among(values, to: text))
                return nil
            }
            return text
        }
    }
}

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases of an enumeration, by raw value. With `caseInsensitive`, letter case, surrounding white
    /// space and `-` for `_` do not count.
    public static func enumeration(caseInsensitive: Bool = false) -> ValueType {
        let values = Value.allCases.map(\.rawValue)
        return ValueType(.enumeration(values), render: { $0.rawValue.isEmpty ? nil : $0.rawValue }) { node, context in
            guard let text = ValueType<String>.string.decode(node, &context) else { return nil }
            if let value = Value(rawValue: text) { return value }
            if caseInsensitive,
                let value = Value.allCases.first(where: { normalized($0.rawValue) == normalized(text) })
            {
                return value
            }
            context.error(
                .unknownValue, "expected one of \(DecodingContext.list(values)), found \"\(text)\"", at: node.position,
                suggestion: NearestName.among(values, to: text))
            return nil
        }
    }

    private static func normalized(_ text: String) -> String {
        String(
            text.lowercased().map { $0 == "-" ? "_" : $0 }.drop(while: \.isWhitespace).reversed()
                .drop(while: \.isWhitespace).reversed())
    }
}

extension ValueType where Value == Bool {
    /// `true` or `false`.
    public static var boolean: ValueType {
        ValueType(.boolean, render: { String($0) }) { node, context in
            if let boolean = node.boolean { return boolean }
            context.error(.wrongType, "expected true or false, found \(node.kindDescription)", at: node.position)
            return nil
        }
    }
}

extension ValueType where Value == Int {
    /// A whole number, in a range where one is given.
    public static func integer(_ range: ClosedRange<Int>? = nil) -> ValueType {
        ValueType(.integer(range), render: { String($0) }) { node, context in
            guard let scalar = node.scalar, scalar.mayBeTyped, let value = Int(scalar.text) else {
                context.error(.wrongType, "expected a whole number, found \(node.kindDescription)", at: node.position)
                return nil
            }
            if let range, !range.contains(value) {
                context.error(.outOfRange, "\(value) is \(Self.outside(range))", at: node.position)
                return nil
            }
            return value
        }
    }

    /// A whole number that is not negative.
    public static var count: ValueType { integer(0...Int.max) }

    private static func outside(_ range: ClosedRange<Int>) -> String {
        if range.upperBound == Int.max { return "too small: at least \(range.lowerBound) is needed" }
        return "outside \(range.lowerBound)–\(range.upperBound)"
    }
}

extension ValueType where Value == Double {
    /// A finite number, in a range where one is given.
    public static func number(_ range: ClosedRange<Double>? = nil) -> ValueType {
        ValueType(.number(range), render: { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) }) {
            node, context in
            guard let scalar = node.scalar, scalar.mayBeTyped, let value = Double(scalar.text) else {
                context.error(.wrongType, "expected a number, found \(node.kindDescription)", at: node.position)
                return nil
            }
            guard value.isFinite else {
                context.error(.outOfRange, "expected a finite number", at: node.position)
                return nil
            }
            if let range, !range.contains(value) {
                let bounds =
                    range.upperBound == .greatestFiniteMagnitude
                    ? "below \(range.lowerBound)" : "outside \(range.lowerBound)–\(range.upperBound)"
                context.error(.outOfRange, "\(scalar.text) is \(bounds)", at: node.position)
                return nil
            }
            return value
        }
    }

    /// A number from 0 to 1.
    public static var fraction: ValueType { number(0...1) }

    /// A number that is not negative.
    public static var nonNegative: ValueType { number(0...Double.greatestFiniteMagnitude) }
}

extension ValueType {
    /// A list of values of one type. Elements that cannot be read are reported and left out.
    public static func list<Element: Sendable>(_ element: ValueType<Element>) -> ValueType<[Element]>
    where Value == [Element] {
        ValueType<[Element]>(
            .list(element.description),
            render: { list in
                list.isEmpty ? nil : "[" + list.compactMap(element.render).joined(separator: ", ") + "]"
            }
        ) { node, context in
            guard let nodes = node.elements else {
                context.error(.wrongType, "expected a list, found \(node.kindDescription)", at: node.position)
                return nil
            }
            var values: [Element] = []
            values.reserveCapacity(nodes.count)
            for (index, child) in nodes.enumerated() {
                context.within(.index(index)) { context in
                    if let value = element.decode(child, &context) { values.append(value) }
                }
            }
            return values
        }
    }

    /// A mapping from free names to values of one type, in the order of the file.
    public static func map<Element: Sendable>(_ element: ValueType<Element>) -> ValueType<[String: Element]>
    where Value == [String: Element] {
        ValueType<[String: Element]>(.map(element.description), render: { _ in nil }) { node, context in
            guard let entries = node.entries else {
                context.error(.wrongType, "expected a mapping, found \(node.kindDescription)", at: node.position)
                return nil
            }
            var values: [String: Element] = [:]
            for entry in entries {
                context.within(.key(entry.key)) { context in
                    context.noteOrigin(entry.keyPosition)
                    if let value = element.decode(entry.value, &context) { values[entry.key] = value }
                }
            }
            return values
        }
    }

    /// A nested mapping with its own declaration.
    public static func object(_ schema: Schema<Value>) -> ValueType {
        ValueType(.object(schema.description), render: { _ in nil }) { node, context in schema.decode(node, &context) }
    }

    /// A nested mapping with its own declaration; `finishing` completes the value, for example with its position.
    public static func object(
        _ schema: Schema<Value>, finishing: @escaping @Sendable (inout Value, Node, inout DecodingContext) -> Void
    ) -> ValueType {
        ValueType(.object(schema.description), render: { _ in nil }) { node, context in
            guard var value = schema.decode(node, &context) else { return nil }
            finishing(&value, node, &context)
            return value
        }
    }
}
