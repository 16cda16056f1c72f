import Testing

@testable import Wire

@Suite("Server-sent events")
struct SSETests {
    private static let stream =
        "\u{FEFF}: hello\r\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\nid: 7\rdata: x\r\rdata\n\ndata:  é漢: y\n\n"
        + "event: empty\n\nretry: 5\nid\ndata: [DONE]\n\n"
    private static let events = [
        SSEEvent(event: "a", data: bytes("1\n2")), SSEEvent(data: bytes("x"), id: "7"), SSEEvent(data: [], id: "7"),
        SSEEvent(data: bytes(" é漢: y"), id: "7"), SSEEvent(data: bytes("[DONE]"), id: ""),
    ]

    @Test("gives the same events wherever the bytes are split")
    func splits() throws {
        let source = bytes(Self.stream)
        for first in 0...source.count {
            for second in stride(from: first, through: source.count, by: 7) {
                var parser = SSEParser()
                var events = try parser.feed(source[..<first])
                events += try parser.feed(source[first..<second])
                events += try parser.feed(source[second...])
                #expect(events == Self.events, "split at \(first), \(second)")
                let rest = parser.finish()
                #expect(rest == nil)
            }
        }
        var parser = SSEParser()
        var events: [SSEEvent] = []
        for byte in source { events += try parser.feed(CollectionOfOne(byte)) }
        #expect(events == Self.events)
        #expect(events.last?.isDone == true)
    }

    @Test("gives the last event without its blank line at the end")
    func finish() throws {
        var parser = SSEParser()
        let none = try parser.feed(bytes("data: a\ndata: b"))
        #expect(none.isEmpty)
        let last = parser.finish()
        #expect(last == SSEEvent(data: bytes("a\nb")))
        var empty = SSEParser()
        let nothing = empty.finish()
        #expect(nothing == nil)
    }

    @Test("passes a bound as an error, after the events before it")
    func bounds() throws {
        let limits = SSELimits(maxLineBytes: 20, maxEventBytes: 30)
        for size in [1, 3, 1000] {
            var parser = SSEParser(limits: limits)
            var events: [SSEEvent] = []
            let source = bytes("data: ok\n\ndata: " + String(repeating: "x", count: 100) + "\n\n")
            let error = #expect(throws: SSEError.self) {
                for start in stride(from: 0, to: source.count, by: size) {
                    try parser.feed(source[start..<min(start + size, source.count)]) { events.append($0) }
                }
            }
            #expect(error == SSEError(code: .lineTooLong, limit: 20))
            #expect(events == [SSEEvent(data: bytes("ok"))])
            #expect(throws: SSEError.self) { try parser.feed(bytes("data: y\n\n")) }
        }
        var parser = SSEParser(limits: limits)
        let error = #expect(throws: SSEError.self) {
            try parser.feed(bytes(String(repeating: "data: 123456789\n", count: 5)))
        }
        #expect(error?.code == .eventTooLarge)
    }

    @Test("what the writer writes the parser reads")
    func roundTrip() throws {
        var output: [UInt8] = []
        SSEWriter.data(bytes("{\"a\":1}"), into: &output)
        SSEWriter.comment("keep\nalive", into: &output)
        SSEWriter.event("na\r\nme", data: bytes("l1\nl2\r\nl3\rl4"), into: &output)
        SSEWriter.data([], into: &output)
        output += SSEWriter.done
        var parser = SSEParser()
        let events = try parser.feed(output)
        #expect(
            events == [
                SSEEvent(data: bytes("{\"a\":1}")), SSEEvent(event: "name", data: bytes("l1\nl2\nl3\nl4")),
                SSEEvent(data: []), SSEEvent(data: bytes("[DONE]")),
            ])
    }
}
