/// The names of entrypoints: trimmed, unique, and none that means something else. Spec config §10.
enum EntrypointCheck {
    static func check(_ document: PolicyDocument, _ root: Node, _ context: inout DecodingContext) -> [Entrypoint] {
        let nodes = root["entrypoints"]?.elements ?? []
        guard nodes.count == document.entrypoints.count else { return document.entrypoints }
        let taken = reserved(document)
        var claimed: [String: Int] = [:]
        var entrypoints = document.entrypoints
        for index in entrypoints.indices {
            guard let names = nodes[index]["model_names"]?.elements else { continue }
            let path = PolicyPath([.key("entrypoints"), .index(index), .key("model_names")])
            var own: [String] = []
            var seen: Set<String> = []
            for (place, node) in names.enumerated() {
                guard let text = node.scalar?.text else { continue }
                let name = trimmed(text)
                guard !name.isEmpty, seen.insert(name).inserted else { continue }
                own.append(name)
                context.at(path.appending(.index(place)), recipe: nil) { context in
                    if let line = claimed[name] {
                        context.error(
                            .duplicateName, "\"\(name)\" is claimed already by the entrypoint on line \(line)",
                            at: node.position)
                    } else if let owner = taken[name] {
                        context.error(.conflict, "\"\(name)\" is \(owner)", at: node.position)
                    }
                }
                claimed[name] = claimed[name] ?? node.position.line
            }
            if own.isEmpty {
                context.at(path, recipe: nil) {
                    $0.error(
                        .missingKey, "an entrypoint needs at least one name",
                        at: nodes[index]["model_names"]?.position ?? nodes[index].position)
                }
            }
            entrypoints[index].modelNames = own
        }
        return entrypoints
    }

    /// Names that requests understand already, and as what.
    private static func reserved(_ document: PolicyDocument) -> [String: String] {
        var taken: [String: String] = [:]
        for name in document.global.integrations.looper.reservedModelNames { taken[name] = "the name of a looper" }
        for name in document.global.router.autoModelAliases { taken[name] = "a name for automatic choice" }
        for card in document.routing?.modelCards ?? [] {
            for adapter in card.adapters { taken[adapter.name] = "a LoRA adapter of \"\(card.name)\"" }
            taken[card.name] = "a model card"
        }
        return taken
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
