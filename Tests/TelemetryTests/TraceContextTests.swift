import Testing

@testable import Telemetry

private let trace = "0af7651916cd43dd8448eb211c80319c"
private let span = "b7ad6b7169203331"

@Suite struct TraceContextTests {
    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-03", true),
        ("00-\(trace)-\(span)-fe", false), ("01-\(trace)-\(span)-01", true), ("cc-\(trace)-\(span)-01", true),
        ("cc-\(trace)-\(span)-01-what-the-future-will-be-like", true), ("fe-\(trace)-\(span)-01-", true),
        ("00-00000000000000000000000000000001-\(span)-01", true),
        ("00-\(trace)-0000000000000001-01", true),
    ])
    func accepts(_ header: String, _ isSampled: Bool) throws {
        let context = try TraceContext(traceparent: header)
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent.hasPrefix("00-" + header.dropFirst(3).prefix(50)))
        #expect(context.traceparent.utf8.count == 55)
        #expect(context.flags & ~3 == 0)
    }

    @Test(arguments: [
        ("", TraceContextError.length), ("00-\(trace)-\(span)-0", .length), ("00-\(trace)-\(span)-01-", .length),
        ("00-\(trace)-\(span)-01-what-the-future", .length), (" 00-\(trace)-\(span)-01", .digits),
        ("00-\(trace)-\(span)-01 ", .length), ("ff-\(trace)-\(span)-01", .version),
        ("0G-\(trace)-\(span)-01", .digits), ("FF-\(trace)-\(span)-01", .digits),
        ("cc-\(trace)-\(span)-01.what", .separator), ("00_\(trace)-\(span)-01", .separator),
        ("00-\(trace)_\(span)-01", .separator), ("00-\(trace)-\(span)_01", .separator),
        ("00-00000000000000000000000000000000-\(span)-01", .traceID), ("00-\(trace)-0000000000000000-01", .parentID),
        ("00-\(trace.uppercased())-\(span)-01", .digits), ("00-\(trace)-B7ad6b7169203331-01", .digits),
        ("00-\(trace.dropLast())g-\(span)-01", .digits), ("00-\(trace)-\(span)-0x", .digits),
        ("00-\(trace.dropLast())é\(span)-01", .separator),
        ("cc-\(trace)-\(span)-01-" + String(repeating: "a", count: 500), .length),
    ])
    func refuses(_ header: String, _ reason: TraceContextError) {
        #expect(throws: reason) { try TraceContext(traceparent: header) }
        #expect(reason.code.hasPrefix("traceparent_") && !reason.message.isEmpty)
    }

    @Test func childrenStayInTheTrace() throws {
        let parent = try TraceContext(traceparent: "00-\(trace)-\(span)-01", tracestate: "rojo=00f0,congo=t61")
        var generator = SeededGenerator(seed: 7)
        let child = parent.child(using: &generator)
        #expect(child.traceID == parent.traceID && child.spanID != parent.spanID)
        #expect(child.isSampled && child.tracestate == "rojo=00f0,congo=t61")
        #expect(child.traceID.description == trace && parent.spanID.description == span)
        #expect(!parent.sampled(false).isSampled && parent.sampled(false).spanID == parent.spanID)
    }

    /// Law: reading what was rendered gives the same context.
    @Test func renderingReadsBack() throws {
        let seed: UInt64 = 99
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let context = TraceContext.root(isSampled: Bool.random(using: &generator), using: &generator)
            #expect(try TraceContext(traceparent: context.traceparent) == context, "seed \(seed)")
            let bytes = Array(context.traceparent.utf8)
            let fromBytes = try bytes.withUnsafeBufferPointer { try TraceContext(traceparent: $0) }
            #expect(fromBytes == context, "seed \(seed)")
        }
    }

    /// Law: no single changed byte makes the reader misbehave: it refuses, or reads what renders back.
    @Test func damagedHeadersAreRefusedOrReadBack() {
        let seed: UInt64 = 3
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var bytes = Array("00-\(trace)-\(span)-01".utf8)
            bytes[Int.random(in: 0..<55, using: &generator)] = UInt8.random(in: 0..<128, using: &generator)
            let header = String(decoding: bytes, as: UTF8.self)
            guard let context = try? TraceContext(traceparent: header) else { continue }
            #expect(context.traceparent.dropFirst(3).prefix(50) == header.dropFirst(3).prefix(50), "seed \(seed)")
        }
    }

    @Test func identifiersAreNeverZero() {
        #expect(TraceID(high: 0, low: 0) == nil)
        #expect(SpanID(0) == nil)
        struct ZerosFirst: RandomNumberGenerator {
            var count = 0
            mutating func next() -> UInt64 {
                count += 1
                return count < 5 ? 0 : 5
            }
        }
        var generator = ZerosFirst()
        #expect(SpanID.random(using: &generator).value == 5)
    }
}

@Suite struct TraceStateTests {
    @Test(arguments: [
        "foo=1", "foo=1,bar=2", "foo=1 \t , \t bar=2", "foo=1,,bar=2", "a-_*/0=x", "0tenant@system=v",
        "fw529a3039@dt=FfffffE3yfa", "foo= bar", "foo=!#$%&'()*+-./:;<>?@[]^_`{|}~",
        String(repeating: "z", count: 256) + "=1", "t@v=" + String(repeating: "x", count: 256),
        (0..<32).map { "k\($0)=1" }.joined(separator: ","),
        String(repeating: "t", count: 241) + "@" + String(repeating: "v", count: 14) + "=1",
    ])
    func accepts(_ header: String) { #expect(TraceState(header)?.header == header) }

    @Test(arguments: [
        "", ",", " , ", "foo", "foo=", "=1", "foo =1", "FOO=1", "foo.bar=1", "foo=1,foo=2", "foo=1=2", "foo@=1",
        "@foo=1", "foo@@bar=1", "0foo=1", "foo@1bar=1", "foo=é", "foo=1;bar=2\u{7F}",
        String(repeating: "z", count: 257) + "=1", "foo=" + String(repeating: "x", count: 257),
        (0..<33).map { "k\($0)=1" }.joined(separator: ","),
        String(repeating: "t", count: 242) + "@v=1", "t@" + String(repeating: "v", count: 15) + "=1",
        String(repeating: ",", count: 9_000) + "foo=1",
    ])
    func refuses(_ header: String) throws {
        #expect(TraceState(header) == nil)
        let context = try TraceContext(traceparent: "00-\(trace)-\(span)-01", tracestate: header)
        #expect(context.tracestate == nil)
    }
}
