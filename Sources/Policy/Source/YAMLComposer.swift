/// Builds a tree from YAML events: aliases and merge keys are resolved, duplicate keys reported, all within limits.
struct YAMLComposer {
    private let limits: YAMLReader.Limits
    private(set) var diagnostics: [Diagnostic] = []
    /// What anchors stand for, with the number of nodes and levels in it.
    private var anchors: [String: (node: Node, size: Int, height: Int)] = [:]
    private var nodes = 0
    private var path = PolicyPath()

    init(limits: YAMLReader.Limits) {
        self.limits = limits
    }

    /// A node with the number of nodes and levels in it.
    private typealias Built = (node: Node, size: Int, height: Int)

    /// The only document, or nil when the text is empty.
    mutating func document(from events: consuming YAMLEvents) throws(YAMLFailure) -> Node? {
        _ = try events.next()
        let start = try events.next()
        guard case .documentStart = start.kind else { return nil }
        let root = try build(try events.next(), &events, depth: 1).node
        _ = try events.next()
        let end = try events.next()
        if case .documentStart = end.kind {
            throw YAMLFailure(
                code: .yamlSyntax, message: "the file holds more than one document", position: end.position)
        }
        return root.isNull ? nil : root
    }

    private mutating func build(
        _ event: YAMLEvent, _ events: inout YAMLEvents, depth: Int
    ) throws(YAMLFailure) -> Built {
        guard depth <= limits.depth else {
            throw YAMLFailure(
                code: .tooLarge, message: "the file is nested deeper than \(limits.depth) levels",
                position: event.position)
        }
        switch event.kind {
        case .alias(let name):
            guard let target = anchors[name] else {
                throw YAMLFailure(
                    code: .yamlSyntax, message: "the alias \"*\(name)\" has no anchor before it",
                    position: event.position)
            }
            try count(target.size, at: event.position)
            guard depth + target.height <= limits.depth + 1 else {
                throw YAMLFailure(
                    code: .tooLarge, message: "the file is nested deeper than \(limits.depth) levels",
                    position: event.position)
            }
            return target
        case .scalar(let text, let isPlain, let tag, let anchor):
            try count(1, at: event.position)
            let scalar = Node.Scalar(text: text, isPlain: isPlain && tag != "tag:yaml.org,2002:str" && tag != "!")
            return register((Node(.scalar(scalar), at: event.position), 1, 1), anchor)
        case .sequenceStart(let anchor):
            try count(1, at: event.position)
            return register(try sequence(at: event.position, &events, depth: depth), anchor)
        case .mappingStart(let anchor):
            try count(1, at: event.position)
            return register(try mapping(at: event.position, &events, depth: depth), anchor)
        default:
            throw YAMLFailure(code: .yamlSyntax, message: "a value is missing", position: event.position)
        }
    }

    private mutating func sequence(
        at position: SourcePosition, _ events: inout YAMLEvents, depth: Int
    ) throws(YAMLFailure) -> Built {
        var elements: [Node] = []
        var (size, height) = (1, 0)
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            path.components.append(.index(elements.count))
            let element = try build(event, &events, depth: depth + 1)
            path.components.removeLast()
            elements.append(element.node)
            size += element.size
            height = max(height, element.height)
        }
        return (Node(.sequence(elements), at: position), size, height + 1)
    }

    private mutating func mapping(
        at position: SourcePosition, _ events: inout YAMLEvents, depth: Int
    ) throws(YAMLFailure) -> Built {
        var entries: [Node.Entry] = []
        var merged: [Node] = []
        var lines: [String: Int] = [:]
        var (size, height) = (1, 0)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try build(event, &events, depth: depth + 1)
            guard let scalar = key.node.scalar else {
                throw YAMLFailure(
                    code: .yamlSyntax, message: "a key must be text, not \(key.node.kindDescription)",
                    position: event.position)
            }
            path.components.append(.key(scalar.text))
            let value = try build(try events.next(), &events, depth: depth + 1)
            if scalar.isPlain, scalar.text == "<<" {
                try collect(value.node, into: &merged)
            } else if let line = lines[scalar.text] {
                if diagnostics.count < 1_000 {
                    diagnostics.append(
                        Diagnostic(
                            .error, .duplicateKey, "the key \"\(scalar.text)\" is given already on line \(line)",
                            at: event.position, path: path))
                }
            } else {
                lines[scalar.text] = event.position.line
                entries.append(Node.Entry(key: scalar.text, keyPosition: event.position, value: value.node))
            }
            path.components.removeLast()
            size += key.size + value.size
            height = max(height, value.height)
        }
        // A key of the mapping itself wins over a merged one, an earlier merged mapping over a later one.
        for source in merged {
            for entry in source.entries ?? [] where lines.updateValue(entry.keyPosition.line, forKey: entry.key) == nil
            {
                entries.append(entry)
            }
        }
        return (Node(.mapping(entries), at: position), size, height + 1)
    }

    private func collect(_ node: Node, into merged: inout [Node]) throws(YAMLFailure) {
        let sources = node.elements ?? [node]
        for source in sources {
            guard source.entries != nil else {
                throw YAMLFailure(
                    code: .yamlSyntax, message: "\"<<\" merges mappings, not \(source.kindDescription)",
                    position: source.position)
            }
            merged.append(source)
        }
    }

    private mutating func register(_ built: Built, _ anchor: String?) -> Built {
        if let anchor { anchors[anchor] = built }
        return built
    }

    private mutating func count(_ more: Int, at position: SourcePosition) throws(YAMLFailure) {
        nodes += more
        guard nodes <= limits.nodes else {
            throw YAMLFailure(
                code: .tooLarge, message: "the file has more than \(limits.nodes) values, aliases counted in full",
                position: position)
        }
    }
}
