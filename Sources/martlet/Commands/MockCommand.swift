import ArgumentParser
import Foundation
import Logging
import MockBackend
import NIOCore
import NIOPosix

struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock", abstract: "Play OpenAI-compatible models, for demos and tests.",
        discussion: """
            Answers are a function of the seed, the model and the conversation. Faults can be injected for all \
            requests (--fault) or by a request with the header x-mock-fault. Forms of a fault: status=503, \
            status=429,retry-after=2, reset, stall=5s, cut-after=3, malformed, truncate, error-event; \
            with ;model=NAME, ;every=N, ;nth=N or ;probability=P behind it.
            """)

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 takes a free one.")
    var port = 9101

    @Option(name: .customLong("model"), help: "A model to play; may be repeated. Without it any name is accepted.")
    var models: [String] = []

    @Option(help: "Milliseconds before the first token.")
    var firstTokenDelay = 0

    @Option(help: "Tokens per second of a stream; as fast as possible when not given.")
    var tokenRate: Double?

    @Option(help: "The seed of the answers.")
    var seed: UInt64 = 1

    @Option(help: "What to answer: describe, echo, or any other text to answer with.")
    var answer = "describe"

    @Option(name: .customLong("fault"), help: "A fault to inject; may be repeated.")
    var faults: [String] = []

    @Option(help: "Threads that serve.")
    var threads = 1

    func validate() throws {
        for fault in faults { _ = try parse(fault) }
        guard (1...64).contains(threads) else { throw ValidationError("--threads must be from 1 to 64") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
    }

    private func parse(_ text: String) throws -> FaultRule {
        do {
            return try FaultRule(parsing: text)
        } catch {
            throw ValidationError("--fault \(text): \(error)")
        }
    }

    func run() async throws {
        var configuration = MockBackendConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.seed = seed
        configuration.threads = threads
        configuration.faults = try faults.map(parse)
        switch answer {
        case "describe": configuration.answerMode = .describe
        case "echo": configuration.answerMode = .echo
        default: configuration.answerMode = .fixed(answer)
        }
        func paced(_ name: String) -> MockModel {
            MockModel(name: name, firstTokenDelay: .milliseconds(firstTokenDelay), tokensPerSecond: tokenRate)
        }
        configuration.models = models.map(paced)
        configuration.otherModels = paced("")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let backend = try await MockBackend.start(configuration, on: group)
        print(
            "mock models on http://\(host):\(backend.port)/v1"
                + (models.isEmpty ? "" : " (\(models.joined(separator: ", ")))"))
        fflush(nil)
        await Termination.wait()
        await backend.stop()
        try await group.shutdownGracefully()
    }
}
