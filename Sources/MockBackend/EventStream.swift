import NIOCore

/// The body of a streamed reply: events, framed as HTTP chunks, paced, with the fault acted out.
struct EventStream {
    /// Events written together when there is no pace to keep.
    static let eventsPerWrite = 8

    private var events: ChatEvents
    private let isChunked: Bool
    private let interval: Duration?
    private var fault: Fault?
    /// Written together with the first events.
    private var lead: ByteBuffer?
    private var sentEvents = 0
    private var sentBytes = 0
    private var isOver = false
    private var scratch = ByteBuffer()

    init(_ events: ChatEvents, lead: ByteBuffer?, isChunked: Bool, interval: Duration?, fault: Fault?) {
        self.events = events
        self.lead = lead
        self.isChunked = isChunked
        self.interval = interval
        self.fault = fault
    }

    /// The next few steps; `nil` at the end.
    mutating func next() -> [ResponseStep]? {
        guard !isOver else { return nil }
        var batch = lead ?? ByteBuffer()
        lead = nil
        batch.reserveCapacity(minimumWritableBytes: 2048)
        for _ in 0..<(interval == nil ? Self.eventsPerWrite : 1) {
            if let steps = faultSteps() { return [.write(batch)] + steps }
            scratch.clear()
            let kind = events.next(into: &scratch)
            if kind == nil || (kind == .done && fault == .closeWithoutDone) {
                isOver = true
                if isChunked { batch.writeStaticString("0\r\n\r\n") }
                return [.write(batch), fault == .closeWithoutDone ? .close : .finish]
            }
            if case .resetAfterBytes(let limit) = fault, sentBytes + scratch.readableBytes > limit {
                isOver = true
                let part = scratch.getSlice(at: scratch.readerIndex, length: limit - sentBytes) ?? ByteBuffer()
                append(part, to: &batch)
                return [.write(batch), .reset]
            }
            sentEvents += 1
            sentBytes += scratch.readableBytes
            append(scratch, to: &batch)
            if let interval, kind == .token { return [.write(batch), .wait(interval)] }
        }
        return [.write(batch)]
    }

    private func append(_ event: ByteBuffer, to batch: inout ByteBuffer) {
        guard event.readableBytes > 0 else { return }
        guard isChunked else {
            batch.writeImmutableBuffer(event)
            return
        }
        batch.writeChunkSize(event.readableBytes)
        batch.writeImmutableBuffer(event)
        batch.writeStaticString("\r\n")
    }

    /// What the fault does before the next event, if its time has come.
    private mutating func faultSteps() -> [ResponseStep]? {
        var bytes = ByteBuffer()
        switch fault {
        case .resetAfterChunks(let count) where sentEvents == count:
            isOver = true
            return [.reset]
        case .cutAfterChunks(let count) where sentEvents == count:
            isOver = true
            return [.close]
        case .stallAfterChunks(let count, let duration) where sentEvents == count:
            fault = nil
            return [.wait(duration)]
        case .malformedChunk where sentEvents == Fault.defaultChunkCount:
            fault = nil
            append(ByteBuffer(string: "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\n\n"), to: &bytes)
            return [.write(bytes)]
        case .truncatedBody where sentEvents == Fault.defaultChunkCount:
            isOver = true
            if isChunked { bytes.writeChunkSize(256) }
            bytes.writeStaticString("data: {\"choices\":[{\"ind")
            return [.write(bytes), .close]
        case .errorEvent where sentEvents == Fault.defaultChunkCount:
            isOver = true
            var event = ByteBuffer(string: "data: ")
            event.writeImmutableBuffer(RequestProblem.injected(status: 500).body())
            event.writeStaticString("\n\n")
            append(event, to: &bytes)
            append(ByteBuffer(string: "data: [DONE]\n\n"), to: &bytes)
            if isChunked { bytes.writeStaticString("0\r\n\r\n") }
            return [.write(bytes), .finish]
        default: return nil
        }
    }
}

extension RequestProblem {
    /// The error of a fault that was asked for.
    static func injected(status: Int) -> RequestProblem {
        let (type, code) =
            switch status {
            case 401: ("invalid_request_error", "invalid_api_key")
            case 429: ("requests", "rate_limit_exceeded")
            case 503: ("server_error", "service_unavailable")
            case 500...: ("server_error", "internal_error")
            default: ("invalid_request_error", "injected_fault")
            }
        return RequestProblem(
            status: status, message: "This failure was injected by a fault rule.", type: type, code: code)
    }
}
