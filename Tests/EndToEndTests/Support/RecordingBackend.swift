import Foundation
import Synchronization

/// A request as a backend received it.
struct ReceivedRequest: Sendable {
    var method: String
    var target: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A model server that keeps the bytes of every request and answers all of them in the same way.
final class RecordingBackend: Sendable {
    let port: Int
    private let listener: Socket
    private let received = Mutex<[ReceivedRequest]>([])

    /// Starts a backend. `answer` makes the bytes that go back; without it a short completion does.
    init(answer: @escaping @Sendable (ReceivedRequest) -> [UInt8] = RecordingBackend.completion) throws {
        (listener, port) = try Socket.listening()
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while let connection = listener.accept() {
                guard self != nil else { return }
                Thread.detachNewThread { [weak self] in
                    while let request = Self.read(connection) {
                        self?.received.withLock { $0.append(request) }
                        guard connection.send(answer(request)) else { return }
                    }
                }
            }
        }
    }

    deinit { listener.shutDown() }

    /// All requests so far, oldest first.
    var requests: [ReceivedRequest] { received.withLock { $0 } }

    func lastRequest() throws -> ReceivedRequest {
        guard let last = requests.last else { throw TestFailure("the backend received nothing") }
        return last
    }

    /// A plain answer with one choice.
    static func completion(_ request: ReceivedRequest) -> [UInt8] {
        let body = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"backend","choices":[{"index":0,\
            "message":{"role":"assistant","content":"An answer."},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """
        return response(200, body)
    }

    static func response(_ status: Int, _ body: String, headers: String = "") -> [UInt8] {
        let head = "HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\n\(headers)"
        return Array((head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body).utf8)
    }

    private static func read(_ connection: Socket) -> ReceivedRequest? {
        var bytes: [UInt8] = []
        let mark = Array("\r\n\r\n".utf8)
        var end: Range<Int>?
        while end == nil {
            guard let more = try? connection.receive(within: 60), !more.isEmpty else { return nil }
            bytes += more
            end = bytes.firstRange(of: mark)
        }
        guard let end else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (String(name), line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces))
        }
        var request = ReceivedRequest(method: words[0], target: words[1], headers: headers, body: [])
        request.body = Array(bytes[end.upperBound...])
        func readMore() -> Bool {
            guard let more = try? connection.receive(within: 60), !more.isEmpty else { return false }
            request.body += more
            return true
        }
        if request["transfer-encoding"]?.lowercased() == "chunked" {
            while !request.body.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
                guard readMore() else { return nil }
            }
            request.body = joined(chunks: request.body)
            return request
        }
        let length = request["content-length"].flatMap { Int($0) } ?? 0
        while request.body.count < length {
            guard readMore() else { return nil }
        }
        return request
    }

    /// The body that chunks carry.
    private static func joined(chunks: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = chunks[...]
        while let end = rest.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}
