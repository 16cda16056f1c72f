internal import Evidence
internal import Policy
internal import Routing

extension ModelChooser {
    /// Who chooses for a decision on another machine; nil where nobody does.
    init?(_ decision: Decision, _ policy: Policy) {
        let candidates = decision.modelReferences.map { reference in
            let card = policy.modelCards.first { $0.name == reference.model }
            let adapter = card?.adapters.first { $0.name == reference.loraName }
            let described = [adapter?.description, card?.description].compactMap(\.self).first { !$0.isEmpty }
            return (name: reference.effectiveName, description: described ?? "no description")
        }
        switch decision.algorithm?.configuration {
        case let configuration as PromptConfiguration:
            guard let provider = policy.providers.models.first(where: { $0.name == configuration.model }),
                let backend = provider.backends.first, let endpoint = backend.endpoint
            else { return nil }
            var model = ExternalModel()
            model.name = provider.name
            model.modelName = provider.externalID(backendType: backend.backendType)
            model.endpoint.address = endpoint.host
            model.endpoint.port = endpoint.port
            model.endpoint.transport = endpoint.scheme == .https ? .https : .http
            model.accessKey = backend.apiKey ?? Secret("")
            model.timeoutSeconds = configuration.timeoutSeconds
            self.init(
                .languageModel(instructions: configuration.instructions), model: model, candidates: candidates)
        case let configuration as RouterR1Configuration:
            var model = ExternalModel()
            model.name = "router_r1"
            model.endpoint.address = configuration.address
            model.endpoint.port = configuration.port
            model.timeoutSeconds = configuration.timeoutSeconds
            self.init(.service, model: model, candidates: candidates)
        default: return nil
        }
    }
}
