package import Logging
package import NIOCore
import NIOHTTP2
import NIOPosix
package import NIOSSL
import Synchronization

/// Serves one gRPC method over HTTP/2, with a listening socket and an event loop for each lane.
///
/// grpc-swift's transport ends a connection after 200 stream resets in half a minute. Gateways reset every stream when
/// they have heard enough, so under load requests of a whole connection would fall open each few hundred requests.
package final class GRPCListener: Sendable {
    /// Bounds and security.
    package struct Configuration: Sendable {
        /// The method, such as `/package.Service/Method`.
        package var path: String
        package var messageLimit: Int
        package var tls: NIOSSLContext?
        package var maximumStreamsPerConnection = 1_024

        /// A configuration with the default bounds.
        package init(path: String, messageLimit: Int, tls: NIOSSLContext? = nil) {
            self.path = path
            self.messageLimit = messageLimit
            self.tls = tls
        }
    }

    /// Makes the call of a new stream, on its loop; `peer` is the IP address of the client.
    package typealias MakeCall =
        @Sendable (_ loop: any EventLoop, _ peer: String?) throws(GRPCStatus) -> any GRPCCall

    private struct Lane: Sendable {
        let group: MultiThreadedEventLoopGroup
        let channel: any Channel
    }

    private let configuration: Configuration
    private let logger: Logger
    private let makeCall: MakeCall
    private let lanes = Mutex<[Lane]>([])
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// A listener that is not yet listening.
    package init(_ configuration: Configuration, logger: Logger, makeCall: @escaping MakeCall) {
        self.configuration = configuration
        self.logger = logger
        self.makeCall = makeCall
    }

    /// Listens on one port, on one event loop.
    package func start(port: Int, on host: String) throws {
        try start(try ListeningSockets(host: host, port: port, count: 1).descriptors)
    }

    /// Listens on sockets that are bound already.
    package func start(_ descriptors: [CInt]) throws {
        for descriptor in descriptors {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let channel = try ServerBootstrap(group: group)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { [self] channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel) }
                }
                .withBoundSocket(descriptor).wait()
            lanes.withLock { $0.append(Lane(group: group, channel: channel)) }
        }
    }

    private func configure(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls = configuration.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: nil, maxAge: nil, maxGraceTime: nil,
                keepalive: .init(pingInterval: .seconds(60), ackTimeout: .seconds(20))))
        let peer = channel.remoteAddress?.ipAddress
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connectionConfiguration,
            streamConfiguration: Self.streamConfiguration, streamDelegate: management.http2StreamDelegate
        ) { [configuration, makeCall] stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.syncOptions?.setOption(.autoRead, value: false)
                let loop = stream.eventLoop
                try stream.pipeline.syncOperations.addHandler(
                    GRPCCallHandler(path: configuration.path, messageLimit: configuration.messageLimit) {
                        () throws(GRPCStatus) in try makeCall(loop, peer)
                    })
            }
        }
        try pipeline.addHandler(management)
        try pipeline.addHandler(ConnectionErrorHandler(logger))
        let id = ObjectIdentifier(channel)
        connections.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [self] _ in connections.withLock { _ = $0.removeValue(forKey: id) } }
    }

    private var connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: configuration.maximumStreamsPerConnection),
            HTTP2Setting(parameter: .initialWindowSize, value: Self.windowSize),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16_384),
        ]
        settings.targetWindowSize = Self.windowSize
        // Frames that cross a reset count as glitches; a connection of a gateway lives for days.
        settings.maximumConnectionGlitches = 1_000_000_000
        return settings
    }

    private static let windowSize = 1 << 20

    /// Every request of a gateway ends with a reset; a bound remains against floods.
    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var settings = NIOHTTP2Handler.StreamConfiguration()
        settings.targetWindowSize = windowSize
        settings.outboundBufferSizeHighWatermark = 1 << 16
        settings.outboundBufferSizeLowWatermark = 1 << 14
        settings.streamResetFrameRateLimit.maximumCount = 100_000
        settings.streamResetFrameRateLimit.windowLength = .seconds(1)
        settings.streamErrorRateLimit.maximumCount = 100_000
        settings.streamErrorRateLimit.windowLength = .seconds(1)
        return settings
    }

    /// Takes no new connections and streams, lets those that are open finish until the deadline, then ends them.
    package func drain(deadline: NIODeadline) async {
        for lane in lanes.withLock({ $0 }) { try? await lane.channel.close() }
        let open = connections.withLock { Array($0.values) }
        for connection in open {
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            connection.eventLoop.scheduleTask(deadline: deadline) { connection.close(promise: nil) }
        }
        for connection in open { try? await connection.closeFuture.get() }
    }

    /// Ends everything at once.
    package func stop() async {
        let ended = lanes.withLock { lanes in
            defer { lanes = [] }
            return lanes
        }
        for lane in ended { try? await lane.channel.close() }
        for connection in connections.withLock({ Array($0.values) }) { try? await connection.close() }
        for lane in ended { try? await lane.group.shutdownGracefully() }
    }
}

/// The end of a connection's pipeline: what went wrong ends the connection.
private final class ConnectionErrorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("grpc_connection_failed", metadata: ["error": "\(error)"])
        // A stream's own errors are told on the connection too, and are the stream's affair.
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }
}
