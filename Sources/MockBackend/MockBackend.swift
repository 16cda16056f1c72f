public import Logging
public import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An OpenAI-compatible model server for demos, tests and benchmarks.
///
/// It serves `POST /v1/chat/completions`, `GET /v1/models` and `GET /health`. Answers depend on the seed, the model
/// and the conversation alone; faults can be injected by rule or by the request header `x-mock-fault`.
public final class MockBackend: Sendable {
    private let listener: any Channel
    private let ownGroup: MultiThreadedEventLoopGroup?
    private let responder: MockResponder
    private let connections: ConnectionRegister
    private let logger: Logger

    /// The port the server listens on.
    public let port: Int

    private init(
        listener: any Channel, ownGroup: MultiThreadedEventLoopGroup?, responder: MockResponder,
        connections: ConnectionRegister, logger: Logger
    ) {
        self.listener = listener
        self.ownGroup = ownGroup
        self.responder = responder
        self.connections = connections
        self.logger = logger
        port = listener.localAddress?.port ?? 0
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - configuration: What to serve and how.
    ///   - group: The event loops to run on; without one the server makes its own, of `configuration.threads` threads,
    ///     and ends it in `stop()`.
    ///   - logger: Where failures of connections are noted, at debug level.
    /// - Throws: The system's error when the address cannot be bound.
    public static func start(
        _ configuration: MockBackendConfiguration, on group: (any EventLoopGroup)? = nil,
        logger: Logger = Logger(label: "martlet.mock")
    ) async throws -> MockBackend {
        let ownGroup =
            group == nil ? MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads)) : nil
        let responder = MockResponder(configuration)
        let connections = ConnectionRegister()
        let bootstrap = ServerBootstrap(group: group ?? ownGroup ?? MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.insert(channel)
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                        MockConnection(responder: responder, logger: logger),
                    ])
                }
            }
        do {
            let listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return MockBackend(
                listener: listener, ownGroup: ownGroup, responder: responder, connections: connections, logger: logger)
        } catch {
            try? await ownGroup?.shutdownGracefully()
            throw error
        }
    }

    /// Stops listening and closes every connection, whatever it is doing. Stopping twice does no harm.
    public func stop() async {
        try? await listener.close().get()
        for channel in connections.takeAll() { try? await channel.close().get() }
        try? await ownGroup?.shutdownGracefully()
    }

    /// The latest requests, oldest first, as many as the configuration keeps.
    public func requests() -> [RecordedRequest] { responder.requests }

    /// What was counted so far.
    public var counters: MockBackendCounters { responder.counters }
}

/// The open connections, so that stopping can close them.
private final class ConnectionRegister: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Keeps a channel until it closes; after `takeAll` it is closed at once.
    func insert(_ channel: any Channel) {
        let isRefused = state.withLock { state in
            if !state.isClosed { state.channels[ObjectIdentifier(channel)] = channel }
            return state.isClosed
        }
        if isRefused {
            channel.close(promise: nil)
            return
        }
        channel.closeFuture.whenComplete { _ in
            _ = self.state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    /// Gives up all channels; later ones are refused.
    func takeAll() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            defer { state.channels = [:] }
            return Array(state.channels.values)
        }
    }
}
