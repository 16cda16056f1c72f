import Synchronization

/// What the gateway counts, at one moment.
public struct GatewayStatistics: Sendable, Hashable {
    /// Client connections open now.
    public var openConnections: Int
    /// Requests between their head and the end of their answer, now.
    public var requestsInFlight: Int
    /// Requests whose head was read, since the start.
    public var requests: Int
    /// Connections and requests refused for want of room, since the start.
    public var refusals: Int
    /// How often a backend was not read because a client did not keep up, since the start.
    public var upstreamPauses: Int
    /// The most bytes that waited for one client at once while it did not keep up.
    public var peakBufferedBytes: Int
}

/// The counters behind the statistics, shared by all event loops.
final class GatewayCounters: Sendable {
    let openConnections = Atomic<Int>(0)
    let requestsInFlight = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let refusals = Atomic<Int>(0)
    let upstreamPauses = Atomic<Int>(0)
    let peakBufferedBytes = Atomic<Int>(0)

    var statistics: GatewayStatistics {
        GatewayStatistics(
            openConnections: self.openConnections.load(ordering: .relaxed),
            requestsInFlight: self.requestsInFlight.load(ordering: .relaxed),
            requests: self.requests.load(ordering: .relaxed),
            refusals: self.refusals.load(ordering: .relaxed),
            upstreamPauses: self.upstreamPauses.load(ordering: .relaxed),
            peakBufferedBytes: self.peakBufferedBytes.load(ordering: .relaxed)
        )
    }
}
