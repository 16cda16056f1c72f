package import NIOCore

/// Hears about one attempt. All calls come on the pool's event loop, and none after `upstreamEnded`,
/// `upstreamFailed` or `UpstreamCall.cancel()`.
package protocol UpstreamResponseDelegate: AnyObject {
    /// The final response head came, hop-by-hop fields removed.
    func upstreamHead(_ head: ResponseMessageHead)
    /// A piece of the body came.
    func upstreamBody(_ chunk: ByteBuffer)
    /// For now no more bytes: what is held back for coalescing should go out.
    func upstreamReadComplete()
    /// The response is complete.
    func upstreamEnded()
    /// The attempt failed; `afterHead` when the head had been delivered.
    func upstreamFailed(_ failure: AttemptFailure, afterHead: Bool)
}

/// One attempt on its way through the pool. Used only on the pool's event loop.
package final class UpstreamCall {
    package let attempt: Attempt
    var delegate: (any UpstreamResponseDelegate)?
    /// The connection that carries, or is being opened for, this call.
    var connection: UpstreamConnection?
    /// Set while the call waits for a free connection.
    var waitTask: Scheduled<Void>?
    /// Already sent once on a connection that turned out dead.
    var isRetry = false
    private(set) var isFinished = false

    package init(_ attempt: Attempt, delegate: any UpstreamResponseDelegate) {
        self.attempt = attempt
        self.delegate = delegate
    }

    /// Gives the attempt up; the delegate hears nothing more.
    package func cancel() {
        guard !self.isFinished else { return }
        let connection = self.connection
        self.finish()
        connection?.cancelCall()
    }

    /// Lets a short response run out unheard, so that its connection can be used again; a long one is cancelled.
    package func abandon(_ framing: BodyFraming) {
        switch framing {
        case .none: self.delegate = nil
        case .length(let length) where length <= 64 * 1024: self.delegate = nil
        default: self.cancel()
        }
    }

    /// Stops or resumes reading from the backend, for back-pressure.
    package func setReading(_ reading: Bool) {
        guard !self.isFinished else { return }
        self.connection?.setReading(reading)
    }

    func finish() {
        self.isFinished = true
        self.delegate = nil
        self.connection = nil
        self.waitTask?.cancel()
        self.waitTask = nil
    }

    func fail(_ failure: AttemptFailure, afterHead: Bool = false) {
        guard !self.isFinished else { return }
        let delegate = self.delegate
        self.finish()
        delegate?.upstreamFailed(failure, afterHead: afterHead)
    }
}
