import Foundation
import Testing

/// What no client should send. The server refuses it in good form, and goes on serving.
@Suite(.serialized, .blocking) struct HostileInputTests {
    static let mock = Result {
        try MartletProcess.mock(["--model", "small", "--token-rate", "200", "--answer", words(400)])
    }
    static let martlet = Result {
        try MartletProcess.serve(
            ["--config", Surroundings.fixture("gateway.yaml")],
            environment: ["BACKEND": "127.0.0.1:\(mock.get().port)"], logLevel: "error")
    }

    static func words(_ count: Int) -> String { (0..<count).map { "word\($0)" }.joined(separator: " ") }

    private var martlet: MartletProcess { get throws { try Self.martlet.get() } }

    /// A body, the status and the error code that it gets.
    static let bodies: [(name: String, body: [UInt8], status: Int, code: String?)] = [
        ("nothing", [], 400, nil),
        ("no JSON", Array("hello".utf8), 400, "malformed_json"),
        ("half of JSON", Array(#"{"model":"auto","messages":[{"role":"user","#.utf8), 400, "malformed_json"),
        (
            "two documents", Array(#"{"model":"auto","messages":[{"role":"user","content":"a"}]}{}"#.utf8), 400,
            "malformed_json"
        ),
        ("a byte order mark and text", [0xEF, 0xBB, 0xBF, 0x61], 400, "malformed_json"),
        (
            "invalid UTF-8 in a string",
            Array(#"{"model":"auto","messages":[{"role":"user","content":""#.utf8) + [0xC3, 0x28]
                + Array(#""}]}"#.utf8), 400, "malformed_json"
        ),
        (
            "an unpaired UTF-16 half as UTF-8",
            Array(#"{"model":"auto","messages":[{"role":"user","content":""#.utf8) + [0xED, 0xA0, 0x80]
                + Array(#""}]}"#.utf8), 400, "malformed_json"
        ),
        (
            "a raw control character",
            Array("{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"a\u{0}b\"}]}".utf8), 400,
            "malformed_json"
        ),
        ("an array", Array("[]".utf8), 400, "invalid_type"),
        ("no messages", Array(#"{"model":"auto"}"#.utf8), 400, "missing_field"),
        ("empty messages", Array(#"{"model":"auto","messages":[]}"#.utf8), 400, "empty_messages"),
        ("no model", Array(#"{"messages":[{"role":"user","content":"a"}]}"#.utf8), 400, "missing_field"),
        ("messages of the wrong type", Array(#"{"model":"auto","messages":"hello"}"#.utf8), 400, "invalid_type"),
        ("a message of the wrong type", Array(#"{"model":"auto","messages":["hello"]}"#.utf8), 400, "invalid_type"),
        (
            "a model of the wrong type", Array(#"{"model":7,"messages":[{"role":"user","content":"a"}]}"#.utf8), 400,
            "invalid_type"
        ),
        (
            "content of the wrong type", Array(#"{"model":"auto","messages":[{"role":"user","content":7}]}"#.utf8), 400,
            "invalid_type"
        ),
        (
            "stream of the wrong type",
            Array(#"{"model":"auto","stream":"yes","messages":[{"role":"user","content":"a"}]}"#.utf8), 400,
            "invalid_type"
        ),
        (
            "a model twice",
            Array(#"{"model":"auto","model":"large","messages":[{"role":"user","content":"a"}]}"#.utf8), 400,
            "duplicate_key"
        ),
        (
            "a content twice",
            Array(#"{"model":"auto","messages":[{"role":"user","content":"a","content":"xyzzy"}]}"#.utf8), 400,
            "duplicate_key"
        ),
        (
            "arrays 10,000 deep",
            Array(#"{"model":"auto","x":"#.utf8) + Array(repeating: UInt8(ascii: "["), count: 10_000)
                + Array(repeating: UInt8(ascii: "]"), count: 10_000)
                + Array(#","messages":[{"role":"user","content":"a"}]}"#.utf8), 413, "body_too_large"
        ),
        ("objects 10,000 deep", Array(String(repeating: #"{"a":"#, count: 10_000).utf8), 413, "body_too_large"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: bodies.indices)
    func aBadBodyIsRefused(_ index: Int) throws {
        let row = Self.bodies[index]
        let reply = try martlet.post(row.body)
        #expect((400..<500).contains(reply.status), "\(row.name): \(reply.status)")
        #expect(reply.status == row.status, "\(row.name): \(reply.text)")
        if let code = row.code { #expect(reply.errorCode == code, "\(row.name): \(reply.text)") }
        #expect((reply.object["error"] as? [String: Any])?["message"] is String, "\(row.name): \(reply.text)")
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func aBodyOverTheLimitIsRefusedByItsLength() throws {
        let connection = try HTTPConnection(port: martlet.port)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: 10 * 1024 * 1024 + 1))
        let reply = try connection.reply()
        #expect(reply.status == 413)
        #expect(try connection.isClosed())
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func aBodyOverTheLimitIsRefusedByItsCount() throws {
        let connection = try HTTPConnection(port: martlet.port)
        connection.socket.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "100000\r\n" + String(repeating: "x", count: 1 << 20) + "\r\n"
        for _ in 0..<11 { guard connection.socket.send(chunk) else { break } }
        // The server may have closed while the rest was on its way, which makes the answer unreadable.
        if let reply = try? connection.reply() { #expect(reply.status == 413) }
        try expectServing()
    }

    /// Bytes of a request's head, and the status they get.
    static let heads: [(name: String, head: String, status: Int)] = [
        (
            "200 header fields",
            "GET /health HTTP/1.1\r\nHost: a\r\n" + (0..<200).map { "x-\($0): y\r\n" }.joined() + "\r\n", 431
        ),
        (
            "a header of 100 KiB",
            "GET /health HTTP/1.1\r\nHost: a\r\nx: " + String(repeating: "y", count: 100 * 1024) + "\r\n\r\n", 431
        ),
        (
            "length and chunks",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        (
            "two lengths",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n", 400
        ),
        ("a negative length", "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        ("a length that is none", "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n", 400),
        (
            "an endless length",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400
        ),
        (
            "a chunk size that is none",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400
        ),
        ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n", 400),
        ("a field name with a blank", "GET /health HTTP/1.1\r\nHost: a\r\nx y: z\r\n\r\n", 400),
        (
            "a compressed body",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            415
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: heads.indices)
    func aBadHeadIsRefused(_ index: Int) throws {
        let row = Self.heads[index]
        let connection = try HTTPConnection(port: martlet.port)
        connection.socket.send(row.head)
        let reply = try connection.reply()
        #expect(reply.status == row.status, "\(row.name): \(reply.text)")
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func aLengthThatIsTooShortSmugglesNothing() throws {
        let connection = try HTTPConnection(port: martlet.port)
        let body = try MartletProcess.body("Hello.")
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: 10))
        connection.socket.send(body + Array("\r\n\r\n".utf8))
        #expect(try connection.reply().status == 400)
        // What follows the ten bytes is no request, so the connection ends with at most one more refusal.
        if let next = try? connection.reply() { #expect(next.status == 400) }
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatLeavesInTheMiddleOfABodyIsForgotten() throws {
        for _ in 0..<20 {
            let connection = try HTTPConnection(port: martlet.port)
            connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: 100_000))
            connection.socket.send(#"{"model":"auto","#)
            connection.socket.resetOnClose()
        }
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatVanishesInTheMiddleOfAStreamIsCountedAndItsModelCallEnds() throws {
        let before = try martlet.metric("martlet_client_disconnects_total") ?? 0
        for _ in 0..<10 { try vanish() }
        try Deadline(10).poll("the disconnects to be counted") {
            try martlet.metric("martlet_client_disconnects_total") ?? 0 >= before + 10 ? true : nil
        }
        try Deadline(10).poll("nothing to be in flight") {
            try martlet.metric("martlet_requests_in_flight") == 0 ? true : nil
        }
        try expectServing()
    }

    @Test(.timeLimit(.minutes(1))) func memoryDoesNotGrow() throws {
        let large = try MartletProcess.body(String(repeating: "word ", count: 400_000), more: ["max_tokens": 1])
        func round() throws {
            for row in Self.bodies { _ = try martlet.post(row.body) }
            for row in Self.heads { try HTTPConnection(port: martlet.port).socket.send(row.head) }
            for _ in 0..<5 { try vanish() }
            for _ in 0..<3 { #expect(try martlet.post(large).status == 200) }
        }
        for _ in 0..<2 { try round() }
        let before = try martlet.process.residentBytes
        for _ in 0..<5 { try round() }
        let after = try martlet.process.residentBytes
        #expect(before > 0 && after < before + (64 << 20), "from \(before >> 20) to \(after >> 20) MiB")
        try expectServing()
    }

    /// Starts a stream, reads a little of it, and is gone.
    private func vanish() throws {
        let connection = try HTTPConnection(port: martlet.port)
        let body = try MartletProcess.body("Tell me more.", stream: true)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        connection.socket.send(body)
        _ = try connection.socket.receive()
        connection.socket.resetOnClose()
    }

    private func expectServing(_ location: SourceLocation = #_sourceLocation) throws {
        let martlet = try martlet
        #expect(martlet.process.exitCode == nil, "\(martlet.process.errors)", sourceLocation: location)
        #expect(try martlet.chat("xyzzy").decision == "refuse", sourceLocation: location)
    }
}
