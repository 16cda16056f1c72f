package import Policy

/// A document made from a declaration, in which every key stands once, each on a line of its own.
package struct DeclarationSample {
    /// One key of the document.
    package struct Site {
        package var steps: [Int]
        package var key: String
        package var type: TypeDescription
        /// The key is a free name, such as a role's.
        package var isFree: Bool
        package var line: Int
    }

    package private(set) var root = Node(.mapping([]), at: SourcePosition(line: 1, column: 1))
    package private(set) var sites: [Site] = []
    private var line = 1

    package init(_ schema: SchemaDescription) {
        root = mapping(schema, [])
    }

    /// The document with one entry changed.
    package func changing(_ site: Site, _ change: (inout Node.Entry) -> Void) -> Node {
        Self.changing(root, site.steps[...], change)
    }

    private static func changing(_ node: Node, _ steps: ArraySlice<Int>, _ change: (inout Node.Entry) -> Void) -> Node {
        guard let step = steps.first else { return node }
        var node = node
        switch node.content {
        case .mapping(var entries):
            if steps.count == 1 {
                change(&entries[step])
            } else {
                entries[step].value = changing(entries[step].value, steps.dropFirst(), change)
            }
            node.content = .mapping(entries)
        case .sequence(var elements):
            elements[step] = changing(elements[step], steps.dropFirst(), change)
            node.content = .sequence(elements)
        case .scalar: break
        }
        return node
    }

    private var position: SourcePosition { SourcePosition(line: line, column: 1) }

    private mutating func mapping(_ schema: SchemaDescription, _ steps: [Int]) -> Node {
        let start = position
        var entries: [Node.Entry] = []
        for key in schema.keys() where key.status == .supported {
            entries.append(entry(key.name, key.type, steps + [entries.count], isFree: false))
        }
        return Node(.mapping(entries), at: start)
    }

    private mutating func entry(_ key: String, _ type: TypeDescription, _ steps: [Int], isFree: Bool) -> Node.Entry {
        line += 1
        let here = position
        sites.append(Site(steps: steps, key: key, type: type, isFree: isFree, line: line))
        var value = value(type, key, steps)
        value.position = here
        return Node.Entry(key: key, keyPosition: here, value: value)
    }

    private mutating func value(_ type: TypeDescription, _ key: String, _ steps: [Int]) -> Node {
        switch type {
        case .object(let schema): return mapping(schema, steps)
        case .list(let element): return Node(.sequence([value(element, key, steps + [0])]), at: position)
        case .map(let element):
            return Node(.mapping([entry("anything", element, steps + [0], isFree: true)]), at: position)
        case .either(let types):
            if case .object(let schema)? = types.first { return mapping(schema, steps) }
            return types.last.map { value($0, key, steps) } ?? Node(.mapping([]), at: position)
        default: return Node(.scalar(.init(text: Self.text(type, key), isPlain: true)), at: position)
        }
    }

    private static func text(_ type: TypeDescription, _ key: String) -> String {
        switch type {
        case .boolean: return "true"
        case .integer(let range): return String(min(max(1, range?.lowerBound ?? 1), range?.upperBound ?? 1))
        case .number(let range): return String(min(max(0.5, range?.lowerBound ?? 0.5), range?.upperBound ?? 0.5))
        case .duration: return "30s"
        case .tokenCount: return "8K"
        case .enumeration(let values): return values.first { !$0.isEmpty } ?? ""
        default:
            return ["endpoint", "base_url", "url", "verifier_server_url"].contains(key) ? "http://h/v1" : "127.0.0.1"
        }
    }
}

