import Testing

@testable import Policy

@Suite struct TraceCollectorTests {
    private func collector(_ endpoint: String, isInsecure: Bool = true) -> TraceCollector? {
        var exporter = TraceExporterSettings()
        exporter.endpoint = endpoint
        exporter.isInsecure = isInsecure
        return TraceCollector(exporter)
    }

    @Test(arguments: [
        ("jaeger:4318", "http://jaeger:4318/v1/traces"), ("jaeger", "http://jaeger:4318/v1/traces"),
        ("10.0.0.7:9999", "http://10.0.0.7:9999/v1/traces"), ("[::1]:4318", "http://[::1]:4318/v1/traces"),
        ("[::1]", "http://[::1]:4318/v1/traces"), ("http://c", "http://c/v1/traces"),
        ("HTTPS://c:4317/", "https://c:4317/v1/traces"), ("https://c/otlp/v1/traces", "https://c/otlp/v1/traces"),
    ])
    func addresses(_ endpoint: String, _ url: String) {
        #expect(collector(endpoint)?.url == url)
        #expect(collector(endpoint)?.isMovedFromGRPC == false)
    }

    @Test func gRPCsPortStandsForTheOneBesideIt() {
        let moved = collector("jaeger:4317", isInsecure: false)
        #expect(moved?.url == "https://jaeger:4318/v1/traces" && moved?.isMovedFromGRPC == true)
    }

    @Test(arguments: ["", ":4318", "a:0", "a:65536", "a:b", "http://", "::1", "a b:1", "a/v1/traces", "http://u@c"])
    func noAddress(_ endpoint: String) {
        #expect(collector(endpoint) == nil)
    }

    @Test func whatTheOperatorShouldKnowIsSaid() {
        func said(_ endpoint: String) -> [String] {
            GlobalFixture("services: {observability: {tracing: {exporter: {type: otlp, endpoint: '\(endpoint)'}}}}")
                .unavailable.map { "\($0.path)" }
        }
        let path = "global.services.observability.tracing.exporter.endpoint"
        #expect(said("collector:4318") == [])
        #expect(said("collector:4317") == [path])
        #expect(said("nonsense:x") == [path])
        #expect(GlobalFixture("services: {observability: {tracing: {enabled: true}}}").unavailable == [])
    }
}
