import Exchange
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Policy
import Synchronization
import Testing
import Wire

@testable import ExtProc

/// The client against a server that answers what a test says.
@Suite struct RateLimitServiceTests {
    private final class Script: Sendable {
        let questions = Mutex<[[UInt8]]>([])
        let answer: [UInt8]?

        init(_ answer: [UInt8]?) { self.answer = answer }
    }

    /// Runs a server for the length of `body`; without an answer it never gives one.
    private func withService(
        _ script: Script, timeout: Duration = .seconds(20),
        _ body: @escaping @Sendable (EnvoyRateLimitService) async throws -> Void
    ) async throws {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await transport.listen { stream, _ in
                    do {
                        for try await part in stream.inbound {
                            guard case .message(let bytes) = part else { continue }
                            #expect(
                                stream.descriptor.fullyQualifiedMethod.hasSuffix("v3.RateLimitService/ShouldRateLimit"))
                            let question = bytes.withUnsafeBytes { Array($0) }
                            script.questions.withLock { $0.append(question) }
                            guard let answer = script.answer else {
                                try await Task.sleep(for: .seconds(60))
                                return
                            }
                            try await stream.outbound.write(contentsOf: [
                                .metadata([:]), .message(.init(answer)), .status(Status(code: .ok, message: ""), [:]),
                            ])
                        }
                    } catch {}
                    await stream.outbound.finish()
                }
            }
            guard let port = try await transport.listeningAddress.ipv4?.port,
                let address = HostAndPort("127.0.0.1", defaultPort: port)
            else { throw RPCError(code: .unavailable, message: "no port") }
            try await body(EnvoyRateLimitService(address, timeout: timeout))
            group.cancelAll()
        }
    }

    private static let query = RateLimitQuery(
        domain: "d", descriptors: [[.init("user_id", "ann")], [.init("user_id", "ann"), .init("model", "größe")]])

    private static func status(
        _ code: UInt64, limit: UInt64, remaining: UInt64, seconds: Int64, nanos: Int64
    )
        -> (inout ProtobufWriter) -> Void
    {
        { status in
            status.field(1, varint: code)
            status.field(2) { $0.field(1, varint: limit) }
            status.field(3, varint: remaining)
            status.field(4) {
                $0.field(1, int64: seconds)
                $0.field(2, int64: nanos)
            }
        }
    }

    private static func response(_ code: UInt64, _ statuses: [(inout ProtobufWriter) -> Void] = []) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.field(1, varint: code)
        for status in statuses { writer.field(2, message: status) }
        return writer.bytes
    }

    @Test(.timeLimit(.minutes(1))) func theQuestionIsEnvoysAndTheAnswerIsRead() async throws {
        let script = Script(
            Self.response(
                1,
                [
                    Self.status(1, limit: 100, remaining: 90, seconds: 5, nanos: 0),
                    Self.status(1, limit: 10, remaining: 3, seconds: 40, nanos: 1),
                ]))
        try await withService(script) { service in
            let answer = try await service.ask(Self.query)
            #expect(
                answer == RateLimitAnswer(isOverLimit: false, limit: 10, remaining: 3, secondsUntilReset: 41))
            let again = try await service.ask(Self.query)
            #expect(again == answer)
        }
        let question =
            "\n\u{1}d\u{12}\u{10}\n\u{0e}\n\u{7}user_id\u{12}\u{3}ann"
            + "\u{12}\u{22}\n\u{0e}\n\u{7}user_id\u{12}\u{3}ann\n\u{10}\n\u{5}model\u{12}\u{7}größe\u{18}\u{1}"
        #expect(script.questions.withLock { $0 } == [Array(question.utf8), Array(question.utf8)])
    }

    @Test(.timeLimit(.minutes(1))) func aRefusalTellsTheLongestWait() async throws {
        let script = Script(
            Self.response(
                2,
                [
                    Self.status(1, limit: 100, remaining: 90, seconds: 500, nanos: 0),
                    Self.status(2, limit: 10, remaining: 0, seconds: 7, nanos: 0),
                    Self.status(2, limit: 20, remaining: 0, seconds: 30, nanos: 0),
                ]))
        try await withService(script) { service in
            let answer = try await service.ask(Self.query)
            #expect(answer == RateLimitAnswer(isOverLimit: true, limit: 20, remaining: 0, secondsUntilReset: 30))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [response(0), response(9), [0x0A, 0x7F], []])
    func whatIsNoAnswerIsAFailure(bytes: [UInt8]) async throws {
        try await withService(Script(bytes)) { service in
            await #expect(throws: (any Error).self) { try await service.ask(Self.query) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aServiceThatHangsIsGivenUp() async throws {
        try await withService(Script(nil), timeout: .milliseconds(200)) { service in
            await #expect(throws: RPCError.self) { try await service.ask(Self.query) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aServiceThatIsNotThereFailsAtOnce() async throws {
        let port = { try ServerSocketBlocker().port }
        let address = try #require(HostAndPort("127.0.0.1", defaultPort: try port()))
        let service = EnvoyRateLimitService(address, timeout: .seconds(20))
        await #expect(throws: (any Error).self) { try await service.ask(Self.query) }
    }
}