/// What is wrong with declarations as such: missing texts, names that stand twice, defaults outside their range.
package struct DeclarationAudit {
    package private(set) var problems: [String] = []
    package private(set) var keyCount = 0

    package init(_ schema: SchemaDescription) {
        visit(schema, schema.name, depth: 0)
    }

    private mutating func visit(_ schema: SchemaDescription, _ path: String, depth: Int) {
        guard depth < 12 else { return }
        if schema.documentation.isEmpty || schema.name.isEmpty { problems.append("\(path): no documentation") }
        let keys = schema.keys()
        if Set(keys.map(\.name)).count != keys.count { problems.append("\(path): a key stands twice") }
        for key in keys {
            keyCount += 1
            let here = "\(path).\(key.name)"
            if key.documentation.isEmpty { problems.append("\(here): no documentation") }
            if let text = key.defaultText, !Self.accepts(key.type, text) {
                problems.append("\(here): the default \(text) is outside its own range")
            }
            if key.status == .supported { descend(key.type, here, depth: depth + 1) }
        }
    }

    private mutating func descend(_ type: TypeDescription, _ path: String, depth: Int) {
        switch type {
        case .object(let schema): visit(schema, path, depth: depth)
        case .list(let element), .map(let element): descend(element, path, depth: depth)
        case .either(let types): for type in types { descend(type, path, depth: depth) }
        default: break
        }
    }

    private static func accepts(_ type: TypeDescription, _ text: String) -> Bool {
        switch type {
        case .integer(let range): return Int(text).map { range?.contains($0) ?? true } ?? false
        case .number(let range): return Double(text).map { range?.contains($0) ?? true } ?? false
        case .enumeration(let values): return values.contains(text)
        case .boolean: return text == "true" || text == "false"
        case .duration: return DurationText.parse(text) != nil
        default: return true
        }
    }
}

/// The mistakes that are tried at every key of a sample, and what is missing in their diagnosis.
package enum DeclarationMistakes {
    package typealias Decode = (Node, inout DecodingContext) -> Void

    /// What the sample itself is told, apart from rules between keys.
    package static func rejectionsOfSample(_ sample: DeclarationSample, _ decode: Decode) -> [String] {
        var context = DecodingContext()
        decode(sample.root, &context)
        let codes: Set<Diagnostic.Code> = [.unknownKey, .wrongType, .outOfRange, .unknownValue, .invalidValue]
        return context.diagnostics.filter { codes.contains($0.code) && $0.severity == .error }
            .map { "\($0.path): \($0.message)" }
    }

    /// The keys at which a misspelling, a wrong type or a value out of range is not diagnosed on its line.
    package static func undiagnosed(_ sample: DeclarationSample, _ decode: Decode) -> [String] {
        sample.sites.flatMap { site -> [String] in
            var missed: [String] = []
            if !site.isFree {
                let misspelt = sample.changing(site) { $0.key += "z" }
                if !diagnoses(.unknownKey, misspelt, site.line, decode, suggesting: true) {
                    missed.append("\(site.key) misspelt")
                }
            }
            if let wrong = wrongType(site.type) {
                let node = sample.changing(site) { $0.value.content = wrong }
                if !diagnoses(.wrongType, node, site.line, decode) { missed.append("\(site.key) of a wrong type") }
            }
            for text in outOfRange(site.type) {
                let node = sample.changing(site) { $0.value.content = .scalar(.init(text: text, isPlain: true)) }
                if !diagnoses(.outOfRange, node, site.line, decode) { missed.append("\(site.key): \(text)") }
            }
            return missed
        }
    }

    private static func diagnoses(
        _ code: Diagnostic.Code, _ node: Node, _ line: Int, _ decode: Decode, suggesting: Bool = false
    ) -> Bool {
        var context = DecodingContext()
        decode(node, &context)
        return context.diagnostics.contains {
            $0.code == code && $0.position.line == line && $0.severity == .error
                && (!suggesting || $0.suggestion != nil)
        }
    }

    private static func wrongType(_ type: TypeDescription) -> Node.Content? {
        let position = SourcePosition(line: 1, column: 1)
        switch type {
        case .any: return nil
        case .list, .map, .object: return .scalar(.init(text: "text", isPlain: true))
        case .either(let types):
            if case .object? = types.first { return .scalar(.init(text: "text", isPlain: true)) }
            return .sequence([])
        default: return .mapping([.init(key: "a", keyPosition: position, value: Node(.sequence([]), at: position))])
        }
    }

    private static func outOfRange(_ type: TypeDescription) -> [String] {
        switch type {
        case .integer(let range?):
            return ["\(range.lowerBound - 1)"] + (range.upperBound < Int.max ? ["\(range.upperBound + 1)"] : [])
        case .number(let range?):
            return ["\(range.lowerBound - 1)"] + (range.upperBound < 1e300 ? ["\(range.upperBound + 1)"] : [])
        default: return []
        }
    }
}
