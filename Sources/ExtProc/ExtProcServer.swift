public import Exchange
import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Logging
public import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The external-processing front door: gateways such as Envoy and AgentGateway ask here, over gRPC, what to do with a
/// request.
///
/// Every event loop has a listening socket and a server of its own; a request is decided on the loop that reads it.
public final class ExtProcServer: Sendable {
    private typealias Transport = HTTP2ServerTransport.Posix

    private struct Lane: Sendable {
        let transport: Transport
        let group: MultiThreadedEventLoopGroup
        let task: Task<Void, any Error>
    }

    private let configuration: ExtProcConfiguration
    private let handler: any ExchangeHandler
    private let logger: Logger
    private let accounting: StreamAccounting
    private let lanes = Mutex<[Lane]>([])

    /// Creates a server.
    public init(configuration: ExtProcConfiguration, handler: any ExchangeHandler, logger: Logger) {
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
        accounting = StreamAccounting(logger)
    }

    /// Requests that are being decided or answered now.
    public var openStreams: Int { accounting.open }

    /// Listens and returns the port.
    ///
    /// - Throws: `ExtProcError` when an address is taken or TLS cannot be set up.
    public func start() throws(ExtProcError) -> Int {
        let security = try transportSecurity()
        let sockets = try ListeningSockets(
            host: configuration.host, port: configuration.port,
            count: max(1, configuration.eventLoopCount ?? System.coreCount))
        let started = sockets.descriptors.map { lane(on: $0, security) }
        lanes.withLock { $0 = started }
        return sockets.port
    }

    private func lane(on descriptor: CInt, _ security: Transport.TransportSecurity) -> Lane {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let limit = configuration.maxMessageBytes
        let transport = Transport(
            listeningSocketDescriptor: Int(descriptor), transportSecurity: security,
            config: .defaults { config in
                config.rpc.maxRequestPayloadSize = limit
                config.http2.maxConcurrentStreams = 1024
                config.http2.targetWindowSize = 1 << 20
                config.connection.keepalive.time = .seconds(60)
                // An answer that waits for company would wait for the next request.
                config.connection.flushCoalescing = nil
            }, eventLoopGroup: group)
        let service = ExternalProcessor(
            handler: handler, loop: loop, configuration: configuration, accounting: accounting)
        let logger = logger
        let task = Task(executorPreference: EventLoopTaskExecutor(loop)) {
            do { try await transport.listen(streamHandler: service.serve) } catch is CancellationError {} catch {
                logger.error("ext_proc_server_failed", metadata: ["error": "\(error)"])
                throw error
            }
        }
        return Lane(transport: transport, group: group, task: task)
    }

    private func transportSecurity() throws(ExtProcError) -> Transport.TransportSecurity {
        guard let tls = configuration.tls else { return .plaintext }
        // The transport reads the files only when it listens, and says less about what is wrong.
        do {
            _ = try NIOSSLCertificate.fromPEMFile(tls.certificateFile)
            _ = try NIOSSLPrivateKey(file: tls.privateKeyFile, format: .pem)
            if let authority = tls.clientAuthorityFile { _ = try NIOSSLCertificate.fromPEMFile(authority) }
        } catch {
            throw .tls("\(error); certificate, key and authorities must be readable PEM files")
        }
        let certificates = [TLSConfig.CertificateSource.file(path: tls.certificateFile, format: .pem)]
        let key = TLSConfig.PrivateKeySource.file(path: tls.privateKeyFile, format: .pem)
        guard let authority = tls.clientAuthorityFile else {
            return .tls(certificateChain: certificates, privateKey: key)
        }
        return .mTLS(certificateChain: certificates, privateKey: key) { config in
            config.trustRoots = .certificates([.file(path: authority, format: .pem)])
            // A client's certificate names the client, not a host.
            config.clientCertificateVerification = .noHostnameVerification
        }
    }

    /// Takes no new requests, lets those in flight finish until the deadline, then ends them.
    public func drain(deadline: NIODeadline) async {
        let lanes = lanes.withLock { $0 }
        for lane in lanes { lane.transport.beginGracefulShutdown() }
        let patience = Task {
            try await Task.sleep(for: .nanoseconds(max(0, (deadline - .now()).nanoseconds)))
            for lane in lanes { lane.task.cancel() }
        }
        for lane in lanes { _ = await lane.task.result }
        patience.cancel()
    }

    /// Ends everything at once.
    public func stop() async {
        let ended = lanes.withLock { lanes in
            defer { lanes = [] }
            return lanes
        }
        for lane in ended {
            lane.task.cancel()
            _ = await lane.task.result
            try? await lane.group.shutdownGracefully()
        }
    }
}
