import Exchange
import ExtProc
import Logging
import NIOCore
import Policy

/// The door for gateways that ask, as the options and the policy's listener named `grpc…` want it.
struct ExternalProcessing {
    let server: ExtProcServer?
    /// For the banner.
    let description: String

    /// Starts the door. A port that nobody asked for and that is taken is only said: several gateways may run on one
    /// host.
    static func start(
        _ options: ServeCommand, _ policy: Policy, _ router: Router, _ logger: Logger
    ) throws -> ExternalProcessing {
        guard !options.noExtProc else { return ExternalProcessing(server: nil, description: "off") }
        let listener = policy.listeners.first { $0.name.hasPrefix("grpc") }
        var configuration = ExtProcConfiguration()
        if let listener {
            configuration.host = listener.address
            configuration.port = listener.port
        }
        if let host = options.extProcHost { configuration.host = host }
        if let port = options.extProcPort { configuration.port = port }
        configuration.eventLoopCount = options.workers
        configuration.decisionTimeout = .milliseconds(options.extProcDeadlineMilliseconds)
        if let certificate = options.extProcCertificate, let key = options.extProcKey {
            configuration.tls = .init(
                certificateFile: certificate, privateKeyFile: key, clientAuthorityFile: options.extProcClientCA)
        }
        let server = ExtProcServer(configuration: configuration, handler: router, logger: logger)
        do throws(ExtProcError) {
            let port = try server.start()
            let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
            let security = configuration.tls.map { $0.clientAuthorityFile == nil ? ", TLS" : ", mTLS" } ?? ""
            return ExternalProcessing(
                server: server, description: "\(host):\(port) (Envoy and AgentGateway ask here, gRPC\(security))")
        } catch {
            let isAsked = listener != nil || options.extProcPort != nil || options.extProcHost != nil
            guard case .bindFailed = error, !isAsked, configuration.tls == nil else {
                throw StartupError(message: "the external processor cannot start: \(error)")
            }
            logger.warning("ext_proc_off", metadata: ["reason": "\(error)"])
            return ExternalProcessing(
                server: nil, description: "off: \(error) (--ext-proc-port takes another one)")
        }
    }
}
