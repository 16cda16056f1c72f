import NIOCore
import Wire

/// What a gateway is told: `envoy.service.ext_proc.v3.ProcessingResponse`, with the fields in use.
struct ProcessingResponse: Sendable {
    /// Which way a message goes.
    enum Direction: Sendable, Hashable {
        case request
        case response
    }

    /// The answer to one message; its kind must be that of the message.
    enum Message: Sendable {
        case headers(Direction, CommonResponse)
        case body(Direction, CommonResponse)
        case trailers(Direction, HeaderMutation)
        /// Ends the request with an answer made here.
        case immediate(ImmediateResponse)
    }

    var message: Message
    var modeOverride: ProcessingMode?
    /// Facts for the gateway's access log and later filters, by namespace and name.
    var dynamicMetadata: [(namespace: String, facts: [(name: String, value: String)])] = []

    init(_ message: Message) { self.message = message }
}

/// How a message goes on: `CommonResponse`. The default changes nothing.
struct CommonResponse: Sendable {
    var headers = HeaderMutation()
    var body: BodyMutation?
    /// The route is chosen again, by the changed headers.
    var clearsRouteCache = false
}

/// What becomes of a body or chunk: `BodyMutation`.
enum BodyMutation: Sendable {
    case replace(ByteBuffer)
    case clear
    /// In full duplex mode nothing goes on unless it is said here.
    case stream(ByteBuffer, endOfStream: Bool)
}

/// Headers to set and to remove: `HeaderMutation`. Names are in lower case.
struct HeaderMutation: Sendable {
    /// What a set header does to one that is there: `HeaderAppendAction`.
    enum Action: UInt64, Sendable {
        case append = 0
        case overwrite = 2
    }

    var sets: [(name: String, value: String, action: Action)] = []
    var removes: [String] = []

    var isEmpty: Bool { sets.isEmpty && removes.isEmpty }

    mutating func set(_ name: String, _ value: String) { sets.append((name, value, .overwrite)) }
}

/// An answer in place of a backend's: `ImmediateResponse`.
struct ImmediateResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: ByteBuffer
    /// For the gateway's log.
    var details: String
}

extension ProcessingResponse {
    /// Encodes the message.
    func serialized() -> [UInt8] {
        var writer = ProtobufWriter(capacity: 256)
        switch message {
        case .headers(let direction, let common):
            writer.field(direction == .request ? 1 : 2) { $0.field(1) { common.write(to: &$0) } }
        case .body(let direction, let common):
            writer.field(direction == .request ? 3 : 4) { $0.field(1) { common.write(to: &$0) } }
        case .trailers(let direction, let headers):
            writer.field(direction == .request ? 5 : 6) { message in
                if !headers.isEmpty { message.field(1) { headers.write(to: &$0) } }
            }
        case .immediate(let response): writer.field(7) { response.write(to: &$0) }
        }
        if !dynamicMetadata.isEmpty { writer.field(8) { writeMetadata(to: &$0) } }
        if let modeOverride { writer.field(9) { modeOverride.write(to: &$0) } }
        return writer.bytes
    }

    /// A `google.protobuf.Struct` of one `Struct` of texts for each namespace.
    private func writeMetadata(to writer: inout ProtobufWriter) {
        for (namespace, facts) in dynamicMetadata {
            writer.field(1) { entry in
                entry.field(1, string: namespace)
                entry.field(2) { value in
                    value.field(5) { fields in
                        for (name, text) in facts {
                            fields.field(1) { field in
                                field.field(1, string: name)
                                field.field(2) { $0.field(3, string: text) }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension CommonResponse {
    fileprivate func write(to writer: inout ProtobufWriter) {
        if !headers.isEmpty { writer.field(2) { headers.write(to: &$0) } }
        if let body {
            writer.field(3) { mutation in
                switch body {
                case .replace(let bytes): mutation.field(1, bytes: bytes.readableBytesView)
                case .clear: mutation.field(2, varint: 1)
                case .stream(let bytes, let end):
                    mutation.field(3) { chunk in
                        if bytes.readableBytes > 0 { chunk.field(1, bytes: bytes.readableBytesView) }
                        if end { chunk.field(2, varint: 1) }
                    }
                }
            }
        }
        if clearsRouteCache { writer.field(5, varint: 1) }
    }
}

extension HeaderMutation {
    fileprivate func write(to writer: inout ProtobufWriter) {
        for (name, value, action) in sets {
            writer.field(1) { option in
                option.field(1) { header in
                    header.field(1, string: name)
                    header.field(3, string: value)
                }
                // Always said: what its absence means has changed between versions of Envoy.
                option.field(3, varint: action.rawValue)
            }
        }
        for name in removes { writer.field(2, string: name) }
    }
}

extension ImmediateResponse {
    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.field(1) { $0.field(1, varint: UInt64(status)) }
        var mutation = HeaderMutation()
        for (name, value) in headers { mutation.set(name.lowercased(), value) }
        if !mutation.isEmpty { writer.field(2) { mutation.write(to: &$0) } }
        if body.readableBytes > 0 { writer.field(3, bytes: body.readableBytesView) }
        if !details.isEmpty { writer.field(5, string: details) }
    }
}

extension ProcessingMode {
    fileprivate func write(to writer: inout ProtobufWriter) {
        let values = [
            requestHeaders.rawValue, responseHeaders.rawValue, requestBody.rawValue, responseBody.rawValue,
            requestTrailers.rawValue, responseTrailers.rawValue,
        ]
        for (index, value) in values.enumerated() where value > 0 {
            writer.field(UInt64(index + 1), varint: value)
        }
    }
}
