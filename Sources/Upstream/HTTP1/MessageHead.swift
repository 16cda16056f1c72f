package import NIOHTTP1

/// How the end of a body is found.
package enum BodyFraming: Sendable, Hashable {
    /// There is no body.
    case none
    /// Exactly this many bytes.
    case length(Int)
    /// Chunked transfer coding.
    case chunked
    /// Everything until the connection ends (responses only).
    case untilClose
}

/// A parsed request head.
package struct RequestMessageHead: Sendable {
    package var method: HTTPMethod
    package var target: String
    /// 0 or 1: the minor version of HTTP/1.
    package var minorVersion: Int
    /// All fields, in order.
    package var headers: HTTPHeaders
    package var framing: BodyFraming
    /// Whether the peer wants to go on using the connection.
    package var keepAlive: Bool
    /// Whether the peer waits for `100 Continue` before it sends the body.
    package var expectsContinue: Bool
    /// An expectation other than `100-continue`.
    package var hasUnknownExpectation: Bool
}

/// A parsed response head, hop-by-hop fields removed.
package struct ResponseMessageHead: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var framing: BodyFraming
    /// Whether the connection can serve another request afterwards.
    package var keepAlive: Bool
}

/// Bounds of a message head.
package struct MessageHeadLimits: Sendable {
    /// Bytes from the start line to the blank line, inclusive.
    package var maximumBytes: Int
    /// Number of fields.
    package var maximumFields: Int
    /// Bytes of the request target.
    package var maximumTargetBytes: Int

    package init(maximumBytes: Int, maximumFields: Int, maximumTargetBytes: Int = 16 * 1024) {
        self.maximumBytes = maximumBytes
        self.maximumFields = maximumFields
        self.maximumTargetBytes = maximumTargetBytes
    }
}
