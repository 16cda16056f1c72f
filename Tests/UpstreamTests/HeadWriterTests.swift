import NIOCore
import NIOHTTP1
import Testing

@testable import Upstream

@Suite
struct HeadWriterTests {
    private func write(
        _ headers: [(String, String)], method: HTTPMethod = .POST, target: String = "/", body: String = "abc",
        backend: BackendTarget = BackendTarget(scheme: .http, host: "h", port: 8000)
    ) -> String {
        var buffer = ByteBuffer()
        HeadWriter.writeRequest(
            Attempt(
                backend: backend, method: method, target: target, headers: HTTPHeaders(headers),
                body: ByteBuffer(string: body)),
            to: &buffer)
        return String(buffer: buffer)
    }

    @Test func framingIsOurs() {
        let text = self.write([
            ("Host", "x"), ("Content-Length", "999"), ("Transfer-Encoding", "chunked"), ("Connection", "close, X-Hop"),
            ("x-hop", "1"), ("TE", "trailers"), ("Upgrade", "h2c"), ("Expect", "100-continue"), ("a", "b"),
        ])
        #expect(
            text == "POST / HTTP/1.1\r\nHost: x\r\na: b\r\ncontent-length: 3\r\nconnection: keep-alive\r\n\r\n")
    }

    @Test func hostIsAddedOnce() {
        #expect(self.write([]).contains("\r\nhost: h:8000\r\n"))
        #expect(
            self.write([], backend: BackendTarget(scheme: .https, host: "::1", port: 443)).contains(
                "\r\nhost: [::1]\r\n"))
        #expect(self.write([("host", "a"), ("Host", "b")]).contains("host: a\r\na") == false)
        #expect(!self.write([("host", "a"), ("Host", "b")]).contains("Host: b"))
    }

    @Test func nothingCanBeInjected() {
        let text = self.write(
            [("a", "b\r\nevil: 1"), ("c\r\nevil", "2"), ("", "3"), ("d e", "4")], target: "/x HTTP/1.1\r\nevil: 3")
        #expect(!text.contains("\nevil"))
        #expect(text.contains("a: b  evil: 1\r\n"))
        #expect(text.hasPrefix("POST /x%20HTTP/1.1%0D%0Aevil:%203 HTTP/1.1\r\n"))
    }

    @Test func getWithoutBodyHasNoLength() {
        #expect(!self.write([], method: .GET, body: "").contains("content-length"))
        #expect(self.write([], method: .POST, body: "").contains("content-length: 0\r\n"))
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 1 << 30, Int.max])
    func numbers(value: Int) {
        var buffer = ByteBuffer()
        HeadWriter.writeDecimal(value, to: &buffer)
        #expect(String(buffer: buffer) == "\(value)")
        buffer.clear()
        HeadWriter.writeChunkSize(value, to: &buffer)
        #expect(String(buffer: buffer) == String(value, radix: 16) + "\r\n")
    }
}
