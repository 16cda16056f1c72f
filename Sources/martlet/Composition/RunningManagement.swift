import Control
import Evidence
import Exchange
import Foundation
import Logging
import Policy
import Retrieval
import ServiceLifecycle
import Telemetry
import Wire

/// The management API beside the gateway.
struct RunningManagement {
    /// Where it listens, as `host:port`.
    let address: String
    private let services: ServiceGroup
    private let task: Task<Void, any Error>

    /// The server as a service, so that it can be told to finish.
    private struct Listening: Service {
        let server: ManagementServer
        let started: @Sendable (Int) -> Void

        func run() async throws {
            try await server.run { port in started(port) }
        }
    }

    /// Starts it and waits until it listens. Throws when the policy would expose it or the port is taken.
    static func start(
        _ source: RouterManagement, settings: ManagementAPISettings, port: Int?, logger: Logger
    )
        async throws -> RunningManagement
    {
        var configuration = ManagementConfiguration(settings) { ProcessInfo.processInfo.environment[$0] }
        if let port { configuration.port = port }
        if let documents = source.memory.retrieval.documents {
            configuration.maximumUploadBytes = documents.maximumFileBytes + (1 << 20)
        }
        if let problem = configuration.problems.first { throw problem }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let server = ManagementServer(configuration: configuration, source: source, logger: quiet)
        let (started, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        let services = ServiceGroup(
            services: [Listening(server: server) { continuation.yield($0) }], logger: quiet)
        let task = Task {
            do {
                try await services.run()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
                throw error
            }
        }
        for try await port in started {
            let host = configuration.address == "::1" ? "[::1]" : configuration.address
            return RunningManagement(address: "\(host):\(port)", services: services, task: task)
        }
        throw StartupError(message: "it ended before it listened")
    }

    /// Stops listening.
    func stop() async {
        await services.triggerGracefulShutdown()
        _ = await task.result
    }
}

/// What the management API shows of the router.
struct RouterManagement: ManagementSource {
    let router: Router
    let registry: PrometheusRegistry
    let file: PolicyFile
    let started: Double

    var currentGeneration: any ManagedGeneration { router.current }

    var startupStatus: StartupStatus {
        StartupStatus(
            phase: .ready, message: "The gateway serves.", readyModels: signalModels.map(\.name), updatedAt: started)
    }

    var memory: RouterMemory { router.current.memory }

    var signalModels: [LoadedModel] { Resources.installed.loaded }

    var configurationFileHash: String? {
        FileManager.default.contents(atPath: file.path).map { SHA256.hexadecimal([UInt8]($0)) }
    }

    func metricsText() -> [UInt8] { registry.render() }

    func effectiveConfiguration() -> [UInt8] {
        guard let (loaded, _) = try? file.load(), let root = loaded.root else { return Array("{}".utf8) }
        let schema = PolicyLoader(families: PolicyFile.families).description
        return Array(EffectiveConfiguration(root: root, schema: schema).json(file: file.path).utf8)
    }

    func modelListing() -> [UInt8] { ChatCompletionWriter.models(router.modelListings()) }
}
