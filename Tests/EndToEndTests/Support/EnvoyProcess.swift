import Foundation

/// The real Envoy in front of backends, with Martlet asked beside it, by the bootstrap that `martlet envoy-config`
/// prints.
final class EnvoyProcess: Sendable {
    /// How a test wants the printed bootstrap to be.
    struct Modes: Sendable, CustomStringConvertible {
        var request = "BUFFERED"
        var response = "STREAMED"
        /// The body comes before the headers are answered.
        var sendsBodyEarly = false
        var failsOpen = true
        var allowsOverride = true
        var isObserver = false
        /// Long, since debug builds on busy machines take their time.
        var messageTimeoutMilliseconds = 20_000

        var description: String { "\(request)\(sendsBodyEarly ? " early" : "")/\(response)" }

        /// All modes in which requests can be routed.
        static let routing: [Modes] = [
            Modes(), Modes(response: "BUFFERED"), Modes(response: "NONE"), Modes(request: "BUFFERED_PARTIAL"),
            Modes(request: "STREAMED", sendsBodyEarly: true), Modes(request: "STREAMED"), Modes(request: "NONE"),
            Modes(request: "FULL_DUPLEX_STREAMED", response: "FULL_DUPLEX_STREAMED"),
            Modes(request: "FULL_DUPLEX_STREAMED", response: "BUFFERED"),
        ]
    }

    /// Envoy's program; nil when it was not installed.
    static let binary: String? = {
        let path = Surroundings.root + "/.deps/python/envoy/_bin/envoy"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    let process: ChildProcess
    let port: Int
    private let adminPort: Int?
    /// One line for each request: what the router said of it, as metadata.
    let accessLog: String
    private let directory: TemporaryDirectory

    /// Starts Envoy for a policy fixture whose backends are at `${BACKEND}`.
    init(fixture: String, backend: Int, extProcPort: Int, modes: Modes = Modes()) throws {
        let admin = try Socket.freePort()
        var arguments = [
            "envoy-config", "--config", Surroundings.fixture(fixture), "--ext-proc-port", "\(extProcPort)",
            "--admin-port", "\(admin)",
            "--message-timeout-milliseconds", "\(modes.messageTimeoutMilliseconds)",
        ]
        if !modes.failsOpen { arguments.append("--fail-closed") }
        let printed = try CommandResult.martlet(arguments, environment: ["BACKEND": "127.0.0.1:\(backend)"])
        guard printed.code == 0 else { throw TestFailure("envoy-config: \(printed.errors)") }
        directory = try TemporaryDirectory()
        port = try Socket.freePort()
        adminPort = admin
        accessLog = directory.path + "/access.log"
        let bootstrap = Self.bootstrap(printed.output, modes, port: port, accessLog: accessLog)
        process = try Self.start(try directory.write(bootstrap, to: "envoy.yaml"))
        try waitUntilListening()
    }

    /// Starts Envoy with a bootstrap as it stands.
    init(bootstrap: String, port: Int) throws {
        directory = try TemporaryDirectory()
        self.port = port
        adminPort = nil
        accessLog = directory.path + "/access.log"
        process = try Self.start(try directory.write(bootstrap, to: "envoy.yaml"))
        try waitUntilListening()
    }

    private static func start(_ file: String) throws -> ChildProcess {
        guard let binary else { throw TestFailure("Envoy is not installed") }
        return try ChildProcess(
            binary,
            ["--config-path", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"],
            environment: ["PATH": "/usr/bin:/bin"])
    }

    private func waitUntilListening() throws {
        try Deadline(20).poll("Envoy to listen; it said:\n\(process.errors)") {
            if let code = process.exitCode { throw TestFailure("Envoy ended with \(code):\n\(process.errors)") }
            return (try? Socket(connectingTo: port)) == nil ? nil : true
        }
    }

    private static func bootstrap(_ printed: String, _ modes: Modes, port: Int, accessLog: String) -> String {
        var text = printed.replacingOccurrences(of: "port_value: 8801\n", with: "port_value: \(port)\n")
        text = text.replacingOccurrences(
            of: "request_body_mode: BUFFERED\n", with: "request_body_mode: \(modes.request)\n")
        var response = "response_body_mode: \(modes.response)\n"
        if modes.request == "FULL_DUPLEX_STREAMED" { response += indented("request_trailer_mode: SEND\n", 16) }
        if modes.response == "FULL_DUPLEX_STREAMED" { response += indented("response_trailer_mode: SEND\n", 16) }
        text = text.replacingOccurrences(of: "response_body_mode: STREAMED\n", with: response)
        var filter = "allow_mode_override: \(modes.allowsOverride)\n"
        if modes.sendsBodyEarly { filter += indented("send_body_without_waiting_for_header_response: true\n", 14) }
        if modes.isObserver { filter += indented("observability_mode: true\n", 14) }
        text = text.replacingOccurrences(of: "allow_mode_override: true\n", with: filter)
        let log = """
            stat_prefix: http
                      access_log:
                      - name: envoy.access_loggers.file
                        typed_config:
                          '@type': type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: \(accessLog)
                          log_format:
                            text_format_source:
                              inline_string: "%RESPONSE_CODE% %DYNAMIC_METADATA(martlet:decision)% %DYNAMIC_METADATA(martlet:model)%\\n"

            """
        return text.replacingOccurrences(of: "stat_prefix: http\n", with: log)
    }

    private static func indented(_ line: String, _ count: Int) -> String {
        String(repeating: " ", count: count) + line
    }

    // MARK: Requests

    /// One of Envoy's counters.
    func statistic(_ name: String) throws -> Int? {
        guard let adminPort else { throw TestFailure("this Envoy has no admin port") }
        let reply = try HTTPConnection(port: adminPort).request("GET", "/stats?filter=\(name)", body: [])
        return reply.text.split(separator: "\n").compactMap { line -> Int? in
            let parts = line.split(separator: ":")
            guard parts.count == 2, parts[0].hasSuffix(name) else { return nil }
            return Int(parts[1].drop { $0 == " " })
        }.first
    }

    func connection() throws -> HTTPConnection { try HTTPConnection(port: port) }

    /// Sends one user message.
    func chat(
        _ prompt: String, model: String = "auto", stream: Bool = false, headers: [(String, String)] = []
    ) throws -> HTTPReply {
        try post(MartletProcess.body(prompt, model: model, stream: stream), headers: headers)
    }

    func post(_ body: some Collection<UInt8>, headers: [(String, String)] = []) throws -> HTTPReply {
        try connection().request("POST", "/v1/chat/completions", headers: headers, body: Array(body))
    }
}
