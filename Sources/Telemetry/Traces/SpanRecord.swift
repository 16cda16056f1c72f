import Tracing

/// What is known of a span while it runs; what a ``SpanExporter`` gets when it ended.
public struct SpanRecord: Sendable {
    /// Attributes, events and links kept, each.
    static let maximumItems = 128

    let place: TraceContext
    let parent: SpanID?
    let kind: SpanKind
    var name: String
    let start: UInt64
    var end: UInt64 = 0
    var status: SpanStatus?
    var attributes: SpanAttributes = [:]
    private(set) var events: [SpanEvent] = []
    private(set) var links: [SpanLink] = []
    private(set) var droppedEvents = 0
    private(set) var droppedLinks = 0

    init(place: TraceContext, parent: SpanID?, kind: SpanKind, name: String, start: UInt64) {
        self.place = place
        self.parent = parent
        self.kind = kind
        self.name = name
        self.start = start
    }

    mutating func add(_ event: SpanEvent) {
        if events.count < Self.maximumItems { events.append(event) } else { droppedEvents += 1 }
    }

    mutating func add(_ link: SpanLink) {
        if links.count < Self.maximumItems { links.append(link) } else { droppedLinks += 1 }
    }

    /// The attributes that are exported, by name, with secrets covered.
    static func kept(_ attributes: SpanAttributes) -> [(key: String, value: SpanAttribute)] {
        var all: [(key: String, value: SpanAttribute)] = []
        attributes.forEach { key, value in
            all.append((key, Redaction.isSecret(field: key) ? .string(Redaction.placeholder) : value))
        }
        all.sort { $0.key < $1.key }
        return Array(all.prefix(maximumItems))
    }

    /// One JSON object; times in RFC 3339, the duration in seconds.
    func line(service: String) -> [UInt8] {
        var line = JSONLine()
        line.field("trace_id") { $0.plain(place.traceID.bytes) }
        line.field("span_id") { $0.plain(place.spanID.bytes) }
        if let parent { line.field("parent_span_id") { $0.plain(parent.bytes) } }
        line.field("name", name)
        line.field("service", service)
        line.field("kind", "\(kind)")
        line.field("start") { $0.plain(Self.time(start)) }
        line.field("end") { $0.plain(Self.time(end)) }
        line.field("duration_seconds") { $0.value(Double(end >= start ? end - start : 0) / 1e9) }
        if let status {
            line.field("status") { line in
                line.object { line in
                    line.field("code", status.code == .ok ? "ok" : "error")
                    if let message = status.message { line.field("message", message) }
                }
            }
        }
        Self.append(attributes, to: &line)
        if !events.isEmpty {
            line.field("events") { line in
                line.array(events) { line, event in
                    line.object { line in
                        line.field("name", event.name)
                        line.field("time") { $0.plain(Self.time(event.nanosecondsSinceEpoch)) }
                        Self.append(event.attributes, to: &line)
                    }
                }
            }
        }
        if !links.isEmpty {
            line.field("links") { line in
                line.array(links) { line, link in
                    line.object { line in
                        if let place = link.context.traceContext {
                            line.field("trace_id") { $0.plain(place.traceID.bytes) }
                            line.field("span_id") { $0.plain(place.spanID.bytes) }
                        }
                        Self.append(link.attributes, to: &line)
                    }
                }
            }
        }
        let dropped = droppedEvents + droppedLinks
        if dropped > 0 { line.field("dropped_items") { $0.value(dropped) } }
        return line.finish()
    }

    private static func time(_ nanoseconds: UInt64) -> [UInt8] {
        UTCTime(nanosecondsSinceEpoch: nanoseconds).rfc3339Bytes(fractionDigits: 6)
    }

    private static func append(_ attributes: SpanAttributes, to line: inout JSONLine) {
        guard !attributes.isEmpty else { return }
        if attributes.count > maximumItems { line.noteTruncation() }
        line.field("attributes") { line in
            line.object { line in
                for (key, value) in kept(attributes) { line.field(key) { append(value, to: &$0) } }
            }
        }
    }

    private static func append(_ value: SpanAttribute, to line: inout JSONLine) {
        switch value {
        case .int32(let integer): line.value(integer)
        case .int64(let integer): line.value(integer)
        case .double(let number): line.value(number)
        case .bool(let flag): line.value(flag)
        case .string(let text): line.value(text)
        case .int32Array(let integers): line.array(integers) { $0.value($1) }
        case .int64Array(let integers): line.array(integers) { $0.value($1) }
        case .doubleArray(let numbers): line.array(numbers) { $0.value($1) }
        case .boolArray(let flags): line.array(flags) { $0.value($1) }
        case .stringArray(let texts): line.array(texts) { $0.value($1) }
        case .stringConvertible(let convertible): line.value(convertible.description)
        case .stringConvertibleArray(let convertibles): line.array(convertibles) { $0.value($1.description) }
        default: line.value("")
        }
    }
}
