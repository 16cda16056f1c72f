public import Policy

/// The models on other machines that a policy names.
public struct NetworkModels: RemoteModels {
    private let transport: any RemoteTransport
    private let environment: @Sendable (String) -> String?
    private let file: @Sendable (String) -> [UInt8]?

    /// Models behind a transport. `environment` gives the keys that policies name, `file` the label files.
    public init(
        _ transport: any RemoteTransport, environment: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.transport = transport
        self.environment = environment
        self.file = file
    }

    public func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? {
        let key = Secret(environment(settings.endpoint.apiKeyVariable) ?? "")
        guard let model = try? RemoteEmbeddingProtocol(settings.endpoint, key: key) else { return nil }
        let name = "\(settings.endpoint.model) at \(settings.endpoint.baseURL)"
        return RemoteEmbeddingReader(
            model, name: name, retries: settings.endpoint.maximumRetries, transport: transport)
    }

    public func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? {
        let mapping = file(settings.jailbreakMappingPath).flatMap { try? RemoteLabelMapping(parsing: $0) }
        let labels = mapping?.labels ?? ["benign", "jailbreak"]
        let positives = settings.positiveLabels.isEmpty ? ["jailbreak"] : settings.positiveLabels
        let made: (any RemoteClassifierProtocol)?
        switch settings.remoteProtocol {
        case .httpClassify: made = try? RemoteScoresProtocol(model, labels: labels)
        case .httpChat: made = try? RemoteGuardProtocol(model, labels: labels, positiveLabels: positives)
        case .unset: made = nil
        }
        return made.map {
            RemoteClassifierReader(
                $0, name: Self.name(model, "guard"), task: .jailbreak, positives: positives, transport: transport)
        }
    }

    public func languageModel(
        _ model: ExternalModel, labels: [String], instructions: String
    ) -> (any TextReader)? {
        guard let made = try? RemoteLabelProtocol(model, labels: labels, instructions: instructions) else { return nil }
        let name = Self.name(model, labels.joined(separator: "/"))
        return RemoteClassifierReader(
            made, name: name, identity: Self.identity(model, labels + [instructions]), task: .labels,
            transport: transport)
    }

    public func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? {
        guard let made = try? RemotePreferenceProtocol(model, preferences: preferences) else { return nil }
        let names = preferences.map(\.name).joined(separator: "/")
        return RemoteClassifierReader(
            made, name: Self.name(model, names),
            identity: Self.identity(model, preferences.flatMap { [$0.name, $0.description] }), task: .labels,
            transport: transport)
    }

    public func chooser(_ chooser: ModelChooser) -> (any TextReader)? {
        let made: (any RemoteClassifierProtocol)?
        var use = chooser.candidates.flatMap { [$0.name, $0.description] }
        switch chooser.kind {
        case .languageModel(let instructions):
            made = try? RemoteModelChoiceProtocol(chooser, instructions: instructions)
            use.append(instructions)
        case .service: made = try? RemoteRoutingService(chooser)
        }
        return made.map {
            RemoteClassifierReader(
                $0, name: Self.name(chooser.model, chooser.candidates.map(\.name).joined(separator: "/")),
                identity: Self.identity(chooser.model, use), task: .labels, transport: transport)
        }
    }

    public func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor? {
        RemoteMemoryExtractor(model, transport)
    }

    public func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter? { RemoteQueryRewriter(model, transport) }

    /// One for each use of each model that the policy declares, whatever servers they share.
    private static func identity(_ model: ExternalModel, _ use: [String]) -> String {
        (["remote", model.name, model.modelName] + use).map(\.debugDescription).joined(separator: " ")
    }

    /// The model, where it is and what it is for.
    private static func name(_ model: ExternalModel, _ use: String) -> String {
        "\(model.modelName) at \(model.endpoint.address):\(model.endpoint.port) for \(use)"
    }
}
