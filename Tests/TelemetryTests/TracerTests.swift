import Testing
import Tracing

@testable import Telemetry

private struct HeaderFields: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}

private struct Failure: Error {}

@Suite struct SpanSamplingTests {
    @Test func namesOfTheConfiguration() {
        #expect(SpanSampling(type: "always_on", rate: 0) == .alwaysOn)
        #expect(SpanSampling(type: "always_off", rate: 1) == .alwaysOff)
        for name in ["probabilistic", "traceidratio", "trace_id_ratio"] {
            #expect(SpanSampling(type: name, rate: 0.5) == .probabilistic(0.5))
        }
        #expect(SpanSampling(type: "sometimes", rate: 1) == nil)
    }

    /// Laws: the share is the rate; what a lower rate includes, every higher one does.
    @Test func theShareIsTheRateAndGrowsWithIt() {
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        let traces = (0..<20_000).map { _ in TraceID.random(using: &generator) }
        var smaller = Set<TraceID>()
        for rate in [0, 0.01, 0.25, 0.5, 0.9, 1] {
            let included = Set(traces.filter { SpanSampling.probabilistic(rate).includes($0) })
            #expect(abs(Double(included.count) / Double(traces.count) - rate) < 0.015, "seed \(seed) rate \(rate)")
            #expect(smaller.isSubset(of: included), "seed \(seed) rate \(rate)")
            smaller = included
        }
        for rate in [-1, Double.nan] { #expect(!SpanSampling.probabilistic(rate).includes(traces[0])) }
        #expect(SpanSampling.probabilistic(7).includes(traces[0]))
        #expect(SpanSampling.alwaysOn.includes(traces[0]) && !SpanSampling.alwaysOff.includes(traces[0]))
    }
}

@Suite struct RecordingTracerTests {
    private let headers = [
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "rojo=1",
    ]

    @Test func spansAreWrittenWithTheirParents() throws {
        let output = try OutputPipe()
        let tracer = RecordingTracer(exporter: SpanLineExporter(writer: output.writer))
        var context = ServiceContext.topLevel
        tracer.extract(headers, into: &context, using: HeaderFields())
        var sent: [String: String] = [:]
        tracer.withSpan("semantic_router.request.received", context: context, ofKind: .server) { span in
            span.attributes["model.name"] = "qwen"
            span.attributes["count"] = 3
            span.attributes["cache.key"] = "what the user said"
            span.attributes.set("ratios", value: .doubleArray([0.5, 1]))
            span.addEvent(SpanEvent(name: "chosen", attributes: ["why": "rule"]))
            tracer.withSpan("semantic_router.upstream.request", ofKind: .client) { inner in
                tracer.inject(inner.context, into: &sent, using: HeaderFields())
                inner.setStatus(SpanStatus(code: .error, message: "timeout"))
                inner.recordError(Failure())
                inner.addLink(SpanLink(context: span.context, attributes: [:]))
            }
            span.setStatus(SpanStatus(code: .ok))
        }
        let lines = output.finishLines()
        #expect(lines.count == 2)
        let inner = try parseObject(lines[0])
        let outer = try parseObject(lines[1])
        #expect(outer["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
        #expect(outer["parent_span_id"] as? String == "b7ad6b7169203331")
        #expect(outer["name"] as? String == "semantic_router.request.received")
        #expect(outer["service"] as? String == "martlet")
        #expect(outer["kind"] as? String == "server")
        let attributes = try #require(outer["attributes"] as? [String: Any])
        #expect(attributes["model.name"] as? String == "qwen")
        #expect(attributes["count"] as? Int == 3)
        #expect(attributes["ratios"] as? [Double] == [0.5, 1])
        #expect(attributes["cache.key"] as? String == "[REDACTED]")
        #expect((outer["events"] as? [[String: Any]])?.first?["name"] as? String == "chosen")
        #expect((outer["status"] as? [String: String])?["code"] == "ok")
        #expect(inner["trace_id"] as? String == outer["trace_id"] as? String)
        #expect(inner["parent_span_id"] as? String == outer["span_id"] as? String)
        #expect((inner["status"] as? [String: String])?["message"] == "timeout")
        #expect((inner["events"] as? [[String: Any]])?.first?["name"] as? String == "exception")
        #expect((inner["links"] as? [[String: Any]])?.first?["span_id"] as? String == outer["span_id"] as? String)
        let spanID = try #require(inner["span_id"] as? String)
        #expect(sent["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-\(spanID)-01")
        #expect(sent["tracestate"] == "rojo=1")
    }

