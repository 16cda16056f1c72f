public import Exchange
public import Logging
public import NIOCore
public import NIOPosix
import Synchronization
import Upstream

/// Why the gateway did not start.
public enum GatewayError: Error, Sendable {
    /// `start` was called before.
    case alreadyStarted
    /// An address could not be listened on.
    case bindFailed(host: String, port: Int, reason: String)
    /// The trust roots for backends could not be loaded.
    case trustRoots(String)

    /// Stable snake_case code.
    public var code: String {
        switch self {
        case .alreadyStarted: "already_started"
        case .bindFailed: "bind_failed"
        case .trustRoots: "trust_roots"
        }
    }
}

/// The HTTP/1.1 front door: reads requests, asks the handler, relays what backends answer.
///
/// A client's connection and the backend connections that serve it live on one event loop; no request hops.
public final class GatewayServer: Sendable {
    private enum State {
        case initialized
        case starting
        case running(listeners: [any Channel], contexts: [NIOLoopBound<LoopContext>])
        case stopped
    }

    private let configuration: GatewayConfiguration
    private let handler: any ExchangeHandler
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let ownsGroup: Bool
    private let counters = GatewayCounters()
    private let drainGate = DrainGate()
    private let state = Mutex<State>(.initialized)

    /// Creates a server; without `group` it makes, and on `stop` ends, its own event loops.
    public init(
        configuration: GatewayConfiguration,
        handler: any ExchangeHandler,
        logger: Logger,
        group: MultiThreadedEventLoopGroup? = nil
    ) {
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
        self.ownsGroup = group == nil
        self.group =
            group
            ?? MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.eventLoopCount ?? System.coreCount))
    }

    /// What was counted so far.
    public var statistics: GatewayStatistics {
        self.counters.statistics
    }

    /// Listens on every configured address; returns the bound addresses in the same order.
    ///
    /// Throws when an address is taken, or trust roots cannot be read; nothing is left listening then.
    public func start() async throws(GatewayError) -> [SocketAddress] {
        let isFirst = self.state.withLock { state in
            guard case .initialized = state else { return false }
            state = .starting
            return true
        }
        guard isFirst else { throw .alreadyStarted }
        let tls: UpstreamTLS
        do {
            tls = try UpstreamTLS(additionalRootsFile: self.configuration.additionalTrustRootsFile)
        } catch {
            self.state.withLock { $0 = .stopped }
            throw .trustRoots("\(error)")
        }
        let contexts = await self.makeContexts(tls: tls)
        var listeners: [any Channel] = []
        for listener in self.configuration.listeners {
            do {
                listeners.append(try await self.bind(listener, contexts: contexts))
            } catch {
                for channel in listeners { try? await channel.close().get() }
                self.state.withLock { $0 = .stopped }
                throw .bindFailed(host: listener.host, port: listener.port, reason: "\(error)")
            }
        }
        self.state.withLock { $0 = .running(listeners: listeners, contexts: contexts) }
        let addresses = listeners.compactMap(\.localAddress)
        self.logger.debug("Gateway listens", metadata: ["addresses": "\(addresses)"])
        return addresses
    }

    /// Stops accepting, closes idle connections, and waits until the requests in flight are answered or the
    /// deadline passes; whatever is left then is closed.
    public func drain(deadline: NIODeadline) async {
        guard case .running(let listeners, let contexts) = self.state.withLock({ $0 }) else { return }
        for listener in listeners { try? await listener.close().get() }
        for context in contexts {
            try? await context.eventLoop.submit { context.value.drain() }.get()
        }
        await self.waitUntilClosed(deadline: deadline)
        if self.counters.openConnections.load(ordering: .sequentiallyConsistent) > 0 {
            self.logger.debug("Gateway closes the connections left at the deadline")
            for context in contexts {
                try? await context.eventLoop.submit { context.value.closeAll() }.get()
            }
        }
    }

    /// Closes everything and ends the event loops, if they are the server's own.
    public func stop() async {
        let previous = self.state.withLock { state in
            defer { state = .stopped }
            return state
        }
        if case .running(let listeners, let contexts) = previous {
            for listener in listeners { try? await listener.close().get() }
            for context in contexts {
                try? await context.eventLoop.submit {
                    context.value.closeAll()
                    context.value.pool.shutDown()
                }.get()
            }
            await self.waitUntilClosed(deadline: .now() + .seconds(5))
        }
        if self.ownsGroup { try? await self.group.shutdownGracefully() }
    }

    private func waitUntilClosed(deadline: NIODeadline) async {
        let loop = self.group.any()
        let promise = loop.makePromise(of: Void.self)
        self.drainGate.wait(promise)
        let timeout = loop.scheduleTask(deadline: deadline) { self.drainGate.connectionsGone() }
        if self.counters.openConnections.load(ordering: .sequentiallyConsistent) == 0 {
            self.drainGate.connectionsGone()
        }
        try? await promise.futureResult.get()
        timeout.cancel()
    }

    private func makeContexts(tls: UpstreamTLS) async -> [NIOLoopBound<LoopContext>] {
        var contexts: [NIOLoopBound<LoopContext>] = []
        for loop in self.group.makeIterator() {
            let context = try? await loop.submit { [configuration, handler, counters, drainGate] in
                NIOLoopBound(
                    LoopContext(
                        loop: loop, configuration: configuration, handler: handler, counters: counters,
                        drainGate: drainGate, tls: tls),
                    eventLoop: loop)
            }.get()
            if let context { contexts.append(context) }
        }
        return contexts
    }

    private func bind(
        _ listener: GatewayConfiguration.Listener, contexts: [NIOLoopBound<LoopContext>]
    ) async throws -> any Channel {
        var byLoop: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
        for context in contexts { byLoop[ObjectIdentifier(context.eventLoop)] = context }
        return try await ServerBootstrap(group: self.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { [byLoop] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let context = byLoop[ObjectIdentifier(channel.eventLoop)] else {
                        throw ChannelError.operationUnsupported
                    }
                    try channel.pipeline.syncOperations.addHandler(GatewayConnection(shared: context.value))
                }
            }
            .bind(host: listener.host, port: listener.port)
            .get()
    }
}
