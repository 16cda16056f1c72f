/// What a collector answered to one request.
public struct OTLPReply: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// How long the collector asked to wait before the next try.
    public var retryAfter: Duration?
    /// The body, an `ExportTraceServiceResponse` in protobuf when the status is 200.
    public var body: [UInt8]

    /// Creates a reply.
    public init(status: Int, retryAfter: Duration? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }

    /// Whether the same request may be sent again (OTLP 1.x, "Retryable Response Codes").
    var isRetryable: Bool { [429, 502, 503, 504].contains(status) }

    /// `partial_success.rejected_spans`: how many spans the collector did not keep; 0 when it does not say.
    var rejectedSpans: Int {
        guard let partial = Self.value(of: 1, in: body[...]), case .bytes(let inner) = partial,
            let rejected = Self.value(of: 1, in: inner), case .number(let count) = rejected
        else { return 0 }
        return Int(clamping: count)
    }

    private enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// The first field of a number, read over the others; nil when there is none or the bytes are no message.
    private static func value(of wanted: UInt64, in message: ArraySlice<UInt8>) -> Value? {
        var rest = message
        while !rest.isEmpty {
            guard let tag = varint(&rest) else { return nil }
            let value: Value
            switch tag & 7 {
            case 0:
                guard let number = varint(&rest) else { return nil }
                value = .number(number)
            case 1, 5:
                let count = tag & 7 == 1 ? 8 : 4
                guard rest.count >= count else { return nil }
                value = .bytes(rest.prefix(count))
                rest = rest.dropFirst(count)
            case 2:
                guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
                value = .bytes(rest.prefix(Int(length)))
                rest = rest.dropFirst(Int(length))
            default: return nil
            }
            if tag >> 3 == wanted { return value }
        }
        return nil
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
