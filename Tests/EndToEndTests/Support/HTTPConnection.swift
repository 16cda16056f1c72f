import Foundation

/// An answer as it came over the wire.
struct HTTPReply {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Whether the body ended as its framing says, and not by a broken connection.
    var isComplete: Bool

    /// The first field of a name.
    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; empty when it is none.
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    /// `error.code` of an OpenAI error.
    var errorCode: String? { (object["error"] as? [String: Any])?["code"] as? String }

    var decision: String? { self["x-vsr-selected-decision"] }
    var model: String? { self["x-vsr-selected-model"] }

    /// `choices[0].message`.
    var message: [String: Any] {
        let choices = object["choices"] as? [[String: Any]]
        return choices?.first?["message"] as? [String: Any] ?? [:]
    }

    /// The data of each event of an event stream.
    var events: [String] {
        text.components(separatedBy: "\n\n").compactMap { event in
            let lines = event.split(separator: "\n").filter { $0.hasPrefix("data:") }
            guard !lines.isEmpty else { return nil }
            return lines.map { $0.dropFirst(5).drop { $0 == " " } }.joined(separator: "\n")
        }
    }

    /// The contents of all deltas of an event stream, put together.
    var streamedContent: String {
        events.compactMap { event in
            let object = (try? JSONSerialization.jsonObject(with: Data(event.utf8))) as? [String: Any]
            let choices = object?["choices"] as? [[String: Any]]
            return (choices?.first?["delta"] as? [String: Any])?["content"] as? String
        }.joined()
    }
}

/// One HTTP/1.1 connection, with nothing between the test and the bytes.
final class HTTPConnection {
    let socket: Socket
    private var buffer: [UInt8] = []

    init(port: Int) throws { socket = try Socket(connectingTo: port) }

    /// Sends a request with a body of known length and reads the answer.
    func request(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws -> HTTPReply {
        socket.send(Self.head(method, target, headers: headers, length: body.count).utf8 + body)
        return try reply(isHead: method == "HEAD")
    }

    static func head(_ method: String, _ target: String, headers: [(String, String)] = [], length: Int) -> String {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        if length > 0 { head += "Content-Type: application/json\r\nContent-Length: \(length)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return head + "\r\n"
    }

    /// Reads the next answer. Throws when the connection ends before its head is complete.
    func reply(isHead: Bool = false) throws -> HTTPReply {
        let end = Array("\r\n\r\n".utf8)
        while !buffer.contains(end) {
            let more = try socket.receive()
            guard !more.isEmpty else { throw TestFailure("closed after \(buffer.count) bytes of the head") }
            buffer += more
        }
        let range = buffer.firstRange(of: end) ?? 0..<0
        let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        buffer.removeFirst(range.upperBound)
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("no status line: \(lines[0])")
        }
        let headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (String(name), line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces))
        }
        var reply = HTTPReply(status: status, headers: headers, body: [], isComplete: true)
        if status == 100 { return try self.reply(isHead: isHead) }
        if isHead || status == 204 || status == 304 { return reply }
        if reply["transfer-encoding"]?.lowercased() == "chunked" {
            try readChunks(&reply)
        } else if let length = reply["content-length"].flatMap({ Int($0) }) {
            reply.isComplete = try fill(length)
            reply.body = take(min(length, buffer.count))
        } else {
            while true {
                let more = try socket.receive()
                if more.isEmpty { break }
                buffer += more
            }
            reply.body = take(buffer.count)
        }
        return reply
    }

    /// Whether the peer has closed the connection.
    func isClosed() throws -> Bool { try buffer.isEmpty && socket.receive().isEmpty }

    private func readChunks(_ reply: inout HTTPReply) throws {
        while true {
            guard let line = try self.line(), let size = Int(line.prefix { $0 != ";" }, radix: 16) else { break }
            if size == 0 {
                _ = try self.line()
                return
            }
            guard try fill(size + 2) else {
                reply.body += take(buffer.count)
                break
            }
            reply.body += take(size)
            _ = take(2)
        }
        reply.isComplete = false
    }

    private func line() throws -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n".utf8)) {
                let text = String(decoding: take(end.lowerBound), as: UTF8.self)
                _ = take(2)
                return text
            }
            guard try fill(buffer.count + 1) else { return nil }
        }
    }

    /// Reads until so many bytes are there; false when the connection ends before.
    private func fill(_ count: Int) throws -> Bool {
        while buffer.count < count {
            let more = try socket.receive()
            guard !more.isEmpty else { return false }
            buffer += more
        }
        return true
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }
}
