/// A policy file as it is read, before recipes are put together. Spec config §1.
struct PolicyDocument: Sendable {
    var version = "v0.3"
    var listeners: [Listener] = []
    var providers = Providers()
    var routing: RoutingSection?
    var entrypoints: [Entrypoint] = []
    var recipes: [RecipeDeclaration] = []
    var global = GlobalSettings()
    var setup: AnyValue?

    /// The declaration of a whole file.
    static func schema(_ families: PolicyFamilies) -> Schema<PolicyDocument> {
        let routing = RoutingSection.schema(families, hasModelCards: true)
        let recipe = RecipeDeclaration.valueType(families)
        return Schema<PolicyDocument>(
            "policy", "A policy file.", initial: PolicyDocument(),
            keys: [
                Key("version", \.version, version, "The schema's label."),
                Key("listeners", \.listeners, .list(.object(Listener.schema)), "Where requests come in."),
                Key("providers", \.providers, merging: Providers.schema, "The physical side of the models."),
                Key(
                    "routing", \.routing, inRecipe(.object(routing)) { _ in 0 },
                    "The default recipe and all model cards."),
                Key(
                    "entrypoints", \.entrypoints, .list(.object(Entrypoint.schema)),
                    "Public names that lead to recipes."),
                Key("recipes", \.recipes, .list(recipe), "Further recipes."),
                Key("global", \.global, merging: GlobalSettings.schema, "What all recipes share."),
                Key("setup", \.setup, .any, "A marker of set-up tools, without effect here."),
            ] + removedKeys
        ).checking { value, node, context in
            if value.setup != nil {
                context.warning(.noEffect, "setup has no effect", key: "setup", in: node)
            }
            if node["routing"] == nil, node["global"] == nil {
                context.error(.missingKey, "a policy needs routing or global", at: node.position)
            }
            Listener.checkAll(node["listeners"], value.listeners, &context)
        }
    }

    /// Keys of the flat layout that came before.
    private static let removedKeys: [Key<PolicyDocument>] = [
        .removed("vllm_endpoints", instead: "write each model's servers as providers.models[].backend_refs"),
        .removed("model_config", instead: "write routing.modelCards and providers.models"),
        .removed("categories", instead: "write routing.signals.domains and routing.decisions"),
        .removed("semantic_cache", instead: "write global.stores.response_cache"),
        .removed("default_model", instead: "write providers.defaults.default_model"),
        .removed("reasoning_families", instead: "write providers.defaults.reasoning_families"),
        .removed("decisions", instead: "write routing.decisions"),
        .removed("signals", instead: "write routing.signals"),
    ]

    /// Reads in the scope of a recipe; its number follows from the path.
    static func inRecipe<Value: Sendable>(
        _ type: ValueType<Value>, _ number: @escaping @Sendable (PolicyPath) -> Int
    ) -> ValueType<Value> {
        ValueType(type.description, render: type.render) { node, context in
            context.recipe = number(context.path)
            defer { context.recipe = nil }
            return type.decode(node, &context)
        }
    }

    private static let version = ValueType<String>(.string, render: { $0 }) { node, context in
        guard let text = ValueType<String>.string.decode(node, &context) else { return nil }
        if text.lowercased() == "v0.3" || text == "0.3" { return "v0.3" }
        context.error(
            .unknownValue, "the version \"\(text)\" is not known; this build reads v0.3", at: node.position,
            suggestion: "v0.3")
        return nil
    }
}

/// One entry of `recipes`.
struct RecipeDeclaration: Sendable {
    var name = ""
    var description = ""
    var routing = RoutingSection()
    /// The number of the scope in which its names are declared.
    var scope = 0
    var position = SourcePosition(line: 1, column: 1)
    var path = PolicyPath()

