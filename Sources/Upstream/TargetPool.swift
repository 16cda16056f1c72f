import NIOCore
import NIOPosix

/// The connections of one event loop to one target, and the calls that wait for one.
final class TargetPool {
    let key: BackendTarget
    let limits: UpstreamLimits
    private let loop: any EventLoop
    private let tls: UpstreamTLS?
    private var idle: [UpstreamConnection] = []
    private var open = 0
    private var waiters = CircularBuffer<UpstreamCall>()
    private var isClosing = false

    init(key: BackendTarget, limits: UpstreamLimits, tls: UpstreamTLS?, loop: any EventLoop) {
        self.key = key
        self.limits = limits
        self.tls = tls
        self.loop = loop
    }

    /// Runs the call on the connection that was used last, on a new one, or queues it.
    func start(_ call: UpstreamCall) {
        while let connection = self.idle.popLast() {
            if connection.isUsable {
                connection.run(call)
                return
            }
        }
        self.openOrQueue(call)
    }

    /// Runs the call on a fresh connection: shelved ones may be as dead as the one that failed it.
    func restart(_ call: UpstreamCall, after failure: AttemptFailure) {
        guard !self.isClosing else { return call.fail(failure) }
        call.isRetry = true
        call.connection = nil
        self.openOrQueue(call)
    }

    private func openOrQueue(_ call: UpstreamCall) {
        if self.open < self.limits.maxConnectionsPerTarget {
            self.connect(for: call)
            return
        }
        if self.waiters.count >= self.limits.maxWaiters {
            self.waiters.removeAll { $0.isFinished }
        }
        guard self.waiters.count < self.limits.maxWaiters else {
            call.fail(.poolExhausted)
            return
        }
        call.waitTask = self.loop.assumeIsolated().scheduleTask(in: call.attempt.timeouts.connect) {
            call.fail(.connectTimeout)
        }
        self.waiters.append(call)
    }

    private func connect(for call: UpstreamCall) {
        self.open += 1
        let connection = UpstreamConnection(target: self, call: call)
        call.connection = connection
        let bound = NIOLoopBound(connection, eventLoop: self.loop)
        let key = self.key
        let tls = self.tls
        let bootstrap = ClientBootstrap(group: self.loop)
            .connectTimeout(call.attempt.timeouts.connect)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if key.scheme == .https {
                        let tls = try tls ?? UpstreamTLS()
                        try pipeline.addHandler(tls.makeHandler(for: key))
                    }
                    try pipeline.addHandler(bound.value)
                }
            }
        let future: EventLoopFuture<any Channel>
        if let address = try? SocketAddress(ipAddress: key.host, port: key.port) {
            future = bootstrap.connect(to: address)
        } else {
            future = bootstrap.connect(host: key.host, port: key.port)
        }
        future.hop(to: self.loop).whenFailure { error in
            bound.value.setupFailed(UpstreamConnection.failure(of: error))
        }
    }

    /// A connection was opened for a call that is gone.
    func becameIdle(_ connection: UpstreamConnection) {
        if let waiter = self.shelve(connection) { self.serve(waiter) }
    }

    /// Puts a connection on the shelf, or, when a call waits, returns the call.
    func shelve(_ connection: UpstreamConnection) -> UpstreamCall? {
        if self.isClosing {
            connection.close()
            return nil
        }
        self.idle.append(connection)
        return self.nextWaiter()
    }

    /// Runs a call that had to wait.
    func serve(_ waiter: UpstreamCall) {
        waiter.waitTask?.cancel()
        waiter.waitTask = nil
        self.start(waiter)
    }

    private func nextWaiter() -> UpstreamCall? {
        while let waiter = self.waiters.popFirst() {
            if !waiter.isFinished { return waiter }
        }
        return nil
    }

    /// Takes a connection off the shelf.
    func forget(_ connection: UpstreamConnection) {
        self.idle.removeAll { $0 === connection }
    }

    /// A connection is gone; its place goes to a waiting call.
    func closed() {
        self.open -= 1
        guard !self.isClosing, self.open < self.limits.maxConnectionsPerTarget, let waiter = self.nextWaiter() else {
            return
        }
        self.serve(waiter)
    }

    /// Whether nothing is open and nobody waits.
    var isEmpty: Bool {
        self.open == 0 && self.waiters.isEmpty
    }

    /// Closes what is idle now and everything else when it becomes idle; waiting calls are cancelled.
    func shutDown() {
        self.isClosing = true
        let idle = self.idle
        self.idle = []
        for connection in idle { connection.close() }
        while let waiter = self.nextWaiter() { waiter.fail(.cancelled) }
    }
}
