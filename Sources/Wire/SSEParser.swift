/// Reads server-sent events from bytes that arrive in any pieces.
///
/// Line ends may be CR, LF or CRLF; a byte order mark and comments are skipped; lines and events are bounded.
public struct SSEParser: Sendable {
    private var framer: SSEFramer
    private var failure: SSEError?

    /// Creates a parser for one stream.
    public init(limits: SSELimits = SSELimits()) {
        framer = SSEFramer(limits: limits)
    }

    /// Takes the next bytes and gives the events they complete, in order.
    /// - Throws: ``SSEError`` when a bound is passed; the stream cannot be read on after that, and the events of the
    ///   same bytes are lost. Use ``feed(_:emit:)`` where they matter.
    public mutating func feed(_ bytes: some Collection<UInt8>) throws(SSEError) -> [SSEEvent] {
        var events: [SSEEvent] = []
        try feed(bytes) { events.append($0) }
        return events
    }

    /// Takes the next bytes and hands each event they complete to `emit`.
    /// - Throws: ``SSEError`` when a bound is passed, after the events before it were emitted.
    public mutating func feed(_ bytes: some Collection<UInt8>, emit: (SSEEvent) -> Void) throws(SSEError) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { read($0, emit) }
        if done == nil { Array(bytes).withUnsafeBufferPointer { read($0, emit) } }
        if let failure { throw failure }
    }

    /// Ends the stream and gives the last event if its closing blank line is missing.
    public mutating func finish() -> SSEEvent? {
        guard failure == nil else { return nil }
        var last: SSEEvent?
        framer.finish { item, name, id in
            if case .event(let data) = item { last = SSEEvent(event: name, data: Array(data), id: id) }
        }
        return last
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (SSEEvent) -> Void) {
        guard failure == nil else { return }
        var failure: SSEError?
        framer.feed(bytes) { item, name, id in
            guard failure == nil else { return }
            switch item {
            case .event(let data): emit(SSEEvent(event: name, data: Array(data), id: id))
            case .oversized(let error): failure = error
            }
        }
        self.failure = failure
    }
}
