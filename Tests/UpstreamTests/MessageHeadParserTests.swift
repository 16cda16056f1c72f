import NIOCore
import NIOHTTP1
import Testing

@testable import Upstream

@Suite
struct MessageHeadParserTests {
    private let limits = MessageHeadLimits(maximumBytes: 4096, maximumFields: 16, maximumTargetBytes: 256)

    private func request(_ text: String) throws -> RequestMessageHead? {
        var parser = MessageHeadParser(limits: self.limits)
        var buffer = ByteBuffer(string: text)
        return try parser.nextRequest(&buffer)
    }

    private func response(_ text: String, toHead: Bool = false) throws -> ResponseMessageHead? {
        var parser = MessageHeadParser(limits: self.limits)
        var buffer = ByteBuffer(string: text)
        return try parser.nextResponse(&buffer, toHead: toHead)
    }

    @Test func readsARequest() throws {
        let text =
            "\r\nPOST /v1/x?y=1 HTTP/1.1\r\nHost: a\r\nX-A:  b c \t\r\nContent-Length: 12\r\nExpect: 100-Continue\r\n\r\nrest"
        var parser = MessageHeadParser(limits: self.limits)
        var buffer = ByteBuffer(string: text)
        let head = try #require(try parser.nextRequest(&buffer))
        #expect(head.method == .POST)
        #expect(head.target == "/v1/x?y=1")
        #expect(
            head.headers.map { "\($0.name)=\($0.value)" } == [
                "Host=a", "X-A=b c", "Content-Length=12", "Expect=100-Continue",
            ])
        #expect(head.framing == .length(12))
        #expect(head.keepAlive)
        #expect(head.expectsContinue)
        #expect(String(buffer: buffer) == "rest")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nhost: a\r\nconnection: x, Close\r\n\r\n", false),
        ("GET / HTTP/1.0\r\n\r\n", false), ("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n", true),
    ])
    func keepAlive(text: String, expected: Bool) throws {
        #expect(try self.request(text)?.keepAlive == expected)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\nhost: a\n\n", MessageError.malformed("a line ends without carriage return")),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", .ambiguousLength),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n", .ambiguousLength),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            .ambiguousLength
        ),
        ("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", .ambiguousLength),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n", .unsupportedTransferCoding),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x10\r\n\r\n", .malformed("content-length is not a number")),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999999999999999999\r\n\r\n",
            .malformed("content-length is not a length")
        ),
        ("GET / HTTP/1.1\r\nhost: a\r\nx\u{0}: 1\r\n\r\n", .malformed("a field name is not a token")),
        ("GET / HTTP/1.1\r\nhost: a\r\nx: 1\r2\r\n\r\n", .malformed("a field value holds a control character")),
        ("GET / HTTP/1.1\r\nhost: a\r\nx : 1\r\n\r\n", .malformed("a field name is not a token")),
        ("GET / HTTP/1.1\r\nhost: a\r\n\tx: 1\r\n\r\n", .malformed("a field name is not a token")),
        ("GET / HTTP/1.1\r\nhost: a\r\nnothing\r\n\r\n", .malformed("a field line has no colon")),
        (
            "GET /a b HTTP/1.1\r\nhost: a\r\n\r\n",
            .malformed("the request target holds bytes that must be percent-encoded")
        ),
        ("GET / HTTP/3.0\r\nhost: a\r\n\r\n", .unsupportedVersion),
        ("GET / HTTP/1.1\r\n\r\n", .malformed("exactly one host field is needed")),
    ])
    func refuses(text: String, error: MessageError) {
        #expect(throws: error) { try self.request(text) }
    }

    @Test func limitsHold() {
        let fields = (0..<17).map { "x\($0): 1\r\n" }.joined()
        #expect(throws: MessageError.headTooLarge) { try self.request("GET / HTTP/1.0\r\n\(fields)\r\n") }
        #expect(throws: MessageError.headTooLarge) {
            try self.request("GET / HTTP/1.0\r\nx: " + String(repeating: "a", count: 5000))
        }
        #expect(throws: MessageError.targetTooLong) {
            try self.request("GET /\(String(repeating: "a", count: 300)) HTTP/1.0\r\n\r\n")
        }
    }

    @Test func byteByByteIsTheSameAsWhole() throws {
        let text = "POST /p HTTP/1.1\r\nhost: a\r\nx-y: z\r\ncontent-length: 3\r\n\r\n"
        let whole = try #require(try self.request(text))
        var parser = MessageHeadParser(limits: self.limits)
        var buffer = ByteBuffer()
        var found: RequestMessageHead?
        for (index, byte) in text.utf8.enumerated() {
            buffer.writeInteger(byte)
            found = try parser.nextRequest(&buffer)
            #expect((found != nil) == (index == text.utf8.count - 1))
        }
        #expect(found?.headers == whole.headers)
        #expect(found?.framing == whole.framing)
    }

    @Test func responseLosesHopByHopFields() throws {
        let head = try #require(
            try self.response(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nx-hop: 1\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\n"
                    + "Trailer: t\r\nUpgrade: h2c\r\nProxy-Connection: a\r\nTE: x\r\nx-kept: 1\r\n\r\n"))
        #expect(head.headers.map(\.name) == ["x-kept"])
        #expect(head.framing == .chunked)
        #expect(head.keepAlive)
    }

    @Test func responseFraming() throws {
        #expect(try self.response("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n")?.framing == .length(7))
        #expect(
            try self.response("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", toHead: true)?.framing == BodyFraming.none
        )
        #expect(try self.response("HTTP/1.1 204\r\n\r\n")?.framing == BodyFraming.none)
        let open = try #require(try self.response("HTTP/1.0 200 OK\r\n\r\n"))
        #expect(open.framing == .untilClose)
        #expect(!open.keepAlive)
        #expect(throws: MessageError.self) { try self.response("HTTP/1.1 2x0 OK\r\n\r\n") }
        #expect(throws: MessageError.self) {
            try self.response("HTTP/1.1 200 OK\r\ncontent-length: 7\r\ntransfer-encoding: chunked\r\n\r\n")
        }
    }

    @Test(arguments: 0..<20)
    func randomBytesNeverTrap(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "\r\n", "GET / HTTP/1.1", "host: a", ":", " ", "\t", "\u{0}", "content-length: ", "9", "HTTP/1.1 200", "é",
            "\r", "x",
        ]
        for _ in 0..<500 {
            let text =
                (0..<Int.random(in: 0...30, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }.joined() + "\r\n\r\n"
            if let head = try? self.request(text) {
                #expect(!head.target.isEmpty, "seed \(seed)")
                for (name, value) in head.headers {
                    #expect(!name.isEmpty && !value.contains("\n") && !value.contains("\r"), "seed \(seed)")
                }
            }
            _ = try? self.response(text)
        }
    }
}
