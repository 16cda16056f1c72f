import Tracing
import Wire

/// An `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest` in protobuf. Numbers are those of
/// opentelemetry-proto 1.x, `trace/v1/trace.proto` and `common/v1/common.proto`.
enum OTLPRequest {
    /// Bytes of one text in UTF-8; longer ones are cut between characters.
    static let maximumTextBytes = 4_096

    /// One request with all `spans`, under one resource and one scope.
    static func encode(_ spans: some Sequence<SpanRecord>, resource: OTLPResource) -> [UInt8] {
        var request = ProtobufWriter()
        request.field(1) { resourceSpans in
            resourceSpans.field(1) { message in
                for (key, value) in resource.attributes { append(key, .string(value), as: 1, to: &message) }
            }
            resourceSpans.field(2) { scopeSpans in
                scopeSpans.field(1) { scope in
                    scope.field(1, string: "martlet")
                    scope.field(2, string: resource.libraryVersion)
                }
                for span in spans { scopeSpans.field(2) { append(span, to: &$0) } }
            }
        }
        return request.bytes
    }

    private static func append(_ span: SpanRecord, to message: inout ProtobufWriter) {
        let place = span.place
        message.field(1, bigEndian: place.traceID.high, place.traceID.low)
        message.field(2, bigEndian: place.spanID.value)
        if let state = place.tracestate { message.field(3, string: state) }
        if let parent = span.parent { message.field(4, bigEndian: parent.value) }
        message.field(5, string: cut(span.name))
        message.field(6, varint: kind(span.kind))
        message.field(7, fixed64: span.start)
        message.field(8, fixed64: max(span.end, span.start))
        append(span.attributes, as: 9, dropped: 10, to: &message)
        for event in span.events {
            message.field(11) { message in
                message.field(1, fixed64: event.nanosecondsSinceEpoch)
                message.field(2, string: cut(event.name))
                append(event.attributes, as: 3, dropped: 4, to: &message)
            }
        }
        if span.droppedEvents > 0 { message.field(12, varint: UInt64(span.droppedEvents)) }
        var droppedLinks = span.droppedLinks
        for link in span.links {
            guard let place = link.context.traceContext else {
                droppedLinks += 1
                continue
            }
            message.field(13) { message in
                message.field(1, bigEndian: place.traceID.high, place.traceID.low)
                message.field(2, bigEndian: place.spanID.value)
                append(link.attributes, as: 4, dropped: 5, to: &message)
            }
        }
        if droppedLinks > 0 { message.field(14, varint: UInt64(droppedLinks)) }
        if let status = span.status {
            message.field(15) { message in
                if let text = status.message { message.field(2, string: cut(text)) }
                message.field(3, varint: status.code == .ok ? 1 : 2)
            }
        }
        message.field(16, fixed32: UInt32(place.flags))
    }

    /// `Span.SpanKind`.
    private static func kind(_ kind: SpanKind) -> UInt64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func append(
        _ attributes: SpanAttributes, as number: UInt64, dropped: UInt64, to message: inout ProtobufWriter
    ) {
        let kept = SpanRecord.kept(attributes)
        for (key, value) in kept { append(key, value, as: number, to: &message) }
        if attributes.count > kept.count { message.field(dropped, varint: UInt64(attributes.count - kept.count)) }
    }

    /// A `KeyValue`.
    private static func append(
        _ key: String, _ value: SpanAttribute, as number: UInt64, to message: inout ProtobufWriter
    ) {
        message.field(number) { pair in
            pair.field(1, string: cut(key))
            pair.field(2) { append(value, to: &$0) }
        }
    }

    /// The inside of an `AnyValue`.
    private static func append(_ value: SpanAttribute, to message: inout ProtobufWriter) {
        switch value {
        case .int32(let integer): message.field(3, int64: Int64(integer))
        case .int64(let integer): message.field(3, int64: integer)
        case .double(let number): message.field(4, double: number)
        case .bool(let flag): message.field(2, varint: flag ? 1 : 0)
        case .string(let text): message.field(1, string: cut(text))
        case .stringConvertible(let convertible): message.field(1, string: cut(convertible.description))
        case .int32Array(let integers): array(integers, to: &message) { $0.field(3, int64: Int64($1)) }
        case .int64Array(let integers): array(integers, to: &message) { $0.field(3, int64: $1) }
        case .doubleArray(let numbers): array(numbers, to: &message) { $0.field(4, double: $1) }
        case .boolArray(let flags): array(flags, to: &message) { $0.field(2, varint: $1 ? 1 : 0) }
        case .stringArray(let texts): array(texts, to: &message) { $0.field(1, string: cut($1)) }
        case .stringConvertibleArray(let convertibles):
            array(convertibles, to: &message) { $0.field(1, string: cut($1.description)) }
        default: message.field(1, string: "")
        }
    }

    /// An `ArrayValue` of at most ``SpanRecord/maximumItems`` values.
    private static func array<Element>(
        _ elements: [Element], to message: inout ProtobufWriter, _ append: (inout ProtobufWriter, Element) -> Void
    ) {
        message.field(5) { array in
            for element in elements.prefix(SpanRecord.maximumItems) { array.field(1) { append(&$0, element) } }
        }
    }

    /// The text, or as much of its beginning as is sent.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumTextBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: maximumTextBytes)
        while text.unicodeScalars.indices.startIndex < end, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
