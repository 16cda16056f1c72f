import Foundation
import Testing

/// Spans on their way to a collector over OTLP.
@Suite(.serialized, .blocking) struct TraceExportTests {
    private func policy(_ exporter: String) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let tracing = """

            global:
              services:
                observability:
                  tracing:
                    exporter: \(exporter)
                    resource: { service_name: edge, service_version: "9", deployment_environment: test }

            """
        let text = try Surroundings.text(Surroundings.fixture("gateway.yaml")) + tracing
        try text.write(toFile: directory.path + "/policy.yaml", atomically: true, encoding: .utf8)
        return directory
    }

    @Test(.timeLimit(.minutes(1))) func spansReachTheCollectorAndNoPromptDoes() throws {
        let backend = try RecordingBackend()
        let collector = try RecordingBackend { _ in RecordingBackend.response(200, "") }
        let directory = try policy("{ type: otlp, endpoint: \"127.0.0.1:\(collector.port)\" }")
        let martlet = try MartletProcess.serve(
            ["--config", directory.path + "/policy.yaml"], environment: ["BACKEND": "127.0.0.1:\(backend.port)"])
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let reply = try martlet.chat("prove SQUEAMISH", headers: [("traceparent", "00-\(trace)-b7ad6b7169203331-01")])
        #expect(reply.status == 200)
        // Ending sends what is queued.
        #expect(martlet.process.stop() == 0)
        let request = try collector.lastRequest()
        #expect(request.method == "POST" && request.target == "/v1/traces")
        #expect(request["content-type"] == "application/x-protobuf")
        for text in ["semantic_router.request.received", "semantic_router.upstream.request", "edge", "test"] {
            #expect(request.body.contains(Array(text.utf8)), "\(text)")
        }
        #expect(!request.body.contains(Array("SQUEAMISH".utf8)))
        let bytes = stride(from: 0, to: 32, by: 2).compactMap { UInt8(trace.dropFirst($0).prefix(2), radix: 16) }
        #expect(request.body.contains(bytes))
        // The backend continues from the span of the call to it, which is exported.
        let sent = try #require(try backend.lastRequest()["traceparent"]).split(separator: "-").map(String.init)
        #expect(sent.count == 4 && sent[1] == trace && sent[3] == "01")
        let span = stride(from: 0, to: 16, by: 2).compactMap { UInt8(sent[2].dropFirst($0).prefix(2), radix: 16) }
        #expect(request.body.contains([0x12, 8] + span))
    }

    @Test(.timeLimit(.minutes(1))) func anUnreachableCollectorIsSaidAndStopsNobody() throws {
        let backend = try RecordingBackend()
        let directory = try policy("{ type: otlp, endpoint: \"127.0.0.1:1\" }")
        let martlet = try MartletProcess.serve(
            ["--config", directory.path + "/policy.yaml"], environment: ["BACKEND": "127.0.0.1:\(backend.port)"])
        #expect(try martlet.chat("hello").status == 200)
        let start = ContinuousClock.now
        #expect(martlet.process.stop() == 0)
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(martlet.process.errors.contains("trace_spans_dropped"))
    }
}
