package import NIOCore

/// Takes the chunked transfer coding apart; extensions and trailers are read over, within bounds.
package struct ChunkedDecoder {
    /// What the next bytes are.
    private enum State {
        /// The hexadecimal size, `digits` of it read. Goes to `extensions`, `sizeLineFeed`.
        case size(value: Int, digits: Int)
        /// After the size, up to the carriage return.
        case extensions
        /// The line feed after the size. Goes to `data` or `trailerStart`.
        case sizeLineFeed
        /// Bytes of the chunk. Goes to `dataCarriageReturn`.
        case data(remaining: Int)
        case dataCarriageReturn
        case dataLineFeed
        /// The first byte of a trailer line, or of the final blank line.
        case trailerStart
        case trailer
        case trailerLineFeed
        case finalLineFeed
        /// The body is complete.
        case ended
    }

    /// What was found.
    package enum Event {
        case data(ByteBuffer)
        case end
        case needMoreBytes
    }

    /// Bytes that sizes' extensions, per chunk, and trailers, in all, may take.
    private static let overheadLimit = 8 * 1024

    private var state: State = .size(value: 0, digits: 0)
    private var size = 0
    private var overhead = 0

    package init() {}

    /// Reads on, up to the next piece of data or the end.
    package mutating func next(_ buffer: inout ByteBuffer) throws(MessageError) -> Event {
        while true {
            if case .data(let remaining) = self.state {
                let count = min(remaining, buffer.readableBytes)
                guard count > 0, let slice = buffer.readSlice(length: count) else { return .needMoreBytes }
                self.state = count == remaining ? .dataCarriageReturn : .data(remaining: remaining - count)
                return .data(slice)
            }
            if case .ended = self.state { return .end }
            guard let byte = buffer.readInteger(as: UInt8.self) else { return .needMoreBytes }
            try self.step(byte)
        }
    }

    private mutating func step(_ byte: UInt8) throws(MessageError) {
        switch self.state {
        case .size(let value, let digits):
            if let digit = Self.hexadecimal(byte) {
                guard digits < 15 else { throw .malformed("a chunk size is too large") }
                self.state = .size(value: value << 4 | digit, digits: digits + 1)
                return
            }
            guard digits > 0 else { throw .malformed("a chunk has no size") }
            self.size = value
            self.overhead = value == 0 ? self.overhead : 0
            switch byte {
            case 0x0D: self.state = .sizeLineFeed
            case 0x3B, 0x20, 0x09: self.state = .extensions
            default: throw .malformed("a chunk size is not hexadecimal")
            }
        case .extensions:
            try self.countOverhead()
            if byte == 0x0D { self.state = .sizeLineFeed }
            if byte == 0x0A { throw .malformed("a chunk extension holds a line feed") }
        case .sizeLineFeed:
            try Self.expect(byte, 0x0A)
            self.state = self.size == 0 ? .trailerStart : .data(remaining: self.size)
        case .dataCarriageReturn:
            try Self.expect(byte, 0x0D)
            self.state = .dataLineFeed
        case .dataLineFeed:
            try Self.expect(byte, 0x0A)
            self.state = .size(value: 0, digits: 0)
        case .trailerStart:
            try self.countOverhead()
            if byte == 0x0A { throw .malformed("a trailer line is empty without carriage return") }
            self.state = byte == 0x0D ? .finalLineFeed : .trailer
        case .trailer:
            try self.countOverhead()
            if byte == 0x0A { throw .malformed("a trailer line ends without carriage return") }
            if byte == 0x0D { self.state = .trailerLineFeed }
        case .trailerLineFeed:
            try Self.expect(byte, 0x0A)
            self.state = .trailerStart
        case .finalLineFeed:
            try Self.expect(byte, 0x0A)
            self.state = .ended
        case .data, .ended:
            break
        }
    }

    private mutating func countOverhead() throws(MessageError) {
        self.overhead += 1
        guard self.overhead <= Self.overheadLimit else { throw .malformed("chunk extensions or trailers are too long") }
    }

    private static func expect(_ byte: UInt8, _ expected: UInt8) throws(MessageError) {
        guard byte == expected else { throw .malformed("a chunk does not end where its size says") }
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }
}
