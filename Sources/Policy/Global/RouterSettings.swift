/// Request bodies that arrive in pieces.
public struct StreamedBodySettings: Sendable {
    public var isEnabled = false
    public var maximumBytes = 0
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "streamed_body", "Request bodies that arrive in pieces.", initial: StreamedBodySettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Collect streamed request bodies before routing.")
        Key(
            "max_bytes", \.maximumBytes, .count,
            "Most bytes collected; more is an error to the client; 0 leaves the bound to the door.")
        Key("timeout_sec", \.timeoutSeconds, .count, "Seconds until the body must be complete; 0 is no bound.")
    }
}

/// Requests that ask to be left alone.
public struct SkipProcessingSettings: Sendable {
    public var isEnabled = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "skip_processing", "Requests that ask to be left alone.", initial: SkipProcessingSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Honour the request header x-vsr-skip-processing: true.")
    }
}

/// Settings of the router itself. Spec config §11.1.
public struct RouterSettings: Sendable {
    /// Where the policy comes from.
    public enum ConfigurationSource: String, Sendable, CaseIterable {
        case file
        case kubernetes
    }

    public var configurationSource = ConfigurationSource.file
    public var strategy: DecisionStrategy?
    public var autoModelName = "MoM"
    public var autoModelNames: [String]?
    public var includeConfigModelsInList = false
    public var clearsRouteCache = true
    public var streamedBody = StreamedBodySettings()
    public var skipProcessing = SkipProcessingSettings()
    public var modelSelection = ModelSelectionSettings()
    public var learning = LearningSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "router", "Settings of the router itself. Spec config §11.1.", initial: RouterSettings()
    ) {
        Key("config_source", \.configurationSource, .enumeration(), "Where the policy comes from.")
        Key("strategy", \.strategy, .enumeration(), "Decision strategy of recipes that name none; priority when unset.")
        Key("auto_model_name", \.autoModelName, .string, "Further name under which clients ask for routing.")
        Key(
            "auto_model_names", \.autoModelNames, .list(.name),
            "All names under which clients ask for routing; an empty list allows none.")
        Key(
            "include_config_models_in_list", \.includeConfigModelsInList, .boolean,
            "Show concrete models in /v1/models.")
        Key(
            "clear_route_cache", \.clearsRouteCache, .boolean, "Tell Envoy to choose the route anew after header edits."
        )
        Key(
            "streamed_body", \.streamedBody, merging: StreamedBodySettings.schema,
            "Request bodies that arrive in pieces.")
        Key(
            "skip_processing", \.skipProcessing, merging: SkipProcessingSettings.schema,
            "Requests that ask to be left alone.")
        Key(
            "model_selection", \.modelSelection, merging: ModelSelectionSettings.schema,
            "Tuning that selection algorithms share.")
        Key("learning", \.learning, merging: LearningSettings.schema, "Learning from outcomes and holding sessions.")
    }

    /// The names under which clients ask for the default recipe's routing. Spec config §10.
    public var autoModelAliases: [String] {
        if let autoModelNames { return autoModelNames }
        var aliases = ["vllm-sr/auto", "auto"]
        if !autoModelName.isEmpty, !aliases.contains(autoModelName) { aliases.append(autoModelName) }
        return aliases
    }
}