    @Test func aSpanWithoutAParentStartsATrace() throws {
        let output = try OutputPipe()
        let tracer = RecordingTracer(
            exporter: SpanLineExporter(serviceName: "router", writer: output.writer),
            makeIdentifiers: { SeededGenerator(seed: 1) })
        var context = ServiceContext.topLevel
        tracer.extract(["traceparent": "00-garbage"], into: &context, using: HeaderFields())
        #expect(context.traceContext == nil)
        let span = tracer.startSpan("a", context: context)
        #expect(span.isRecording)
        span.operationName = "b"
        span.end()
        span.end()
        span.attributes["late"] = true
        #expect(!span.isRecording)
        let lines = output.finishLines()
        #expect(lines.count == 1)
        let object = try parseObject(lines[0])
        #expect(object["parent_span_id"] == nil && object["attributes"] == nil)
        #expect(object["name"] as? String == "b")
        #expect(object["trace_id"] as? String == span.context.traceContext?.traceID.description)
    }

    @Test func unsampledTracesPropagateAndAreNotWritten() throws {
        let output = try OutputPipe()
        let tracer = RecordingTracer(sampling: .alwaysOff, exporter: SpanLineExporter(writer: output.writer))
        var context = ServiceContext.topLevel
        tracer.extract(headers, into: &context, using: HeaderFields())
        var sent: [String: String] = [:]
        tracer.withSpan("a", context: context) { span in
            #expect(!span.isRecording)
            span.attributes["x"] = 1
            tracer.inject(span.context, into: &sent, using: HeaderFields())
        }
        #expect(output.finish().isEmpty)
        #expect(sent["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
        #expect(sent["traceparent"]?.hasSuffix("-00") == true)
        #expect(sent["traceparent"] != headers["traceparent"])
    }

    @Test func aDisabledTracerPassesTheContextThrough() throws {
        let output = try OutputPipe()
        let tracer = RecordingTracer(isEnabled: false, exporter: SpanLineExporter(writer: output.writer))
        var context = ServiceContext.topLevel
        tracer.extract(headers, into: &context, using: HeaderFields())
        var sent: [String: String] = [:]
        tracer.withSpan("a", context: context) { tracer.inject($0.context, into: &sent, using: HeaderFields()) }
        #expect(output.finish().isEmpty)
        #expect(sent == headers)
        var none: [String: String] = [:]
        tracer.inject(.topLevel, into: &none, using: HeaderFields())
        #expect(none.isEmpty)
    }

    @Test func spansAreBounded() throws {
        let output = try OutputPipe()
        let tracer = RecordingTracer(exporter: SpanLineExporter(writer: output.writer))
        tracer.withSpan("a", context: .topLevel) { span in
            for index in 0..<1_000 {
                span.attributes["k\(index)"] = "v"
                span.addEvent(SpanEvent(name: "e\(index)"))
            }
        }
        let lines = output.finishLines()
        #expect(lines.count == 1)
        let object = try parseObject(lines[0])
        #expect(lines[0].utf8.count < LineWriter.maximumLineBytes)
        #expect((object["attributes"] as? [String: String])?.count == SpanRecord.maximumItems)
        #expect((object["events"] as? [Any])?.count == SpanRecord.maximumItems)
        #expect(object["dropped_items"] as? Int == 872)
        #expect(object["truncated"] as? Bool == true)
    }
}
