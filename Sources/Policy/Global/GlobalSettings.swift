/// What all recipes share. Given values are laid over the defaults. Spec config §11.
public struct GlobalSettings: Sendable {
    public var router = RouterSettings()
    public var services = ServiceSettings()
    public var stores = StoreSettings()
    public var integrations = IntegrationSettings()
    public var modelCatalog = ModelCatalog()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "global",
        "What all recipes share. Given values are laid over the defaults. Spec config §11.",
        initial: GlobalSettings()
    ) {
        Key("router", \.router, merging: RouterSettings.schema, "Settings of the router itself.")
        Key("services", \.services, merging: ServiceSettings.schema, "What the router offers beside routing.")
        Key("stores", \.stores, merging: StoreSettings.schema, "What is kept, and where.")
        Key("integrations", \.integrations, merging: IntegrationSettings.schema, "What the router works with.")
        Key("model_catalog", \.modelCatalog, merging: ModelCatalog.schema, "The models that the router itself uses.")
        Key<GlobalSettings>.removed("modules", instead: "use global.model_catalog.modules")
    }

    /// Declares the names that the rest of a policy may refer to: knowledge bases, external models and capabilities.
    /// It must also run when the file is silent, since the defaults declare names.
    public static func declareNames(_ settings: GlobalSettings, _ context: inout DecodingContext) {
        for base in settings.modelCatalog.knowledgeBases { context.declare(.knowledgeBase, base.name) }
        for model in settings.modelCatalog.external where !model.name.isEmpty {
            context.declare(.externalModel, model.name)
        }
        for name in SystemModels.names { context.declare(.systemModel, name) }
    }
}
