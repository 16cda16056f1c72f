import Exchange
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import ExtProc

/// The door over a real connection, asked by a gRPC client that plays a gateway.
@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    private func withServer(
        _ configure: (inout ExtProcConfiguration) -> Void = { _ in }, _ body: (Int, ExtProcServer) async throws -> Void
    ) async throws {
        var configuration = ExtProcConfiguration(port: 0)
        configuration.eventLoopCount = 2
        configure(&configuration)
        let server = ExtProcServer(
            configuration: configuration, handler: try ProcessorFixture.router(),
            logger: Logger(label: "ext-proc-tests") { _ in SwiftLogNoOpLogHandler() })
        let port = try server.start()
        do {
            try await body(port, server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The order in which AgentGateway sends: everything streamed in full duplex, the body without waiting.
    @Test func agentGatewaysOrderOfMessagesIsServed() async throws {
        try await withServer { port, _ in
            let text = ProcessorFixture.chat("python")
            let half = text.utf8.count / 2
            let requests = [
                Message.head(requestBody: 4, responseBody: 4),
                Message.body(4, Array(text.utf8.prefix(half)), isEnd: false),
                Message.body(4, Array(text.utf8.dropFirst(half)), isEnd: true),
                Message.responseHead(contentType: "application/json"), Message.body(5, Array("{}".utf8), isEnd: true),
            ]
            let responses = try await GatewayClient(port: port).ask(requests)
            #expect(responses.count == 4)
            #expect(responses[0].path(1, 1, 2, 1, 1, 1) != nil, "the headers are answered first")
            #expect(responses[1].path(3, 1, 3, 3, 1)?.text.contains("vendor/large-1") == true)
            #expect(responses[1].path(3, 1, 3, 3, 2)?.number == 1)
            #expect(responses[2].path(2) != nil)
            #expect(responses[3].path(4, 1, 3, 3, 1)?.text == "{}")
        }
    }

    @Test func tooManyStreamsAreRefusedSoThatTheGatewaysFailureModeDecides() async throws {
        try await withServer {
            $0.maxStreams = 0
        } _: { port, server in
            await #expect(throws: RPCError.self) {
                try await GatewayClient(port: port).ask([Message.head(requestBody: 2, responseBody: 2)])
            }
            #expect(server.openStreams == 0)
        }
    }

    @Test func bytesThatAreNoMessageEndTheStreamAlone() async throws {
        try await withServer { port, _ in
            let client = GatewayClient(port: port)
            await #expect(throws: RPCError.self) { try await client.ask([[0xFF, 0xFF]]) }
            let responses = try await client.ask([Message.head(requestBody: 2, responseBody: 2)])
            #expect(responses.first?.path(1) != nil)
        }
    }

    @Test func aTakenPortIsAnError() async throws {
        let taken = try ListeningSockets(host: "127.0.0.1", port: 0, count: 1)
        defer { taken.close() }
        #expect(throws: ExtProcError.self) {
            _ = try ListeningSockets(host: "127.0.0.1", port: taken.port, count: 2)
        }
        let blocker = try ServerSocketBlocker()
        #expect(throws: ExtProcError.self) {
            _ = try ListeningSockets(host: "127.0.0.1", port: blocker.port, count: 1)
        }
        #expect(throws: ExtProcError.self) {
            _ = try ListeningSockets(host: "no.such.host.invalid", port: 0, count: 1)
        }
    }

    @Test(.enabled(if: TestIdentity.openssl != nil, "openssl is not installed"))
    func tlsAndClientCertificates() async throws {
        let server = try TestIdentity("localhost")
        let client = try TestIdentity("gateway")
        let stranger = try TestIdentity("stranger")
        let head = Message.head(requestBody: 2, responseBody: 2)
        try await withServer {
            $0.tls = .init(certificateFile: server.certificate, privateKeyFile: server.key)
        } _: { port, _ in
            let responses = try await GatewayClient(port: port, trusting: server).ask([head])
            #expect(responses.count == 1)
        }
        try await withServer {
            $0.tls = .init(
                certificateFile: server.certificate, privateKeyFile: server.key,
                clientAuthorityFile: client.certificate)
        } _: { port, _ in
            let responses = try await GatewayClient(port: port, trusting: server, identity: client).ask([head])
            #expect(responses.count == 1)
            for identity in [stranger, nil] {
                await #expect(throws: (any Error).self) {
                    try await GatewayClient(port: port, trusting: server, identity: identity).ask([head])
                }
            }
        }
        #expect(throws: ExtProcError.self) {
            var configuration = ExtProcConfiguration(port: 0)
            configuration.tls = .init(certificateFile: "/no/such/file", privateKeyFile: server.key)
            _ = try ExtProcServer(
                configuration: configuration, handler: try ProcessorFixture.router(),
                logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }
            ).start()
        }
    }
}
