internal import Evidence
internal import Policy
internal import Routing
internal import Upstream

extension ModelChooser {
    /// Who chooses for a decision on another machine; nil where nobody does.
    init?(_ decision: Decision, _ policy: Policy, _ directory: ModelDirectory) {
        let candidates = decision.modelReferences.map { reference in
            let card = policy.modelCards.first { $0.name == reference.model }
            let adapter = card?.adapters.first { $0.name == reference.loraName }
            let described = [adapter?.description, card?.description].compactMap(\.self).first { !$0.isEmpty }
            return (name: reference.effectiveName, description: described ?? "no description")
        }
        switch decision.algorithm?.configuration {
        case let configuration as PromptConfiguration:
            guard let backend = directory.models[configuration.model]?.backends.first else { return nil }
            var model = ExternalModel()
            model.name = configuration.model
            model.modelName = backend.modelID
            model.endpoint.address = backend.target.host
            model.endpoint.port = backend.target.port
            model.endpoint.transport = backend.target.scheme == .https ? .https : .http
            model.accessKey = backend.bearerKey
            model.timeoutSeconds = configuration.timeoutSeconds
            self.init(
                .languageModel(instructions: configuration.instructions), model: model, candidates: candidates)
        case let configuration as RouterR1Configuration:
            var model = ExternalModel()
            // Two services are two, whatever they choose among.
            model.name = "router_r1 at \(configuration.address):\(configuration.port)"
            model.endpoint.address = configuration.address
            model.endpoint.port = configuration.port
            model.timeoutSeconds = configuration.timeoutSeconds
            self.init(.service, model: model, candidates: candidates)
        default: return nil
        }
    }
}
