import Policy
import Routing
import Synchronization
import Testing

@testable import Evidence

/// A transport whose answers a test scripts, by what the body contains.
private final class ScriptedTransport: RemoteTransport {
    enum Reply: Sendable {
        case answer(Int, String)
        case fail(RemoteTransportError)
        case never
    }

    let script: @Sendable (String) -> Reply
    let bodies = Mutex<[String]>([])

    init(_ script: @escaping @Sendable (String) -> Reply) { self.script = script }

    func send(_ request: RemoteRequest, within limit: Duration) async throws -> (status: Int, body: [UInt8]) {
        let body = String(decoding: request.body, as: UTF8.self)
        bodies.withLock { $0.append(body) }
        switch script(body) {
        case .answer(let status, let text): return (status, Array(text.utf8))
        case .fail(let error): throw error
        case .never:
            try await Task.sleep(for: limit)
            throw RemoteTransportError.timeout
        }
    }
}

@Suite struct RemoteReaderTests {
    private static func external() -> ExternalModel {
        var model = ExternalModel()
        model.name = "guard"
        model.modelName = "guard-model"
        model.endpoint.address = "127.0.0.1"
        model.endpoint.port = 9
        return model
    }

    private static func guarding(_ transport: ScriptedTransport) throws -> any TextReader {
        var settings = PromptGuardSettings()
        settings.remoteProtocol = .httpClassify
        return try #require(
            NetworkModels(transport, environment: { _ in nil }).remoteGuard(settings, external()))
    }

    private static func read(
        _ reader: any TextReader, _ texts: [String], _ task: LearnedTask, within: Duration = .seconds(60)
    ) async -> [TextFindings] {
        let needs = texts.map { TextNeed(.text($0), LearnedTasks(task)) }
        return await withCheckedContinuation { continuation in
            _ = reader.read(needs, deadline: .now + within) { continuation.resume(returning: $0) }
        }
    }

    private static func scores(_ risk: Double) -> String {
        #"[{"label":"benign","score":\#(1 - risk)},{"label":"jailbreak","score":\#(risk)}]"#
    }

    @Test func oneBadAnswerSpoilsNoOther() async throws {
        let transport = ScriptedTransport { body in
            if body.contains("down") { return .answer(500, "oops") }
            if body.contains("garbage") { return .answer(200, "{") }
            if body.contains("lost") { return .fail(.unreachable) }
            return .answer(200, Self.scores(0.75))
        }
        let found = await Self.read(
            try Self.guarding(transport), ["fine", "down", "garbage", "lost"], .jailbreak)
        #expect(found.map(\.problem) == [nil, .failed, .failed, .failed])
        #expect(found[0].probabilities[.jailbreak] == [0.25, 0.75])
    }

    @Test func aSlowModelIsATimeout() async throws {
        let transport = ScriptedTransport { _ in .never }
        let found = await Self.read(
            try Self.guarding(transport), ["hello"], .jailbreak, within: .milliseconds(50))
        #expect(found.map(\.problem) == [.timeout])
    }

    @Test func theRiskiestPieceOfALongTextCounts() async throws {
        let transport = ScriptedTransport { .answer(200, Self.scores($0.contains("NEEDLE") ? 0.5 : 0.125)) }
        let long = String(repeating: "straw ", count: 2_000) + "NEEDLE" + String(repeating: " straw", count: 2_000)
        let found = await Self.read(try Self.guarding(transport), [long], .jailbreak)
        #expect(found[0].probabilities[.jailbreak] == [0.5, 0.5])
        #expect(found[0].coverage == 1)
        #expect(transport.bodies.withLock { $0.count } > 3)
    }

    @Test func piecesOverlapAndTheBoundIsSaid() {
        let text = String(repeating: "a", count: 300_000)
        let (pieces, coverage) = RemoteClassifierReader.pieces(of: text, most: 16)
        #expect(pieces.count == 16)
        #expect(coverage > 0.3 && coverage < 0.32)
        #expect(RemoteClassifierReader.pieces(of: "short", most: 16).coverage == 1)
    }

    @Test func embeddingsComeInOrderAndAreAskedAgain() async throws {
        let count = Mutex(0)
        let transport = ScriptedTransport { body in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { return .answer(503, "busy") }
            return .answer(
                200, #"{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,0]}]}"#)
        }
        var settings = SemanticEmbeddings()
        settings.endpoint.baseURL = "http://127.0.0.1:9/v1"
        settings.endpoint.model = "m"
        settings.endpoint.maximumRetries = 1
        let reader = try #require(NetworkModels(transport, environment: { _ in nil }).embedder(settings))
        let found = await Self.read(reader, ["a", "b"], .embedding)
        #expect(found.map(\.embedding) == [[1, 0], [0, 1]])
        #expect(count.withLock { $0 } == 2)
    }

    @Test func examplesOfAPolicyFailLoudly() throws {
        let transport = ScriptedTransport { _ in .answer(401, "no") }
        var settings = SemanticEmbeddings()
        settings.endpoint.baseURL = "http://127.0.0.1:9/v1"
        settings.endpoint.model = "m"
        let reader = try #require(NetworkModels(transport, environment: { _ in nil }).embedder(settings))
        #expect(throws: TextReaderError.self) { try reader.embed(["a"]) }
    }
}
