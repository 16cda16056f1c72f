import MockBackend
import NIOCore
import Policy

/// Replaces every backend of a policy by a mock on loopback, so that any policy can be tried on one machine.
enum MockedBackends {
    /// Starts one mock that plays all of a policy's models.
    static func start(on group: any EventLoopGroup) async throws -> MockBackend {
        var configuration = MockBackendConfiguration()
        configuration.acceptAnyModel = true
        return try await MockBackend.start(configuration, on: group)
    }

    /// Points every model at a mock. No credential of the policy leaves the process.
    static func redirect(_ policy: Policy, to port: Int) -> Policy {
        var policy = policy
        let declared = Set(policy.providers.models.map(\.name))
        for card in policy.modelCards where !declared.contains(card.name) {
            var model = ProviderModel()
            model.name = card.name
            policy.providers.models.append(model)
        }
        for index in policy.providers.models.indices {
            var backend = BackendReference()
            backend.name = "mock"
            backend.endpoint = BackendEndpoint(scheme: .http, host: "127.0.0.1", port: port)
            policy.providers.models[index].backends = [backend]
            policy.providers.models[index].format = .openAI
        }
        return policy
    }
}
