import NIOCore
import NIOHTTP1
import Wire

/// What a gateway says of one request: `envoy.service.ext_proc.v3.ProcessingRequest`, with the fields in use.
struct ProcessingRequest: Sendable {
    /// The phase and what it carries.
    enum Message: Sendable {
        case requestHeaders(HTTPHeaders, endOfStream: Bool)
        case requestBody(ByteBuffer, endOfStream: Bool)
        case requestTrailers(HTTPHeaders)
        case responseHeaders(HTTPHeaders, endOfStream: Bool)
        case responseBody(ByteBuffer, endOfStream: Bool)
        case responseTrailers(HTTPHeaders)
    }

    var message: Message
    /// The gateway does not wait for answers and ignores them.
    var isObserved = false
    var configuration: ProtocolConfiguration?
}

extension ProcessingRequest {
    /// Decodes a message.
    ///
    /// - Throws: when the bytes are no protobuf, or no phase of this protocol is in them.
    init(serialized bytes: UnsafeRawBufferPointer) throws(ProtobufError) {
        var reader = ProtobufReader(bytes)
        var message: Message?
        var isObserved = false
        var configuration: ProtocolConfiguration?
        while let (number, value) = try reader.next() {
            switch number {
            case 2, 3:
                let (headers, end) = try Self.headers(try value.raw())
                message =
                    number == 2
                    ? .requestHeaders(headers, endOfStream: end) : .responseHeaders(headers, endOfStream: end)
            case 4, 5:
                let (body, end) = try Self.body(try value.raw())
                message = number == 4 ? .requestBody(body, endOfStream: end) : .responseBody(body, endOfStream: end)
            case 6: message = .requestTrailers(try Self.trailers(try value.raw()))
            case 7: message = .responseTrailers(try Self.trailers(try value.raw()))
            case 10: isObserved = value.flag
            case 11: configuration = try Self.configuration(try value.raw())
            default: break
            }
        }
        guard let message else { throw .malformed }
        self.init(message: message, isObserved: isObserved, configuration: configuration)
    }

    /// `HttpHeaders`.
    private static func headers(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtobufError) -> (headers: HTTPHeaders, isEnd: Bool) {
        var reader = ProtobufReader(bytes)
        var headers = HTTPHeaders()
        var isEnd = false
        while let (number, value) = try reader.next() {
            switch number {
            case 1: headers = try headerMap(try value.raw())
            case 3: isEnd = value.flag
            default: break
            }
        }
        return (headers, isEnd)
    }

    /// `HttpTrailers`.
    private static func trailers(_ bytes: UnsafeRawBufferPointer) throws(ProtobufError) -> HTTPHeaders {
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            if number == 1 { return try headerMap(try value.raw()) }
        }
        return HTTPHeaders()
    }

    /// `HeaderMap`: a header's value is in `raw_value`, or in `value` where an older gateway writes it.
    private static func headerMap(_ bytes: UnsafeRawBufferPointer) throws(ProtobufError) -> HTTPHeaders {
        var reader = ProtobufReader(bytes)
        var fields: [(String, String)] = []
        while let (number, value) = try reader.next() {
            guard number == 1 else { continue }
            var header = ProtobufReader(try value.raw())
            var name = ""
            var text = ""
            while let (number, value) = try header.next() {
                switch number {
                case 1: name = try value.lenientText()
                case 2, 3:
                    let given = try value.lenientText()
                    if !given.isEmpty { text = given }
                default: break
                }
            }
            fields.append((name, text))
        }
        return HTTPHeaders(fields)
    }

    /// `HttpBody`.
    private static func body(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtobufError) -> (body: ByteBuffer, isEnd: Bool) {
        var reader = ProtobufReader(bytes)
        var body = ByteBuffer()
        var isEnd = false
        while let (number, value) = try reader.next() {
            switch number {
            case 1: body = ByteBuffer(bytes: try value.raw())
            // A stream that ends without a further message ends all the same.
            case 2, 3: isEnd = isEnd || value.flag
            default: break
            }
        }
        return (body, isEnd)
    }

    private static func configuration(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtobufError) -> ProtocolConfiguration {
        var reader = ProtobufReader(bytes)
        var configuration = ProtocolConfiguration()
        while let (number, value) = try reader.next() {
            switch number {
            case 1: configuration.requestBody = BodyMode(rawValue: UInt64(value.number)) ?? .none
            case 2: configuration.responseBody = BodyMode(rawValue: UInt64(value.number)) ?? .none
            case 3: configuration.sendsBodyEarly = value.flag
            default: break
            }
        }
        return configuration
    }
}
