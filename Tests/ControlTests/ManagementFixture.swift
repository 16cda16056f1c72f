import Evidence
import Exchange
import Logging
import Policy
import Routing
import State
import Wire

@testable import Control

/// A source with a tiny recipe: `debug` in the text leads to `code`, everything else to `rest`.
struct FixedSource: ManagementSource {
    struct Generation: ManagedGeneration {
        var memories: MemoryTable?
        var number = 3
        var documentHash = "a1b2"
        var readiness = ReadinessReport()

        func release(
            _ memory: String, of user: String, by role: String, at now: Double
        ) async throws(StateError) -> StoredMemory? {
            guard let memories, var found = try await memories.get(memory, of: user), let reason = found.quarantine
            else { return nil }
            found.quarantine = nil
            found.release = StoredMemory.Release(reason: reason, role: role, time: now)
            return try await memories.release(found) ? found : nil
        }

        func report(on conversation: Conversation, seed: UInt64, readingEverything: Bool) async -> EvaluationReport? {
            guard ["", "auto"].contains(conversation.model) else { return nil }
            var recipe = Recipe()
            var code = Decision()
            code.name = "code"
            code.priority = 10
            code.rules = .leaf(Rule.Leaf(type: "keyword", name: "debug"))
            code.modelReferences = [ModelReference(model: "coder")]
            var rest = Decision()
            rest.name = "rest"
            rest.modelReferences = [ModelReference(model: "small")]
            recipe.decisions = [code, rest]
            let catalog = SignalCatalog([
                .init(SignalKey("keyword", "debug"), cost: .free), .init(SignalKey("keyword", "unused"), cost: .free),
            ])
            let engine = DecisionEngine(recipe: recipe, signals: catalog)
            var readings = ReadingTable(count: 2)
            readings[0] = conversation.evaluationText.lowercased().contains("debug") ? .matched() : .unmatched()
            if readingEverything { readings[1] = .unmatched() }
            let outcome = engine.conclude(readings)
            return EvaluationReport(
                request: .init(conversation), recipe: recipe, engine: engine, readings: readings,
                winner: outcome.winner, confidence: outcome.confidence,
                selection: Selection(
                    order: outcome.winner.map { recipe.decisions[$0].modelReferences } ?? [], method: "static",
                    reason: "the only candidate"), cost: .init())
        }
    }

    var generation = Generation()
    var startupStatus = StartupStatus(phase: .ready, message: "serving", updatedAt: 1_700_000_000)
    var configurationFileHash: String? = "a1b2"
    var signalModels: [LoadedModel] = []
    var memory = RouterMemory()

    var currentGeneration: any ManagedGeneration {
        var generation = generation
        generation.memories = memory.memories
        return generation
    }
    func metricsText() -> [UInt8] { Array("# TYPE x counter\nx 1\n".utf8) }
    func effectiveConfiguration() -> [UInt8] { Array(#"[{"path":"version","value":"v0.3","origin":"default"}]"#.utf8) }
    func modelListing() -> [UInt8] { Array(#"{"object":"list","data":[]}"#.utf8) }
}

/// Runs a server on a port of the system's choice for the length of `body`.
func withServer(
    _ configure: (inout ManagementConfiguration) -> Void = { _ in }, source: FixedSource = FixedSource(),
    _ body: @escaping @Sendable (RawHTTP) async throws -> Void
) async throws {
    var configuration = ManagementConfiguration()
    configuration.port = 0
    configure(&configuration)
    var logger = Logger(label: "control-tests")
    logger.logLevel = .critical
    let server = ManagementServer(configuration: configuration, source: source, logger: logger)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { port.finish() }
            try await server.run { number in
                port.yield(number)
            }
        }
        for await number in ports {
            try await body(RawHTTP(port: number))
            break
        }
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}

extension RawResponse {
    /// The body as JSON.
    var json: JSON {
        get throws { try JSON(parsing: body) }
    }

    /// The code of an error answer.
    var errorCode: String? { (try? json)?["error"]?["code"]?.string }
}
