import Foundation

/// A response as it came over the wire.
struct RawResponse: Sendable {
    var status: Int
    /// Names in lower case; of repeated names the last.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A client that sends exactly the bytes it is given, one connection per request.
struct RawHTTP: Sendable {
    var port: Int

    /// Sends a request with the headers given, and `Host` and `Connection: close` unless they are given.
    func send(
        _ method: String = "GET", _ target: String, headers: [(String, String)] = [], body: String? = nil,
        host: String? = "127.0.0.1"
    ) async throws -> RawResponse {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        if let host { head += "Host: \(host)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        head += "Connection: close\r\n\r\n"
        return try await exchange(Array((head + (body ?? "")).utf8))
    }

    /// Sends bytes and reads until the server closes.
    func exchange(_ bytes: [UInt8]) async throws -> RawResponse {
        let received = try await receive(after: bytes)
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw ClientError(message: "no response head in \(received.count) bytes")
        }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        return RawResponse(status: status, headers: headers, body: Array(received[end.upperBound...]))
    }

    /// Sends bytes and returns everything until the server closes; blocking, on a thread of its own: blocked threads
    /// of a shared pool would hold up the server too.
    func receive(after bytes: [UInt8]) async throws -> [UInt8] {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.blockingExchange(port, bytes) })
            }
        }
    }

    private static func blockingExchange(_ port: Int, _ bytes: [UInt8]) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ClientError(message: "socket: \(errno)") }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw ClientError(message: "connect: \(errno)") }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { break }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN { throw ClientError(message: "the server neither answered nor closed") }
            if count <= 0 { return received }
            received += buffer[..<count]
        }
    }
}

struct ClientError: Error {
    var message: String
}

extension Array where Element == UInt8 {
    /// The first place where a pattern stands.
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard count >= pattern.count else { return nil }
        return (0...(count - pattern.count)).first { Array(self[$0..<($0 + pattern.count)]) == pattern }
            .map { $0..<($0 + pattern.count) }
    }
}
