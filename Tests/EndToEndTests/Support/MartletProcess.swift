import Foundation

/// The command under test, running.
final class MartletProcess: Sendable {
    let process: ChildProcess
    /// The port that it was told to listen on.
    let port: Int
    /// The management API's port.
    let managementPort: Int
    private let directory: TemporaryDirectory

    /// Starts `martlet serve` with more arguments on free ports, and waits until it answers.
    static func serve(
        _ arguments: [String], environment: [String: String] = [:], logLevel: String = "info"
    ) throws -> MartletProcess {
        let running = try launch(arguments, environment: environment, logLevel: logLevel)
        try running.waitUntilAnswering()
        return running
    }

    /// Starts `martlet serve` on free ports and does not wait.
    static func launch(
        _ arguments: [String], environment: [String: String] = [:], logLevel: String = "info"
    ) throws -> MartletProcess {
        let management = try Socket.freePort()
        let isAsked = arguments.contains { $0.hasPrefix("--ext-proc") }
        return try MartletProcess(
            ["serve", "--management-port", "\(management)", "--log-level", logLevel]
                + (isAsked ? [] : ["--no-ext-proc"]) + arguments,
            environment: environment, managementPort: management)
    }

    /// Starts `martlet serve` with a policy whose backends are at `${BACKEND}`.
    static func serve(fixture: String, backend: Int, arguments: [String] = []) throws -> MartletProcess {
        try serve(
            ["--config", Surroundings.fixture(fixture)] + arguments, environment: ["BACKEND": "127.0.0.1:\(backend)"])
    }

    /// Starts `martlet mock` on a free port.
    static func mock(_ arguments: [String] = []) throws -> MartletProcess {
        let running = try MartletProcess(["mock"] + arguments, environment: [:], managementPort: 0)
        try running.waitUntilAnswering()
        return running
    }

    private init(_ arguments: [String], environment: [String: String], managementPort: Int) throws {
        directory = try TemporaryDirectory()
        port = try Socket.freePort()
        self.managementPort = managementPort
        process = try ChildProcess(
            Surroundings.binary, arguments + ["--port", "\(port)"],
            environment: Self.environment(home: directory.path, environment), directory: directory.path)
    }

    /// An environment in which only the test decides: no keys, no local model servers, an own home.
    static func environment(home: String, _ more: [String: String] = [:]) -> [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "XDG_STATE_HOME": home + "/state",
            "OLLAMA_HOST": "http://127.0.0.1:1",
            "VLLM_BASE_URL": "http://127.0.0.1:1", "MARTLET_RESOURCES": Surroundings.root,
        ].merging(more) { $1 }
    }

    private func waitUntilAnswering() throws {
        try Deadline(20).poll("port \(port) to answer; the process said:\n\(process.errors)") {
            if let code = process.exitCode { throw TestFailure("it ended with \(code):\n\(process.errors)") }
            let ports = [port, managementPort].filter { $0 > 0 }
            let isUp = ports.allSatisfy {
                (try? HTTPConnection(port: $0).request("GET", "/health").status) == 200
            }
            return isUp ? true : nil
        }
    }

    // MARK: Requests

    func get(_ target: String, headers: [(String, String)] = []) throws -> HTTPReply {
        try HTTPConnection(port: port).request("GET", target, headers: headers)
    }

    func manage(
        _ method: String, _ target: String, body: String = "", headers: [(String, String)] = []
    ) throws -> HTTPReply {
        try HTTPConnection(port: managementPort).request(method, target, headers: headers, body: Array(body.utf8))
    }

    /// Sends a chat request with these bytes.
    func post(_ body: some Collection<UInt8>, headers: [(String, String)] = []) throws -> HTTPReply {
        try HTTPConnection(port: port).request("POST", "/v1/chat/completions", headers: headers, body: Array(body))
    }

    /// Sends one user message.
    func chat(
        _ prompt: String, model: String = "auto", stream: Bool = false, more: [String: Any] = [:],
        headers: [(String, String)] = []
    ) throws -> HTTPReply {
        try post(Self.body(prompt, model: model, stream: stream, more: more), headers: headers)
    }

    static func body(
        _ prompt: String, model: String = "auto", stream: Bool = false, more: [String: Any] = [:]
    ) throws -> [UInt8] {
        var object: [String: Any] = ["model": model, "messages": [["role": "user", "content": prompt]]]
        if stream { object["stream"] = true }
        object.merge(more) { $1 }
        return [UInt8](try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
    }

    /// A line of `/metrics` that begins with a name and contains all the words.
    func metric(_ name: String, _ words: String...) throws -> Double? {
        try get("/metrics").text.split(separator: "\n").first { line in
            line.hasPrefix(name) && words.allSatisfy { line.contains($0) }
        }?.split(separator: " ").last.flatMap { Double($0) }
    }
}

/// The result of a command that ran to its end.
struct CommandResult {
    var code: Int32
    var output: String
    var errors: String

    /// Runs the command under test.
    static func martlet(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
        try martlet(arguments, environment: environment)
    }

    static func martlet(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandResult {
        try run(Surroundings.binary, arguments, environment: environment)
    }

    /// Runs any program.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60
    ) throws -> CommandResult {
        let home = try TemporaryDirectory()
        let process = try ChildProcess(
            program, arguments, environment: MartletProcess.environment(home: home.path, environment),
            directory: home.path)
        let code = try process.waitForExit(seconds: seconds)
        return CommandResult(code: code, output: process.output, errors: process.errors)
    }
}