    static func valueType(_ families: PolicyFamilies) -> ValueType<RecipeDeclaration> {
        let routing = RoutingSection.schema(families, hasModelCards: false)
        let schema = Schema<RecipeDeclaration>(
            "recipe", "A routing profile of its own.", initial: RecipeDeclaration(),
            keys: [
                Key("name", \.name, .name, "The recipe's name.", required: true),
                Key("description", \.description, .string, "Shown in the list of models."),
                Key("routing", \.routing, .object(routing), "Its strategy, signals, projections and decisions."),
            ]
        ).checking { value, node, context in
            guard !value.name.isEmpty, let position = node["name"]?.position else { return }
            context.within(.key("name")) { $0.declareUnique(.recipe, value.name, at: position) }
        }
        let type = ValueType<RecipeDeclaration>.object(schema) { value, node, context in
            value.scope = context.recipe ?? 0
            value.position = node.position
            value.path = context.path
        }
        return PolicyDocument.inRecipe(type) { path in
            if case .index(let index)? = path.components.last { return index + 1 }
            return 0
        }
    }
}

/// The content of `routing`, at the top or in a recipe. Spec config §4.
struct RoutingSection: Sendable {
    var strategy: DecisionStrategy?
    var modelCards: [ModelCard] = []
    var signals = SignalSection()
    var projections = Projections()
    var decisions: [Decision] = []

    /// Whether it makes a recipe: model cards are shared and do not count.
    static func isProfile(_ node: Node?) -> Bool {
        ["strategy", "signals", "projections", "decisions"].contains { node?[$0].map { !$0.isNull } ?? false }
    }

    static func schema(_ families: PolicyFamilies, hasModelCards: Bool) -> Schema<RoutingSection> {
        let decision = DecisionDecoding(families: families).valueType
        let signals = SignalSection.schema(families.signals)
        let projections = Projections.schema(inputTypes: families.signals.filter(\.isScoreInput).map(\.type))
        let cards: Key<RoutingSection> =
            hasModelCards
            ? Key("modelCards", \.modelCards, .list(.object(ModelCard.schema)), "The logical models of all recipes.")
            : .removed("modelCards", instead: "model cards are shared: write them under the top-level routing")
        return Schema<RoutingSection>(
            hasModelCards ? "routing" : "recipe routing", "How requests are decided.", initial: RoutingSection(),
            keys: [
                Key("strategy", \.strategy, .enumeration(), "How matching decisions are ordered."),
                cards,
                Key("signals", \.signals, merging: signals, "What is found out about a request."),
                Key("projections", \.projections, merging: projections, "Values derived from signals."),
                Key("decisions", \.decisions, .list(decision), "The routes."),
                .removed("models", instead: "write \"modelCards\" here and the targets under providers.models"),
            ])
    }
}

extension Listener {
    static let schema = Schema<Listener>(
        "listener", "A data-plane listener.", initial: Listener(),
        keys: [
            Key("name", \.name, .nonEmptyString, "A label."),
            Key("address", \.address, .name, "The address to bind."),
            Key("port", \.port, .integer(1...65_535), "The port to bind."),
            Key("timeout", \.timeout, .duration, "How long one request may take."),
        ])

    /// Reports listeners that share a name or an address.
    static func checkAll(_ node: Node?, _ listeners: [Listener], _ context: inout DecodingContext) {
        guard let nodes = node?.elements, nodes.count == listeners.count else { return }
        var names: [String: Int] = [:]
        var addresses: [String: Int] = [:]
        context.within(.key("listeners")) { context in
            for (index, (node, listener)) in zip(nodes, listeners).enumerated() {
                context.within(.index(index)) { context in
                    let address = "\(listener.address):\(listener.port)"
                    if let line = addresses.updateValue(node.position.line, forKey: address) {
                        context.error(
                            .conflict, "a listener binds \(address) already on line \(line)",
                            key: "port", in: node)
                    }
                    guard !listener.name.isEmpty else { return }
                    if let line = names.updateValue(node.position.line, forKey: listener.name) {
                        context.error(
                            .duplicateName, "a listener is named \"\(listener.name)\" already on line \(line)",
                            key: "name", in: node)
                    }
                }
            }
        }
    }
}

extension Entrypoint {
    static let schema = Schema<Entrypoint>(
        "entrypoint", "Public model names that lead to a recipe.", initial: Entrypoint(),
        keys: [
            Key("model_names", \.modelNames, .list(.string), "The names that clients ask for.", required: true),
            Key("recipe", \.recipe, .reference(to: .recipe), "The recipe; `default` always exists.", required: true),
        ])
}
