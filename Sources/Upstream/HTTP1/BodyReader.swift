package import NIOCore

/// Takes one message body off a connection's bytes.
package struct BodyReader {
    private enum State {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case ended
    }

    private var state: State

    package init(framing: BodyFraming) {
        switch framing {
        case .none: self.state = .ended
        case .length(let length): self.state = length == 0 ? .ended : .length(remaining: length)
        case .chunked: self.state = .chunked(ChunkedDecoder())
        case .untilClose: self.state = .untilClose
        }
    }

    /// The next piece of the body; `.end` is final and repeats.
    package mutating func next(_ buffer: inout ByteBuffer) throws(MessageError) -> ChunkedDecoder.Event {
        switch self.state {
        case .ended:
            return .end
        case .length(let remaining):
            let count = min(remaining, buffer.readableBytes)
            guard count > 0, let slice = buffer.readSlice(length: count) else { return .needMoreBytes }
            self.state = count == remaining ? .ended : .length(remaining: remaining - count)
            return .data(slice)
        case .chunked(var decoder):
            let event = try decoder.next(&buffer)
            if case .end = event {
                self.state = .ended
            } else {
                self.state = .chunked(decoder)
            }
            return event
        case .untilClose:
            guard let slice = buffer.readSlice(length: buffer.readableBytes), slice.readableBytes > 0 else {
                return .needMoreBytes
            }
            return .data(slice)
        }
    }

    /// The connection ended; returns whether the body is complete.
    package mutating func endOfInput() -> Bool {
        switch self.state {
        case .ended, .untilClose:
            self.state = .ended
            return true
        case .length, .chunked:
            return false
        }
    }
}
