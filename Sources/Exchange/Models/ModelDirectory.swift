internal import Policy

/// What a requested model name means.
public enum ModelResolution: Sendable, Equatable {
    /// A logical name: the recipe, by index, decides.
    case route(recipe: Int)
    /// A physical model, or one of its adapters: no recipe applies.
    case passthrough(model: String, adapter: String?)
    case unknown
}

/// The models of a policy by every name they go by. Spec pipeline-api §2.2.
public struct ModelDirectory: Sendable {
    /// A model as `GET /v1/models` lists it.
    public struct Listing: Sendable, Hashable {
        public var id: String
        public var isVirtual: Bool
        public var description: String
        public var recipe: String?
        public var isDefault: Bool
    }

    public let models: [String: CallableModel]
    public let listings: [Listing]
    private let names: [String: ModelResolution]
    /// The card of each adapter.
    private let cards: [String: String]

    init(_ policy: Policy, observations: ModelObservations, environment: (String) -> String?) {
        var models: [String: CallableModel] = [:]
        for model in policy.providers.models {
            models[model.name] = CallableModel(
                model, policy: policy, observed: observations.model(model.name), environment: environment)
        }
        // A card alone is enough where another gateway has the backends.
        for card in policy.modelCards where models[card.name] == nil {
            var model = ProviderModel()
            model.name = card.name
            models[card.name] = CallableModel(
                model, policy: policy, observed: observations.model(model.name), environment: environment)
        }
        var names: [String: ModelResolution] = [:]
        var listings: [Listing] = []
        func claim(_ name: String, _ resolution: ModelResolution) {
            if names[name] == nil { names[name] = resolution }
        }
        let automatic = policy.global.router.autoModelAliases
        for (index, name) in automatic.enumerated() {
            claim(name, .route(recipe: 0))
            listings.append(
                Listing(
                    id: name, isVirtual: true, description: "Chooses the model by the policy", recipe: "default",
                    isDefault: index == 0))
        }
        for entrypoint in policy.entrypoints {
            guard let recipe = policy.recipes.firstIndex(where: { $0.name == entrypoint.recipe }) else { continue }
            for name in entrypoint.modelNames {
                claim(name, .route(recipe: recipe))
                let description = policy.recipes[recipe].description
                listings.append(
                    Listing(
                        id: name, isVirtual: true,
                        description: description.isEmpty
                            ? "Chooses the model by recipe \(entrypoint.recipe)" : description,
                        recipe: entrypoint.recipe, isDefault: automatic.isEmpty && listings.isEmpty))
            }
        }
        for card in policy.modelCards {
            claim(card.name, .passthrough(model: card.name, adapter: nil))
            for adapter in card.adapters { claim(adapter.name, .passthrough(model: card.name, adapter: adapter.name)) }
            if policy.global.router.includeConfigModelsInList {
                listings.append(
                    Listing(
                        id: card.name, isVirtual: false, description: card.description, recipe: nil, isDefault: false))
            }
        }
        for model in policy.providers.models {
            claim(model.name, .passthrough(model: model.name, adapter: nil))
            for identifier in model.externalModelIDs.values.sorted() + [model.providerModelID] where !identifier.isEmpty
            {
                claim(identifier, .passthrough(model: model.name, adapter: nil))
            }
        }
        self.models = models
        cards = Dictionary(
            policy.modelCards.flatMap { card in card.adapters.map { ($0.name, card.name) } },
            uniquingKeysWith: { first, _ in first })
        self.names = names
        self.listings = listings
    }

    /// What a requested name means; white space around it does not count, letter case does.
    public func resolve(_ name: String) -> ModelResolution {
        names[name] ?? names[Self.trimmed(name)] ?? .unknown
    }

    /// The model that a policy's reference means, which names a model card or an adapter; nil when it names neither.
    func planned(_ reference: ModelReference) -> PlannedModel? {
        if let model = models[reference.model] {
            return PlannedModel(model: model, reference: reference, adapter: reference.loraName)
        }
        guard let model = cards[reference.model].flatMap({ models[$0] }) else { return nil }
        return PlannedModel(model: model, reference: reference, adapter: reference.loraName ?? reference.model)
    }

    /// A name without white space around it.
    static func trimmed(_ name: String) -> String {
        guard name.first?.isWhitespace == true || name.last?.isWhitespace == true else { return name }
        let start = name.drop(while: \.isWhitespace)
        return start.lastIndex(where: { !$0.isWhitespace }).map { String(start[...$0]) } ?? ""
    }
}
