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

    init(_ policy: Policy, environment: (String) -> String?) {
        var models: [String: CallableModel] = [:]
        for model in policy.providers.models {
            models[model.name] = CallableModel(model, policy: policy, environment: environment)
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
                        description: description.isEmpty ? "Chooses the model by recipe \(entrypoint.recipe)" : description,
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
            for identifier in model.externalModelIDs.values.sorted() + [model.providerModelID] where !identifier.isEmpty {
                claim(identifier, .passthrough(model: model.name, adapter: nil))
            }
        }
        self.models = models
        self.names = names
        self.listings = listings
    }

    /// What a requested name means; white space around it does not count, letter case does.
    public func resolve(_ name: String) -> ModelResolution {
        if let resolution = names[name] { return resolution }
        let trimmed = name.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return .unknown }
        return names[String(trimmed[...last])] ?? .unknown
    }
}
