public import Exchange
public import Logging
public import NIOCore
import NIOSSL
import Synchronization

/// The external-processing front door: gateways such as Envoy and AgentGateway ask here, over gRPC, what to do with a
/// request.
///
/// Every event loop has a listening socket of its own; a request is decided on the loop that reads it.
public final class ExtProcServer: Sendable {
    private let configuration: ExtProcConfiguration
    private let handler: any ExchangeHandler
    private let logger: Logger
    private let accounting: StreamAccounting
    private let listener = Mutex<GRPCListener?>(nil)

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
        let settings = GRPCListener.Configuration(
            path: ExternalProcessor.path, messageLimit: configuration.maxMessageBytes, tls: try tls())
        let sockets = try ListeningSockets(
            host: configuration.host, port: configuration.port,
            count: max(1, configuration.eventLoopCount ?? System.coreCount))
        let listener = GRPCListener(settings, logger: logger) {
            [handler, configuration, accounting] (loop, peer) throws(GRPCStatus) in
            try ExternalProcessor(handler, on: loop, peer: peer, configuration, accounting)
        }
        do { try listener.start(sockets.descriptors) } catch {
            throw .bindFailed(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
        self.listener.withLock { $0 = listener }
        return sockets.port
    }

    private func tls() throws(ExtProcError) -> NIOSSLContext? {
        guard let tls = configuration.tls else { return nil }
        do {
            var settings = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificateFile).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.privateKeyFile, format: .pem)))
            settings.applicationProtocols = ["h2"]
            settings.minimumTLSVersion = .tlsv12
            if let authority = tls.clientAuthorityFile {
                settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
                // A client's certificate names the client, not a host.
                settings.certificateVerification = .noHostnameVerification
            }
            return try NIOSSLContext(configuration: settings)
        } catch {
            throw .tls("\(error); certificate, key and authorities must be readable PEM files")
        }
    }

    /// Takes no new requests, lets those in flight finish until the deadline, then ends them.
    public func drain(deadline: NIODeadline) async {
        await listener.withLock { $0 }?.drain(deadline: deadline)
    }

    /// Ends everything at once.
    public func stop() async {
        let ended = listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        await ended?.stop()
    }
}
