import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// Keeps spans as they were exported.
private final class SpanCollection: SpanExporter {
    private let spans = Mutex<[SpanRecord]>([])
    var all: [SpanRecord] { spans.withLock { $0 } }
    func export(_ span: SpanRecord) { spans.withLock { $0.append(span) } }
}

private let resource = OTLPResource(
    serviceName: "router", serviceVersion: "7", deploymentEnvironment: "", libraryVersion: "1.2")

/// What goes to a collector, field by field; numbers from opentelemetry-proto's trace.proto and common.proto.
@Suite struct OTLPRequestTests {
    private func spans(_ body: (RecordingTracer) throws -> Void) rethrows -> [SpanRecord] {
        let collection = SpanCollection()
        try body(RecordingTracer(exporter: collection))
        return collection.all
    }

    private func encode(_ spans: [SpanRecord]) throws -> ProtobufMessage {
        let request = try ProtobufMessage(OTLPRequest.encode(spans, resource: resource))
        #expect(request.numbers == [1])
        return try request.message(1)
    }

    @Test func resourceAndScope() throws {
        let resourceSpans = try encode(spans { $0.withSpan("a", context: .topLevel) { _ in } })
        #expect(resourceSpans.numbers == [1, 2])
        let attributes = try resourceSpans.message(1).attributes(1)
        #expect(
            attributes.mapValues { $0.value } == [
                "service.name": .bytes(Array("router".utf8)), "service.version": .bytes(Array("7".utf8)),
                "telemetry.sdk.name": .bytes(Array("martlet".utf8)),
                "telemetry.sdk.language": .bytes(Array("swift".utf8)),
                "telemetry.sdk.version": .bytes(Array("1.2".utf8)),
            ])
        let scopeSpans = try resourceSpans.message(2)
        #expect(scopeSpans.numbers == [1, 2])
        #expect(try scopeSpans.message(1).text(1) == "martlet")
        #expect(try scopeSpans.message(1).text(2) == "1.2")
    }

    @Test func aSpanWithEverything() throws {
        let recorded = try spans { tracer in
            var context = ServiceContext.topLevel
            context.traceContext = try TraceContext(
                traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "rojo=1")
            let span = tracer.startSpan("work", context: context, ofKind: .client)
            span.attributes["text"] = "naïve"
            span.attributes["count"] = -3
            span.attributes["share"] = 0.25
            span.attributes["flag"] = true
            span.attributes["api_key"] = "sk-secret"
            span.attributes.set("list", value: .stringArray(["x", "y"]))
            span.addEvent(SpanEvent(name: "chosen", attributes: ["why": "rule"]))
            span.addLink(SpanLink(context: context, attributes: ["kind": "batch"]))
            span.setStatus(SpanStatus(code: .error, message: "timeout"))
            span.end()
        }
        let record = try #require(recorded.first)
        let span = try encode(recorded).message(2).message(2)
        #expect(span.numbers == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16])
        let trace: [UInt8] = [
            0x0A, 0xF7, 0x65, 0x19, 0x16, 0xCD, 0x43, 0xDD, 0x84, 0x48, 0xEB, 0x21, 0x1C, 0x80, 0x31, 0x9C,
        ]
        let parent: [UInt8] = [0xB7, 0xAD, 0x6B, 0x71, 0x69, 0x20, 0x33, 0x31]
        #expect(span.bytes(1) == trace)
        #expect(span.bytes(2)?.count == 8 && span.bytes(2) != parent)
        #expect(span.text(3) == "rojo=1")
        #expect(span.bytes(4) == parent)
        #expect(span.text(5) == "work")
        #expect(span.values(6) == [.varint(3)])
        #expect(span.values(7) == [.fixed64(record.start)] && span.values(8) == [.fixed64(record.end)])
        #expect(record.start > 1_700_000_000_000_000_000 && record.end >= record.start)
        let attributes = try span.attributes(9)
        #expect(attributes.count == 6)
        #expect(attributes["text"]! == (1, .bytes(Array("naïve".utf8))))
        #expect(attributes["count"]! == (3, .varint(UInt64(bitPattern: -3))))
        #expect(attributes["share"]! == (4, .fixed64(0.25.bitPattern)))
        #expect(attributes["flag"]! == (2, .varint(1)))
        #expect(attributes["api_key"]! == (1, .bytes(Array("[REDACTED]".utf8))))
        guard case (5, .bytes(let list)) = attributes["list"]! else { throw ProtobufMessage.Malformed() }
        #expect(try ProtobufMessage(list).messages(1).map { $0.text(1) } == ["x", "y"])
        let event = try span.message(11)
        #expect(event.numbers == [1, 2, 3] && event.text(2) == "chosen")
        #expect(try event.attributes(3)["why"]! == (1, .bytes(Array("rule".utf8))))
        let link = try span.message(13)
        #expect(link.numbers == [1, 2, 4] && link.bytes(1) == trace && link.bytes(2) == parent)
        let status = try span.message(15)
        #expect(status.text(2) == "timeout" && status.values(3) == [.varint(2)])
        #expect(span.values(16) == [.fixed32(1)])
    }

    @Test(arguments: [
        (SpanKind.internal, UInt64(1)), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5),
    ])
    func kinds(_ kind: SpanKind, _ number: UInt64) throws {
        let recorded = spans { $0.withSpan("a", context: .topLevel, ofKind: kind) { _ in } }
        let span = try encode(recorded).message(2).message(2)
        #expect(span.values(6) == [.varint(number)])
        // A root has no parent, and what was not said is not there.
        #expect(span.numbers == [1, 2, 5, 6, 7, 8, 16])
    }

    @Test func whatDoesNotFitIsCounted() throws {
        let recorded = spans { tracer in
            tracer.withSpan("a", context: .topLevel) { span in
                for index in 0..<200 {
                    span.attributes["k\(index)"] = index
                    span.addEvent(SpanEvent(name: "e"))
                }
                span.addLink(SpanLink(context: .topLevel, attributes: [:]))
                span.setStatus(SpanStatus(code: .ok))
            }
        }
        let span = try encode(recorded).message(2).message(2)
        #expect(span.values(9).count == 128 && span.values(10) == [.varint(72)])
        #expect(span.values(11).count == 128 && span.values(12) == [.varint(72)])
        #expect(span.values(13).isEmpty && span.values(14) == [.varint(1)])
        #expect(try span.message(15).numbers == [3])
        #expect(try span.message(15).values(3) == [.varint(1)])
    }

    @Test(arguments: [("a", 4_096), ("é", 4_096), ("語", 4_095), ("🦆", 4_096)])
    func longTextsAreCutBetweenCharacters(_ character: String, _ length: Int) throws {
        let recorded = spans { tracer in
            tracer.withSpan("a", context: .topLevel) {
                $0.attributes["text"] = String(repeating: character, count: 5_000)
            }
        }
        let value = try encode(recorded).message(2).message(2).attributes(9)["text"]!.value
        #expect(value == .bytes(Array(String(repeating: character, count: length / character.utf8.count).utf8)))
    }

    @Test func aReservedPlaceIsTaken() throws {
        let place = TraceContext.root(isSampled: false)
        let recorded = spans { tracer in
            var context = ServiceContext.topLevel
            context.reservedPlace = place
            tracer.withSpan("outer", context: context) { _ in tracer.withSpan("inner") { _ in } }
        }
        let (inner, outer) = (recorded[0], recorded[1])
        #expect(outer.place == place.sampled(true) && outer.parent == nil)
        #expect(inner.place.traceID == place.traceID && inner.parent == place.spanID)
        #expect(inner.place.spanID != place.spanID)
    }
}

@Suite struct OTLPReplyTests {
    @Test func rejectedSpans() {
        #expect(OTLPReply(status: 200).rejectedSpans == 0)
        // partial_success { rejected_spans: 300, error_message: "no" }
        #expect(OTLPReply(status: 200, body: [0x0A, 7, 0x08, 0xAC, 0x02, 0x12, 2, 0x6E, 0x6F]).rejectedSpans == 300)
        #expect(OTLPReply(status: 200, body: [0x0A, 4, 0x12, 2, 0x6E, 0x6F]).rejectedSpans == 0)
        // Unknown fields are read over; nonsense is no count.
        #expect(OTLPReply(status: 200, body: [0x10, 1, 0x1D, 1, 2, 3, 4, 0x0A, 2, 0x08, 5]).rejectedSpans == 5)
        for body in [Array("<html>".utf8), [0x0A, 0xFF], [0x80], [0x0A, 1, 0x08]] as [[UInt8]] {
            #expect(OTLPReply(status: 200, body: body).rejectedSpans == 0)
        }
    }
}
