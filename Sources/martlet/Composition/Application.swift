import ArgumentParser
import Control
import Evidence
import Exchange
import ExtProc
import Foundation
import Gateway
import Logging
import Metrics
import MockBackend
import NIOCore
import NIOPosix
import Policy
import Retrieval
import Routing
import Telemetry
import UnixSignals

/// The serving process: puts the rooms together, starts them, reloads them, and lets them drain.
struct Application {
    /// What is served and where it came from.
    struct Source {
        /// The file to watch; nil when the policy was not given by the operator.
        var watched: PolicyFile?
        var file: PolicyFile
        var loaded: LoadedPolicy
        var bytes: [UInt8]
        var description: String
        /// A mock that plays backends, which lives as long as the process.
        var mock: MockBackend?
    }

    let options: ServeCommand
    let locator = ResourceLocator()
    let group: MultiThreadedEventLoopGroup

    init(_ options: ServeCommand) {
        self.options = options
        group = MultiThreadedEventLoopGroup(numberOfThreads: options.workers ?? System.coreCount)
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let logger = bootstrapLogging()
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        Gauge(label: MetricCatalog.buildInfo.name, dimensions: [("version", MartletVersion.current)]).record(1)
        let state = StateDirectory(given: options.stateDirectory)
        do { try state.prepare() } catch {
            throw StartupError(message: "cannot use the state directory \(state.path): \(error.localizedDescription)")
        }
        let source = try await self.source(state)
        let kept = try KeptState(
            state, source.loaded.policy?.global ?? GlobalSettings(), isMocked: source.mock != nil, logger: logger)
        let generation = try accepted(source, kept.memory)
        let policy = generation.policy
        let replay = kept.startReplay()
        let reading = KeptDocuments.start(kept.memory.retrieval.documents, policy: policy)
        let traces = TraceExport.start(source.loaded, isMocked: source.mock != nil, logger: logger)
        var settings = Router.Settings()
        settings.version = MartletVersion.current
        settings.renderMetrics = { registry.render() }
        settings.rateLimitService = { EnvoyRateLimitService($0) }
        let router = Router(generation, settings: settings, logger: logger)
        Gauge(label: MetricCatalog.configGeneration.name).record(1)

        // Trapped before anything listens: a signal that comes early must drain too.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let gateway = GatewayServer(
            configuration: gatewayConfiguration(policy), handler: router, logger: logger)
        let addresses: [SocketAddress]
        do { addresses = try await gateway.start() } catch {
            throw StartupError(message: "cannot listen: \(error)")
        }
        let extProc = try ExternalProcessing.start(options, policy, router, logger)
        let management = try await startManagement(router, policy, registry, source, logger)
        print(
            Banner(
                addresses: addresses, extProc: extProc.description, management: management?.address,
                source: source.description,
                generation: generation, state: state.path, isMocked: source.mock != nil,
                encoders: Resources.installed.loaded.map(\.name)
            ).text(colour: isatty(STDOUT_FILENO) == 1))
        fflush(nil)

        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await kept.run() }
            if let file = source.watched {
                tasks.addTask {
                    await ConfigurationWatcher(path: file.path).run { reload(file, source, router, logger) }
                }
            }
            for await signal in signals {
                guard signal == .sighup else { break }
                if let file = source.watched { reload(file, source, router, logger) }
            }
            tasks.cancelAll()
        }
        logger.notice("draining", metadata: ["seconds": "\(options.drainSeconds)"])
        let deadline = NIODeadline.now() + .seconds(Int64(options.drainSeconds))
        async let drained: Void = extProc.server?.drain(deadline: deadline) ?? ()
        await gateway.drain(deadline: deadline)
        await drained
        await extProc.server?.stop()
        await gateway.stop()
        await management?.stop()
        await source.mock?.stop()
        await traces?.stop()
        if let reading { await kept.memory.retrieval.documents?.close(reading) }
        await kept.close(replay)
        try await group.shutdownGracefully()
        logger.notice("stopped")
    }

    // MARK: Policy

    private func source(_ state: StateDirectory) async throws -> Source {
        if let config = options.config {
            return try await source(
                PolicyFile(path: config), "file \(config)", isWatched: true, isMocked: options.mockBackends)
        }
        let environment = ProcessInfo.processInfo.environment
        if !options.demo, let found = await ZeroConfiguration(environment: environment).discover() {
            let path = try state.write(found.yaml, to: "discovered.yaml")
            let names = found.providers.map { "\($0.name) (\($0.models.count) models)" }.joined(separator: ", ")
            return try await source(
                PolicyFile(path: path), "found \(names); policy in \(path)", isWatched: false,
                isMocked: options.mockBackends)
        }
        guard let path = locator.find("Recipes/demo.yaml") else {
            throw StartupError(
                message:
                    "Recipes/demo.yaml is not beside the binary (searched \(locator.roots.joined(separator: ", "))); "
                    + "set MARTLET_RESOURCES or give --config FILE")
        }
        return try await source(
            PolicyFile(path: path), "demo, since nothing is configured: three mock models (\(path))", isWatched: false,
            isMocked: true)
    }

    private func source(
        _ file: PolicyFile, _ description: String, isWatched: Bool, isMocked: Bool
    ) async throws -> Source {
        let (loaded, bytes) = try file.load()
        return Source(
            watched: isWatched ? file : nil, file: file, loaded: loaded, bytes: bytes, description: description,
            mock: isMocked ? try await MockedBackends.start(on: group) : nil)
    }

    /// The first generation, when the policy may be served; otherwise says why and ends.
    private func accepted(_ source: Source, _ memory: RouterMemory) throws -> RouterGeneration {
        report(source)
        guard source.loaded.policy != nil else { throw ExitCode(2) }
        let generation = try compile(source.file, source.loaded, number: 1, mock: source.mock, memory)
        let missing = Self.missingProtections(generation)
        guard missing.isEmpty || options.allowUnavailable || source.mock != nil else {
            throw StartupError(
                message: "this policy asks for protections that are not available:\n  - "
                    + missing.joined(separator: "\n  - ")
                    + "\nStart with --allow-unavailable to serve without them.")
        }
        return generation
    }

    /// Errors in full; warnings one a line, so that they do not push the banner off the screen.
    private func report(_ source: Source) {
        let errors = source.loaded.diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty {
            StandardError.print(source.file.formatter(source.bytes, on: STDERR_FILENO).text(errors))
        }
        for warning in source.loaded.diagnostics where warning.severity == .warning {
            StandardError.print(
                "\(source.file.path):\(warning.position): warning: \(warning.message) [\(warning.code.rawValue)]")
        }
    }

    /// Protections that the policy asks for and this build or this machine does not have.
    private static func missingProtections(_ generation: RouterGeneration) -> [String] {
        generation.diagnostics.filter { $0.code == .unavailableSafety }.map { "\($0.path): \($0.message)" }
            + generation.missingModels.filter(\.isSafety).map {
                "\($0.family) signals \($0.signals.joined(separator: ", ")): the model is missing"
            }
    }

    private func compile(
        _ file: PolicyFile, _ loaded: LoadedPolicy, number: Int, mock: MockBackend?, _ memory: RouterMemory
    ) throws -> RouterGeneration {
        do throws(GenerationError) {
            return try RouterGeneration(
                loaded,
                replacement: mock.flatMap { mock in
                    loaded.policy.map { MockedBackends.redirect($0, to: mock.port) }
                }, number: number, resources: Resources(file, locator).evidence,
                memory: memory, environment: { ProcessInfo.processInfo.environment[$0] })
        } catch {
            let first = error.diagnostics.first { $0.severity == .error }
            throw StartupError(
                message: "the policy cannot be compiled"
                    + (first.map { ": \($0.position): \($0.path): \($0.message)" } ?? ""))
        }
    }

    /// Builds the next generation aside and swaps it in whole; on failure the old one goes on serving.
    @Sendable private func reload(_ file: PolicyFile, _ source: Source, _ router: Router, _ logger: Logger) {
        let mock = source.mock
        let number = router.current.number + 1
        func keepOld(_ reason: String) {
            Counter(label: MetricCatalog.configReloads.name, dimensions: [("outcome", "failed")]).increment()
            logger.error(
                "config_reload_failed",
                metadata: ["file": "\(file.path)", "reason": "\(reason)", "generation": "\(number - 1)"])
        }
        do {
            let loaded = try file.load().loaded
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            if let first = errors.first {
                return keepOld("\(errors.count) error(s), first at \(first.position): \(first.message)")
            }
            let next = try compile(file, loaded, number: number, mock: mock, router.current.memory)
            if mock == nil, !options.allowUnavailable, let missing = Self.missingProtections(next).first {
                return keepOld("a protection is not available: \(missing)")
            }
            router.replace(with: next)
            let unheeded = SettingsOfStart(source.loaded.root).changes(in: SettingsOfStart(loaded.root))
            if !unheeded.isEmpty {
                logger.warning(
                    "config_needs_restart",
                    metadata: [
                        "file": "\(file.path)", "settings": .array(unheeded.map { "\($0)" }),
                        "reason": "these are heeded when the process starts; it goes on with those of its start",
                    ])
            }
            Counter(label: MetricCatalog.configReloads.name, dimensions: [("outcome", "succeeded")]).increment()
            Gauge(label: MetricCatalog.configGeneration.name).record(number)
            logger.notice(
                "config_reloaded",
                metadata: [
                    "file": "\(file.path)", "generation": "\(number)",
                    "decision_count": "\(next.recipes.reduce(0) { $0 + $1.engine.decisions.count })",
                ])
        } catch {
            keepOld("\(error)")
        }
    }

    // MARK: Parts

    private func gatewayConfiguration(_ policy: Policy) -> GatewayConfiguration {
        let http = policy.listeners.filter { !$0.name.hasPrefix("grpc") }
        var listeners = http.map { GatewayConfiguration.Listener(host: $0.address, port: $0.port) }
        if listeners.isEmpty { listeners = [.init(host: "127.0.0.1", port: 8899)] }
        if let port = options.port { listeners = [.init(host: listeners[0].host, port: port)] }
        if let host = options.host { listeners = listeners.map { .init(host: host, port: $0.port) } }
        return GatewayConfiguration(listeners: listeners, eventLoopCount: options.workers)
    }

    private func startManagement(
        _ router: Router, _ policy: Policy, _ registry: PrometheusRegistry, _ source: Source, _ logger: Logger
    ) async throws -> RunningManagement? {
        guard !options.noManagement else { return nil }
        do {
            return try await RunningManagement.start(
                RouterManagement(
                    router: router, registry: registry, file: source.file, started: Date().timeIntervalSince1970),
                settings: policy.global.services.managementAPI, port: options.managementPort, logger: logger)
        } catch {
            throw StartupError(
                message: "the management API cannot start: \(error). Use --management-port or --no-management.")
        }
    }

    private func bootstrapLogging() -> Logger {
        let level = Logger.Level(rawValue: options.logLevel) ?? .info
        let format = LogFormat(rawValue: options.logFormat) ?? .auto
        LoggingSystem.bootstrap { label in
            format.makeHandler(label: label, writer: .standardError, level: level, metadataProvider: nil)
        }
        return Logger(label: "martlet")
    }
}

/// Why the process cannot serve.
struct StartupError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
