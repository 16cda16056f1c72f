import NIOCore
import NIOHTTP1
import Upstream

/// Writes response heads to clients; framing and connection fields are this connection's own.
enum ResponseHeadWriter {
    /// What the fields of a relayed response say.
    struct RelayedFields {
        var contentLength: Int?
        var isEventStream = false

        init(_ headers: HTTPHeaders) {
            for (name, value) in headers {
                let length = name.utf8.count
                if length == 14, Self.equals(name, "content-length") {
                    self.contentLength = self.contentLength ?? Int(value).flatMap { $0 >= 0 ? $0 : nil }
                } else if length == 12, Self.equals(name, "content-type") {
                    self.isEventStream = Self.hasPrefix(value, "text/event-stream")
                }
            }
        }

        private static func equals(_ text: String, _ literal: StaticString) -> Bool {
            var text = text
            return text.withUTF8 { FieldSyntax.equals(UnsafeRawBufferPointer($0), literal) }
        }

        private static func hasPrefix(_ text: String, _ literal: StaticString) -> Bool {
            var text = text
            return text.withUTF8 { bytes in
                let count = literal.utf8CodeUnitCount
                return bytes.count >= count
                    && FieldSyntax.equals(
                        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]), literal)
            }
        }
    }

    static func writeStatusLine(_ status: Int, to buffer: inout ByteBuffer) {
        if status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        buffer.writeStaticString("HTTP/1.1 ")
        HeadWriter.writeDecimal(status, to: &buffer)
        buffer.writeStaticString(" ")
        buffer.writeString(HTTPResponseStatus(statusCode: status).reasonPhrase)
        buffer.writeStaticString("\r\n")
    }

    /// Writes a field unless it is about this connection's framing.
    static func writeField(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        var name = name
        name.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            if FieldSyntax.isHopByHop(raw) || FieldSyntax.equals(raw, "content-length") { return }
            HeadWriter.writeField(raw, value, to: &buffer)
        }
    }

    static func writeConnection(keepAlive: Bool, minorVersion: Int, to buffer: inout ByteBuffer) {
        if !keepAlive {
            buffer.writeStaticString("connection: close\r\n")
        } else if minorVersion == 0 {
            buffer.writeStaticString("connection: keep-alive\r\n")
        }
    }

    /// The head of a relayed response.
    static func writeRelayed(
        status: Int, headers: HTTPHeaders, contentLength: Int?, plan: RelayStateMachine.RelayPlan,
        to buffer: inout ByteBuffer
    ) {
        self.writeStatusLine(status, to: &buffer)
        for (name, value) in headers { self.writeField(name, value, to: &buffer) }
        switch plan.framing {
        case .chunked:
            buffer.writeStaticString("transfer-encoding: chunked\r\n")
        case .length(let length):
            HeadWriter.writeField("content-length: ", length, to: &buffer)
        case .none:
            if let contentLength, status != 204 {
                HeadWriter.writeField("content-length: ", contentLength, to: &buffer)
            }
        case .untilClose:
            break
        }
        self.writeConnection(keepAlive: plan.keepAlive, minorVersion: plan.minorVersion, to: &buffer)
        buffer.writeStaticString("\r\n")
    }
}
