/// Why a `traceparent` was refused (W3C Trace Context §3.2).
public enum TraceContextError: String, Error, Sendable, Hashable, CaseIterable {
    /// The length is wrong for the version.
    case length = "traceparent_length"
    /// A `-` is missing between two fields.
    case separator = "traceparent_separator"
    /// A field holds something other than lowercase hexadecimal digits.
    case digits = "traceparent_digits"
    /// The version is `ff`.
    case version = "traceparent_version"
    /// The trace identifier is all zeros.
    case traceID = "traceparent_trace_id"
    /// The parent identifier is all zeros.
    case parentID = "traceparent_parent_id"

    /// A stable code for logs.
    public var code: String { rawValue }

    /// What is wrong, for a person.
    public var message: String {
        switch self {
        case .length: "traceparent must be 55 characters (a later version may add fields after a dash)"
        case .separator: "traceparent needs a dash after the version, the trace id and the parent id"
        case .digits: "traceparent fields must be lowercase hexadecimal digits"
        case .version: "traceparent version ff is not allowed"
        case .traceID: "traceparent trace id must not be all zeros"
        case .parentID: "traceparent parent id must not be all zeros"
        }
    }
}

/// The place of one request in a distributed trace: W3C `traceparent` and `tracestate`.
///
/// A malformed `traceparent` is an error and the caller starts a new trace; a malformed `tracestate` is dropped, as
/// the recommendation says, without losing the trace.
public struct TraceContext: Sendable, Hashable {
    /// The trace.
    public let traceID: TraceID
    /// The span that is the parent of whatever is started from this context.
    public let spanID: SpanID
    /// Trace flags: bit 0 sampled, bit 1 random trace id. Other bits are never passed on.
    public let flags: UInt8
    /// Vendors' data, passed on as it came.
    public let state: TraceState?

    private static let knownFlags: UInt8 = 0b11
    private static let length = 55
    /// Later versions may be longer; this bounds what is looked at.
    private static let maximumLength = 512

    /// Creates a context from its parts.
    public init(traceID: TraceID, spanID: SpanID, isSampled: Bool, state: TraceState? = nil) {
        self.init(traceID: traceID, spanID: spanID, flags: isSampled ? 1 : 0, state: state)
    }

    private init(traceID: TraceID, spanID: SpanID, flags: UInt8, state: TraceState?) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags & Self.knownFlags
        self.state = state
    }

    /// Reads the two headers. Versions later than `00` are read as far as `00` goes.
    ///
    /// - Throws: ``TraceContextError`` if `traceparent` is malformed.
    public init(traceparent: String, tracestate: String? = nil) throws(TraceContextError) {
        var text = traceparent
        let fields = text.withUTF8 { bytes in Result { () throws(TraceContextError) in try Self.parse(bytes) } }
        let (traceID, spanID, flags) = try fields.get()
        self.init(traceID: traceID, spanID: spanID, flags: flags, state: tracestate.flatMap { TraceState($0) })
    }

    /// Reads the headers' bytes, for callers that hold no strings.
    ///
    /// - Throws: ``TraceContextError`` if `traceparent` is malformed.
    public init(traceparent: UnsafeBufferPointer<UInt8>, state: TraceState? = nil) throws(TraceContextError) {
        let (traceID, spanID, flags) = try Self.parse(traceparent)
        self.init(traceID: traceID, spanID: spanID, flags: flags, state: state)
    }

    /// A new trace.
    public static func root(
        isSampled: Bool, using generator: inout some RandomNumberGenerator
    ) -> TraceContext {
        TraceContext(
            traceID: .random(using: &generator), spanID: .random(using: &generator), isSampled: isSampled)
    }

    /// A new trace with identifiers from the system's generator.
    public static func root(isSampled: Bool) -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return root(isSampled: isSampled, using: &generator)
    }

    /// The same trace with a new span identifier.
    public func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(traceID: traceID, spanID: .random(using: &generator), flags: flags, state: state)
    }

    /// The same trace with a new span identifier from the system's generator.
    public func child() -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return child(using: &generator)
    }

    /// The same place with another sampling decision.
    public func sampled(_ isSampled: Bool) -> TraceContext {
        TraceContext(traceID: traceID, spanID: spanID, flags: flags & ~1 | (isSampled ? 1 : 0), state: state)
    }

    /// Whether the caller records this trace.
    public var isSampled: Bool { flags & 1 != 0 }

    /// The `traceparent` header, version `00`.
    public var traceparent: String {
        String(unsafeUninitializedCapacity: Self.length) { buffer in
            Hexadecimal.write(0, width: 2, to: buffer, at: 0)
            buffer[2] = UInt8(ascii: "-")
            Hexadecimal.write(traceID.high, width: 16, to: buffer, at: 3)
            Hexadecimal.write(traceID.low, width: 16, to: buffer, at: 19)
            buffer[35] = UInt8(ascii: "-")
            Hexadecimal.write(spanID.value, width: 16, to: buffer, at: 36)
            buffer[52] = UInt8(ascii: "-")
            Hexadecimal.write(UInt64(flags), width: 2, to: buffer, at: 53)
            return Self.length
        }
    }

    /// The `tracestate` header, if there is anything to pass on.
    public var tracestate: String? { state?.header }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(TraceContextError) -> (TraceID, SpanID, UInt8) {
        guard bytes.count >= length, bytes.count <= maximumLength else { throw .length }
        guard let version = Hexadecimal.read(bytes, at: 0, width: 2) else { throw .digits }
        guard version != 0xFF else { throw .version }
        guard version > 0 || bytes.count == length else { throw .length }
        let dash = UInt8(ascii: "-")
        guard bytes[2] == dash, bytes[35] == dash, bytes[52] == dash, bytes.count == length || bytes[length] == dash
        else { throw .separator }
        guard
            let high = Hexadecimal.read(bytes, at: 3, width: 16),
            let low = Hexadecimal.read(bytes, at: 19, width: 16),
            let span = Hexadecimal.read(bytes, at: 36, width: 16),
            let flags = Hexadecimal.read(bytes, at: 53, width: 2)
        else { throw .digits }
        guard let traceID = TraceID(high: high, low: low) else { throw .traceID }
        guard let spanID = SpanID(span) else { throw .parentID }
        return (traceID, spanID, UInt8(truncatingIfNeeded: flags))
    }
}
