public import NIOCore

/// Bounds of one event loop's connections.
public struct UpstreamLimits: Sendable, Hashable {
    /// Connections, busy or idle, to one target.
    public var maxConnectionsPerTarget: Int
    /// Calls to one target that wait for a connection.
    public var maxWaiters: Int
    /// How long an unused connection is kept.
    public var idleConnectionLifetime: TimeAmount
    /// Bytes of a response head.
    public var maxResponseHeaderBytes: Int
    /// Number of response header fields.
    public var maxResponseHeaders: Int

    /// Creates limits.
    public init(
        maxConnectionsPerTarget: Int = 512,
        maxWaiters: Int = 1024,
        idleConnectionLifetime: TimeAmount = .seconds(60),
        maxResponseHeaderBytes: Int = 64 * 1024,
        maxResponseHeaders: Int = 256
    ) {
        self.maxConnectionsPerTarget = maxConnectionsPerTarget
        self.maxWaiters = maxWaiters
        self.idleConnectionLifetime = idleConnectionLifetime
        self.maxResponseHeaderBytes = maxResponseHeaderBytes
        self.maxResponseHeaders = maxResponseHeaders
    }
}

/// The connections of one event loop to all backends.
///
/// Lives on its loop and is used only there, so that a request never hops. The connection used last is used
/// first; one that died on the shelf costs the request one transparent second try.
public final class UpstreamPool {
    /// The loop that everything happens on.
    public let loop: any EventLoop
    private let limits: UpstreamLimits
    private let tls: UpstreamTLS?
    private var targets: [BackendTarget: TargetPool] = [:]
    private var isShutDown = false

    /// Creates a pool; without `tls` the system's trust roots are loaded for each https connection.
    public init(loop: any EventLoop, limits: UpstreamLimits = UpstreamLimits(), tls: UpstreamTLS? = nil) {
        self.loop = loop
        self.limits = limits
        self.tls = tls
    }

    /// Starts a call. The delegate may hear of a failure before this returns.
    package func start(_ call: UpstreamCall) {
        self.loop.preconditionInEventLoop()
        guard !self.isShutDown else { return call.fail(.cancelled) }
        let backend = call.attempt.backend
        if let target = self.targets[backend] {
            target.start(call)
            return
        }
        guard backend.port > 0, backend.port <= 65_535, !backend.host.isEmpty else {
            return call.fail(.connectFailed("\(backend) is not an address"))
        }
        if self.targets.count >= 256 {
            // Targets come and go with the policy; those left without a connection are only names.
            self.targets = self.targets.filter { !$0.value.isEmpty }
        }
        let target = TargetPool(key: backend, limits: self.limits, tls: self.tls, loop: self.loop)
        self.targets[backend] = target
        target.start(call)
    }

    /// Closes idle connections now and busy ones when their response is complete. No call can start afterwards.
    public func shutDown() {
        self.isShutDown = true
        for target in self.targets.values { target.shutDown() }
        self.targets = [:]
    }
}
