/// Cuts an event stream into events, following the HTML standard's rules for `text/event-stream`.
///
/// The data of the event at hand is kept in one reused buffer; a line that lies whole in the fed bytes is read in
/// place. What is too long is dropped up to the end of its event and reported once.
struct SSEFramer: Sendable {
    /// What a fed buffer brought, as seen by the handler. Valid only during the call.
    enum Item {
        case event(UnsafeBufferPointer<UInt8>)
        case oversized(SSEError)
    }

    /// Takes an item, the event's name and the last event id.
    typealias Handler = (_ item: Item, _ name: String?, _ id: String?) -> Void

    private let limits: SSELimits
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var isFirstLine = true
    /// The last byte fed was a carriage return, so a line feed next belongs to it.
    private var followsCarriageReturn = false
    private var isSkippingLine = false
    private var isSkippingEvent = false
    /// Name of the event at hand.
    private var eventName: String?
    /// Last event id set.
    private var lastID: String?

    init(limits: SSELimits) {
        self.limits = limits
    }

    /// Bytes held for what is not complete yet.
    var heldByteCount: Int { line.count + data.count }

    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ handle: Handler) {
        var start = 0
        if followsCarriageReturn, let first = bytes.first {
            followsCarriageReturn = false
            if first == 0x0A { start = 1 }
        }
        var cursor = start
        while true {
            cursor = Self.lineEnd(in: bytes, from: cursor)
            guard cursor < bytes.count else { break }
            let byte = bytes[cursor]
            endLine(UnsafeBufferPointer(rebasing: bytes[start..<cursor]), handle)
            cursor += 1
            if byte == 0x0D {
                if cursor == bytes.count {
                    followsCarriageReturn = true
                } else if bytes[cursor] == 0x0A {
                    cursor += 1
                }
            }
            start = cursor
        }
        hold(UnsafeBufferPointer(rebasing: bytes[start...]), handle)
    }

    /// Offset of the first CR or LF at or after `start`, or the count.
    private static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        let ones: UInt64 = 0x0101_0101_0101_0101
        var cursor = start
        while cursor + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: cursor, as: UInt64.self))
            let lineFeed = word ^ (ones &* 0x0A)
            let carriageReturn = word ^ (ones &* 0x0D)
            let marks =
                (((lineFeed &- ones) & ~lineFeed) | ((carriageReturn &- ones) & ~carriageReturn))
                & (ones &* 0x80)
            if marks != 0 { return cursor + marks.trailingZeroBitCount >> 3 }
            cursor += 8
        }
        while cursor < raw.count, raw[cursor] != 0x0A, raw[cursor] != 0x0D { cursor += 1 }
        return cursor
    }

    private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
        guard bytes.count == name.utf8CodeUnitCount else { return false }
        for position in 0..<bytes.count where bytes[position] != name.utf8Start[position] { return false }
        return true
    }

    /// Ends the stream: a last event without its blank line is given too, though the standard would drop it.
    mutating func finish(_ handle: Handler) {
        if !line.isEmpty { endLine(UnsafeBufferPointer(start: nil, count: 0), handle) }
        dispatch(handle)
    }

    private mutating func hold(_ piece: UnsafeBufferPointer<UInt8>, _ handle: Handler) {
        guard !piece.isEmpty, !isSkippingLine else { return }
        guard line.count + piece.count <= limits.maxLineBytes else {
            skip(SSEError(code: .lineTooLong, limit: limits.maxLineBytes), handle)
            isSkippingLine = true
            return
        }
        line.append(contentsOf: piece)
    }

    private mutating func endLine(_ piece: UnsafeBufferPointer<UInt8>, _ handle: Handler) {
        if isSkippingLine {
            isSkippingLine = false
            return
        }
        guard line.count + piece.count <= limits.maxLineBytes else {
            return skip(SSEError(code: .lineTooLong, limit: limits.maxLineBytes), handle)
        }
        guard line.isEmpty else {
            line.append(contentsOf: piece)
            var whole: [UInt8] = []
            swap(&whole, &line)
            whole.withUnsafeBufferPointer { read($0, handle) }
            whole.removeAll(keepingCapacity: whole.capacity <= 65_536)
            swap(&whole, &line)
            return
        }
        read(piece, handle)
    }

    private mutating func skip(_ error: SSEError, _ handle: Handler) {
        line = []
        data = []
        hasData = false
        isFirstLine = false
        if !isSkippingEvent { handle(.oversized(error), eventName, lastID) }
        isSkippingEvent = true
    }

    private mutating func read(_ line: UnsafeBufferPointer<UInt8>, _ handle: Handler) {
        var line = line
        if isFirstLine {
            isFirstLine = false
            if line.count >= 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF {
                line = UnsafeBufferPointer(rebasing: line[3...])
            }
        }
        guard !line.isEmpty else { return dispatch(handle) }
        guard !isSkippingEvent else { return }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        var valueStart = min(colon + 1, line.count)
        if valueStart < line.count, line[valueStart] == 0x20 { valueStart += 1 }
        let name = UnsafeBufferPointer(rebasing: line[..<colon])
        let value = UnsafeBufferPointer(rebasing: line[valueStart...])
        if Self.equal(name, "data") {
            guard data.count + value.count < limits.maxEventBytes else {
                return skip(SSEError(code: .eventTooLarge, limit: limits.maxEventBytes), handle)
            }
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        } else if Self.equal(name, "event") {
            eventName = String(decoding: value, as: UTF8.self)
        } else if Self.equal(name, "id"), !value.contains(0) {
            lastID = String(decoding: value, as: UTF8.self)
        }
    }

    private mutating func dispatch(_ handle: Handler) {
        if hasData {
            let name = eventName.flatMap { $0.isEmpty ? nil : $0 }
            data.withUnsafeBufferPointer { handle(.event($0), name, lastID) }
        }
        data.removeAll(keepingCapacity: data.capacity <= 65_536)
        hasData = false
        isSkippingEvent = false
        eventName = nil
    }
}
