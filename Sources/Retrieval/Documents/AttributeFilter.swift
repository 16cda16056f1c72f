public import Wire

/// Which files of a store are searched: comparisons of attributes, joined by `and` and `or`. A file without the
/// attribute matches `ne` and `nin` alone.
public indirect enum AttributeFilter: Sendable {
    /// How an attribute is compared.
    enum Comparison: String, CaseIterable {
        case eq, ne, gt, gte, lt, lte, `in`, nin
    }

    /// A value of an attribute.
    enum Value: Sendable, Hashable {
        case text(String)
        case number(Double)
        case flag(Bool)

        init?(_ json: JSON) {
            switch json {
            case .string(let text): self = .text(text)
            case .bool(let flag): self = .flag(flag)
            case .int, .number:
                guard let number = json.double else { return nil }
                self = .number(number)
            default: return nil
            }
        }
    }

    case compare(key: String, how: String, values: [JSON])
    case all([AttributeFilter])
    case any([AttributeFilter])

    /// Names of an attribute that every file has.
    private static let builtIn: Set<String> = ["file_id", "filename"]
    private static let limits = (depth: 8, members: 64)

    /// Reads a filter in OpenAI's form, or the mapping `{"file_id": ID or IDS}`. What is not understood is an error: a
    /// filter that is left out finds what it was to hide.
    public init(_ json: JSON) throws(DocumentError) {
        try self.init(json, depth: 0)
    }

    private init(_ json: JSON, depth: Int) throws(DocumentError) {
        guard let members = json.object else { throw Self.invalid("must be an object") }
        guard depth < Self.limits.depth else { throw Self.invalid("is nested deeper than \(Self.limits.depth)") }
        guard let type = json["type"] else {
            var parts: [AttributeFilter] = []
            for (name, value) in members {
                guard Self.builtIn.contains(name) else {
                    throw Self.invalid("has the unknown key \"\(name.prefix(64))\"; use {type, key, value}")
                }
                let values = value.array ?? [value]
                guard !values.isEmpty, values.count <= Self.limits.members, values.allSatisfy({ $0.string != nil })
                else {
                    throw Self.invalid("\(name) must be a text or a list of texts")
                }
                parts.append(.compare(key: name, how: "in", values: values))
            }
            guard !parts.isEmpty else { throw Self.invalid("is empty") }
            self = .all(parts)
            return
        }
        let name = type.string ?? ""
        if name == "and" || name == "or" {
            try Self.check(members, ["type", "filters"])
            guard let inner = json["filters"]?.array, !inner.isEmpty, inner.count <= Self.limits.members else {
                throw Self.invalid("\(name) needs a list \"filters\" of 1 to \(Self.limits.members)")
            }
            var parts: [AttributeFilter] = []
            for part in inner { parts.append(try AttributeFilter(part, depth: depth + 1)) }
            self = name == "and" ? .all(parts) : .any(parts)
            return
        }
        guard let how = Comparison(rawValue: name) else {
            let known = Comparison.allCases.map(\.rawValue) + ["and", "or"]
            throw Self.invalid("type must be one of \(known.joined(separator: ", "))")
        }
        try Self.check(members, ["type", "key", "value"])
        guard let key = json["key"]?.string, !key.isEmpty else { throw Self.invalid("\(name) needs a text \"key\"") }
        guard let value = json["value"] else { throw Self.invalid("\(name) needs a \"value\"") }
        let isList = how == .in || how == .nin
        let values = isList ? value.array ?? [] : [value]
        guard !values.isEmpty, values.count <= Self.limits.members, values.allSatisfy({ Value($0) != nil }) else {
            throw Self.invalid(
                isList
                    ? "\(name) needs a list of texts, numbers or truth values"
                    : "\(name) needs a text, a number or a truth value")
        }
        self = .compare(key: key, how: name, values: values)
    }

    private static func check(_ members: [(String, JSON)], _ known: [String]) throws(DocumentError) {
        if let unknown = members.first(where: { !known.contains($0.0) }) {
            throw invalid("has the unknown key \"\(unknown.0.prefix(64))\"; known are \(known.joined(separator: ", "))")
        }
    }

    private static func invalid(_ what: String) -> DocumentError {
        DocumentError(.invalidInput, "filters: \(what)", parameter: "filters")
    }

    /// Whether a file is searched.
    func matches(file: String, name: String, attributes: JSON) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.matches(file: file, name: name, attributes: attributes) }
        case .any(let parts): parts.contains { $0.matches(file: file, name: name, attributes: attributes) }
        case .compare(let key, let how, let values):
            Self.matches(
                key == "file_id" ? .text(file) : key == "filename" ? .text(name) : attributes[key].flatMap(Value.init),
                Comparison(rawValue: how) ?? .eq, values.compactMap(Value.init))
        }
    }

    private static func matches(_ own: Value?, _ how: Comparison, _ values: [Value]) -> Bool {
        guard let own else { return how == .ne || how == .nin }
        switch how {
        case .eq, .in: return values.contains(own)
        case .ne, .nin: return !values.contains(own)
        case .gt, .gte, .lt, .lte: break
        }
        let isLess: Bool
        let isEqual: Bool
        switch (own, values.first) {
        case (.number(let left), .number(let right)?): (isLess, isEqual) = (left < right, left == right)
        case (.text(let left), .text(let right)?): (isLess, isEqual) = (left < right, left == right)
        default: return false
        }
        switch how {
        case .gt: return !isLess && !isEqual
        case .gte: return !isLess
        case .lt: return isLess
        default: return isLess || isEqual
        }
    }
}
