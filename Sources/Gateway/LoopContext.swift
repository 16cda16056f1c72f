import Exchange
import Logging
import NIOCore
import Synchronization
import Upstream

/// What all client connections of one event loop share. Used only on that loop.
final class LoopContext {
    let loop: any EventLoop
    let configuration: GatewayConfiguration
    let handler: any ExchangeHandler
    let counters: GatewayCounters
    let drainGate: DrainGate
    let pool: UpstreamPool
    let date = HTTPDate()
    private(set) var isDraining = false
    private var connections: [ObjectIdentifier: GatewayConnection] = [:]

    init(
        loop: any EventLoop, configuration: GatewayConfiguration, handler: any ExchangeHandler,
        counters: GatewayCounters, drainGate: DrainGate, tls: UpstreamTLS
    ) {
        self.loop = loop
        self.configuration = configuration
        self.handler = handler
        self.counters = counters
        self.drainGate = drainGate
        self.pool = UpstreamPool(loop: loop, limits: configuration.upstreamLimits, tls: tls)
    }

    /// Registers a connection; returns whether there is room for it.
    func opened(_ connection: GatewayConnection) -> Bool {
        self.connections[ObjectIdentifier(connection)] = connection
        let open = self.counters.openConnections.add(1, ordering: .relaxed).newValue
        if open > self.configuration.maxConnections {
            self.counters.refusals.add(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func closed(_ connection: GatewayConnection) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        let open = self.counters.openConnections.subtract(1, ordering: .sequentiallyConsistent).newValue
        if open == 0 { self.drainGate.connectionsGone() }
    }

    /// Closes idle connections; the others end after their present request.
    func drain() {
        self.isDraining = true
        for connection in Array(self.connections.values) { connection.drain() }
    }

    /// Closes everything.
    func closeAll() {
        self.isDraining = true
        for connection in Array(self.connections.values) { connection.forceClose() }
    }
}

/// Opens when a drain waits for it and the last connection is gone.
final class DrainGate: Sendable {
    private let waiting = Mutex<[EventLoopPromise<Void>]>([])

    func wait(_ promise: EventLoopPromise<Void>) {
        self.waiting.withLock { $0.append(promise) }
    }

    func connectionsGone() {
        let promises = self.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for promise in promises { promise.succeed() }
    }
}
