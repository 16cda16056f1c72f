import ArgumentParser
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the gateway.",
        discussion: """
            Without --config it looks for OPENAI_API_KEY, ANTHROPIC_API_KEY and a local Ollama or vLLM and offers \
            their models; when there is none it starts a demo with three mock models. SIGTERM drains and exits with 0; \
            a change of the file, or SIGHUP, reloads.
            """)

    @Option(help: "The policy file.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "Listen on this port in place of the policy's first listener's.")
    var port: Int?

    @Option(help: "Listen on this address in place of the policy's.")
    var host: String?

    @Flag(help: "Play every backend by a mock on loopback; external stores are replaced by the embedded one.")
    var mockBackends = false

    @Flag(help: "Start although protections that the policy asks for are not available.")
    var allowUnavailable = false

    @Flag(help: "Start the demo, whatever is configured in the environment.")
    var demo = false

    @Option(help: "The management API's port in place of the policy's; 0 takes a free one.")
    var managementPort: Int?

    @Flag(help: "Do not start the management API.")
    var noManagement = false

    @Option(
        help:
            "The external processor's port (Envoy, AgentGateway) in place of the policy's or 50051; 0 takes a free one."
    )
    var extProcPort: Int?

    @Option(help: "Listen for external processing on this address in place of the policy's or 127.0.0.1.")
    var extProcHost: String?

    @Option(
        help: "The external processor's certificate chain, PEM; turns TLS on.", completion: .file(extensions: ["pem"]))
    var extProcCertificate: String?

    @Option(help: "The external processor's private key, PEM.", completion: .file(extensions: ["pem"]))
    var extProcKey: String?

    @Option(
        help: "Authorities of client certificates, PEM; only clients that have one are served.",
        completion: .file(extensions: ["pem"]))
    var extProcClientCA: String?

    @Option(help: "How long a decision may take behind a gateway; keep it under the gateway's message_timeout.")
    var extProcDeadlineMilliseconds = 150

    @Flag(help: "Do not listen for external processing.")
    var noExtProc = false

    @Option(help: "Where state is kept.", completion: .directory)
    var stateDirectory: String?

    @Option(help: "Event loops that relay; one per core when not given.")
    var workers: Int?

    @Option(help: "Seconds that streams in flight may take after SIGTERM.")
    var drainSeconds = 30

    @Option(help: "Least severe log level: trace, debug, info, notice, warning, error, critical.")
    var logLevel = "info"

    @Option(help: "Form of the log: auto, text or json.")
    var logFormat = "auto"

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
        if let managementPort, !(0...65_535).contains(managementPort) {
            throw ValidationError("--management-port must be from 0 to 65535")
        }
        if let extProcPort, !(0...65_535).contains(extProcPort) {
            throw ValidationError("--ext-proc-port must be from 0 to 65535")
        }
        guard (1...600_000).contains(extProcDeadlineMilliseconds) else {
            throw ValidationError("--ext-proc-deadline-milliseconds must be from 1 to 600000")
        }
        guard (extProcCertificate == nil) == (extProcKey == nil) else {
            throw ValidationError("--ext-proc-certificate and --ext-proc-key go together")
        }
        if extProcClientCA != nil, extProcCertificate == nil {
            throw ValidationError("--ext-proc-client-ca needs --ext-proc-certificate and --ext-proc-key")
        }
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers must be from 1 to 256") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level must be one of trace, debug, info, notice, warning, error, critical")
        }
        guard ["auto", "text", "json"].contains(logFormat) else {
            throw ValidationError("--log-format must be auto, text or json")
        }
        if demo, config != nil { throw ValidationError("--demo and --config exclude each other") }
        guard (0...3_600).contains(drainSeconds) else {
            throw ValidationError("--drain-seconds must be from 0 to 3600")
        }
    }

    func run() async throws {
        try await Application(self).run()
    }
}
