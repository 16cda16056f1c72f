import NIOCore

/// One thing to do on a connection.
enum ResponseStep {
    /// Write and flush.
    case write(ByteBuffer)
    /// Wait, counted from the end of the wait before.
    case wait(Duration)
    /// The response is complete.
    case finish
    /// Close once everything written is sent.
    case close
    /// Close the sending side, and the rest after the peer did or a short time passed: an early refusal must not
    /// be lost to a reset because the peer is still sending.
    case linger
    /// Reset the connection once everything written is sent.
    case reset
}

/// The steps of one response, made as they are needed.
struct ResponseScript {
    /// Steps to do before asking `stream`, last first.
    private var pending: [ResponseStep]
    private var stream: EventStream?

    /// A script of fixed steps.
    init(_ steps: [ResponseStep]) { pending = steps.reversed() }

    /// Some steps and then a stream of events.
    init(_ steps: [ResponseStep], then stream: EventStream) {
        pending = steps.reversed()
        self.stream = stream
    }

    /// The next step; `.finish` when there are no more.
    mutating func next() -> ResponseStep {
        if pending.isEmpty, stream != nil, let steps = stream?.next() { pending = steps.reversed() }
        return pending.popLast() ?? .finish
    }

    /// A response with a known body, with the fault acted out.
    static func plain(
        _ head: ResponseHead, body: ByteBuffer, connection: ConnectionUse, delay: Duration = .zero, fault: Fault? = nil
    ) -> ResponseScript {
        var head = head
        head.contentLength = body.readableBytes
        guard fault != nil || delay > .zero else {
            var whole = head.bytes(connection: connection)
            whole.writeImmutableBuffer(body)
            return ResponseScript([.write(whole)])
        }
        var steps: [ResponseStep] = delay > .zero ? [.wait(delay)] : []
        let half = body.getSlice(at: body.readerIndex, length: body.readableBytes / 2) ?? ByteBuffer()
        var sent = body
        var ending: [ResponseStep] = []
        switch fault {
        case .reset: return ResponseScript([.reset])
        case .resetAfterBytes(let count) where count < body.readableBytes:
            sent = body.getSlice(at: body.readerIndex, length: count) ?? ByteBuffer()
            ending = [.reset]
        case .resetAfterChunks:
            sent = half
            ending = [.reset]
        case .cutAfterChunks, .truncatedBody, .closeWithoutDone:
            sent = half
            ending = [.close]
        case .stallAfterChunks(_, let duration):
            sent = half
            var rest = body
            rest.moveReaderIndex(forwardBy: half.readableBytes)
            ending = [.wait(duration), .write(rest)]
        case .malformedChunk:
            sent = half
            head.contentLength = half.readableBytes
        default: break
        }
        steps += headSteps(head.bytes(connection: connection), fault: fault)
        steps.append(.write(sent))
        return ResponseScript(steps + ending)
    }

    /// The steps that send a response head, with the faults that concern it.
    static func headSteps(_ head: ByteBuffer, fault: Fault?) -> [ResponseStep] {
        switch fault {
        case .stall(let duration): return [.wait(duration), .write(head)]
        case .slowHeaders(let duration):
            let lines = lines(of: head)
            return lines.flatMap { line -> [ResponseStep] in [.write(line), .wait(duration / lines.count)] }
        default: return [.write(head)]
        }
    }

    private static func lines(of head: ByteBuffer) -> [ByteBuffer] {
        var rest = head
        var lines: [ByteBuffer] = []
        while let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
            let line = rest.readSlice(length: end + 1 - rest.readerIndex)
        { lines.append(line) }
        return lines
    }
}
