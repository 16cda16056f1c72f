import NIOCore

/// The status line and headers of a response.
struct ResponseHead {
    var status: Int
    var contentType: StaticString = "application/json"
    /// `nil` for a body whose length is not announced.
    var contentLength: Int?
    var isChunked = false
    var model: String?
    var retryAfter: String?
    var allow: String?

    /// The bytes on the wire, blank line included.
    func bytes(connection: ConnectionUse) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(256)
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeDecimal(status)
        buffer.writeStaticString(" ")
        buffer.writeStaticString(Self.reason(status))
        buffer.writeStaticString("\r\ncontent-type: ")
        buffer.writeStaticString(contentType)
        if let contentLength {
            buffer.writeStaticString("\r\ncontent-length: ")
            buffer.writeDecimal(contentLength)
        }
        if isChunked { buffer.writeStaticString("\r\ntransfer-encoding: chunked\r\ncache-control: no-cache") }
        if let model {
            buffer.writeStaticString("\r\nx-mock-model: ")
            Self.write(headerValue: model, to: &buffer)
        }
        if let retryAfter {
            buffer.writeStaticString("\r\nretry-after: ")
            Self.write(headerValue: retryAfter, to: &buffer)
        }
        if let allow {
            buffer.writeStaticString("\r\nallow: ")
            buffer.writeString(allow)
        }
        switch connection {
        case .keptSilently: break
        case .keptExplicitly: buffer.writeStaticString("\r\nconnection: keep-alive")
        case .closed: buffer.writeStaticString("\r\nconnection: close")
        }
        buffer.writeStaticString("\r\n\r\n")
        return buffer
    }

    /// Bytes that may not stand in a header value are percent-encoded: a model's name may come from the client.
    private static func write(headerValue: String, to buffer: inout ByteBuffer) {
        for byte in headerValue.utf8 {
            if (0x20..<0x7F).contains(byte) {
                buffer.writeInteger(byte)
            } else {
                buffer.writeString(byte < 16 ? "%0" : "%")
                buffer.writeString(String(byte, radix: 16, uppercase: true))
            }
        }
    }

    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 413: "Content Too Large"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}

/// What happens to the connection after a response.
enum ConnectionUse {
    /// Kept, as HTTP/1.1 does by default.
    case keptSilently
    /// Kept because an HTTP/1.0 client asked for it.
    case keptExplicitly
    /// Closed.
    case closed
}
