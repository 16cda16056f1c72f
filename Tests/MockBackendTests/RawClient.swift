import Foundation
import Glibc
import MockBackend
import Testing

/// A blocking HTTP client over a plain socket that reports what really arrived.
final class RawClient {
    /// How the bytes from the server stopped.
    enum Ending: Equatable {
        case complete
        case closed
        case reset
        case timedOut
    }

    struct Response {
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var ending = Ending.complete

        var text: String { String(decoding: body, as: UTF8.self) }

        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        }

        /// The payloads of the data lines.
        var events: [String] {
            text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        }
    }

    struct ConnectFailed: Error {}

    private let descriptor: CInt
    private var buffer: [UInt8] = []
    private var isOpen = true

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ConnectFailed() }
    }

    deinit { close() }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + offset, bytes.count - offset, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            offset += count
        }
    }

    func send(_ method: String, _ path: String, headers: [String] = [], body: String? = nil) {
        var lines = ["\(method) \(path) HTTP/1.1", "host: test"] + headers
        if let body { lines.append("content-length: \(body.utf8.count)") }
        send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    /// Receives more bytes; tells how it ended when there are none.
    private func fill() -> Ending? {
        var part = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &part, part.count, 0)
        if count > 0 {
            buffer.append(contentsOf: part[..<count])
            return nil
        }
        if count == 0 { return .closed }
        return errno == ECONNRESET ? .reset : .timedOut
    }

    private func line() -> (String?, Ending) {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                return (text.hasSuffix("\r") ? String(text.dropLast()) : text, .complete)
            }
            if let ending = fill() { return (nil, ending) }
        }
    }

    private func take(_ count: Int) -> ([UInt8], Ending) {
        while buffer.count < count {
            if let ending = fill() {
                defer { buffer = [] }
                return (buffer, ending)
            }
        }
        defer { buffer.removeSubrange(..<count) }
        return (Array(buffer[..<count]), .complete)
    }

    /// Receives one response, as far as it comes.
    func receive(hasBody: Bool = true) -> Response {
        var response = Response()
        let (first, ending) = line()
        guard let first else {
            response.ending = ending
            return response
        }
        response.status = Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0
        while true {
            let (header, ending) = line()
            guard let header else {
                response.ending = ending
                return response
            }
            if header.isEmpty { break }
            let parts = header.split(separator: ":", maxSplits: 1)
            response.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        guard hasBody, response.status != 100 else { return response }
        if let length = response.headers["content-length"].flatMap({ Int($0) }) {
            (response.body, response.ending) = take(length)
        } else if response.headers["transfer-encoding"] == "chunked" {
            receiveChunks(into: &response)
        } else {
            (response.body, response.ending) = take(.max)
        }
        return response
    }

    private func receiveChunks(into response: inout Response) {
        while true {
            let (size, ending) = line()
            guard let size, let count = Int(size, radix: 16) else {
                response.ending = ending
                return
            }
            let (bytes, chunkEnding) = take(count)
            response.body += bytes
            response.ending = chunkEnding
            guard chunkEnding == .complete else { return }
            _ = line()
            if count == 0 { return }
        }
    }

    func chat(_ body: String, headers: [String] = []) -> Response {
        send("POST", "/v1/chat/completions", headers: ["content-type: application/json"] + headers, body: body)
        return receive()
    }
}

/// Runs a server around the work.
func withBackend<Result>(
    _ configuration: MockBackendConfiguration = MockBackendConfiguration(),
    _ work: (MockBackend) async throws -> Result
) async throws -> Result {
    let backend = try await MockBackend.start(configuration)
    do {
        let result = try await work(backend)
        await backend.stop()
        return result
    } catch {
        await backend.stop()
        throw error
    }
}

/// A chat request body with one user message.
func chatBody(_ text: String, model: String = "m", more: String = "") -> String {
    "{\"model\":\(quoted(model)),\"messages\":[{\"role\":\"user\",\"content\":\(quoted(text))}]\(more)}"
}

func quoted(_ text: String) -> String {
    let data = (try? JSONSerialization.data(withJSONObject: [text])) ?? Data()
    return String(String(decoding: data, as: UTF8.self).dropFirst().dropLast())
}

extension RawClient.Response {
    func message(_ choice: Int = 0) throws -> [String: Any] {
        let choices = try #require(try json()["choices"] as? [[String: Any]])
        return try #require(choices[choice]["message"] as? [String: Any])
    }

    func content(_ choice: Int = 0) throws -> String { try #require(try message(choice)["content"] as? String) }

    func finishReason(_ choice: Int = 0) throws -> String {
        let choices = try #require(try json()["choices"] as? [[String: Any]])
        return try #require(choices[choice]["finish_reason"] as? String)
    }

    func usage(_ name: String) throws -> Int {
        try #require((try json()["usage"] as? [String: Any])?[name] as? Int)
    }

    func cachedTokens() throws -> Int {
        let usage = try #require(try json()["usage"] as? [String: Any])
        return try #require((usage["prompt_tokens_details"] as? [String: Any])?["cached_tokens"] as? Int)
    }

    func errorCode() throws -> String? { (try json()["error"] as? [String: Any])?["code"] as? String }

    /// The JSON events of a stream.
    func chunks() throws -> [[String: Any]] {
        try events.filter { $0 != "[DONE]" }.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    /// The deltas of one choice.
    func deltas(_ choice: Int = 0) throws -> [[String: Any]] {
        try chunks().flatMap { $0["choices"] as? [[String: Any]] ?? [] }.filter { $0["index"] as? Int == choice }
            .compactMap { $0["delta"] as? [String: Any] }
    }

    func streamedText(_ choice: Int = 0) throws -> String {
        try deltas(choice).compactMap { $0["content"] as? String }.joined()
    }

    func streamedFinishReason(_ choice: Int = 0) throws -> String? {
        try chunks().flatMap { $0["choices"] as? [[String: Any]] ?? [] }.filter { $0["index"] as? Int == choice }
            .compactMap { $0["finish_reason"] as? String }.last
    }
}
