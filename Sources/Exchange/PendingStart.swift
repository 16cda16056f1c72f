public import NIOCore

/// The promise of an `ExchangeStart`, for work that must not hold the event loop. Used only on its event loop.
public final class PendingStart {
    private var start: ExchangeStart?
    private var consumer: ((ExchangeStart) -> Void)?
    private var onCancel: (() -> Void)?
    /// Whether a first resolution was taken; it may have been another promise.
    private var isResolved = false
    private var isCancelled = false

    /// Creates a promise; `onCancel` runs, at most once, when the client vanished before the promise was resolved.
    public init(onCancel: (() -> Void)? = nil) {
        self.onCancel = onCancel
    }

    /// Resolves the promise, if need be with a further one; later calls are ignored. Must run on the request's event
    /// loop.
    public func resolve(_ start: ExchangeStart) {
        guard !isResolved else { return }
        isResolved = true
        guard case .pending(let next) = start else { return settle(start) }
        if isCancelled { next.cancel() } else { onCancel = { next.cancel() } }
        next.whenResolved { self.settle($0) }
    }

    private func settle(_ start: ExchangeStart) {
        self.start = start
        self.onCancel = nil
        guard let consumer = self.consumer else { return }
        self.consumer = nil
        consumer(start)
    }

    /// For the door: hands over the result, which is not pending, now or when it comes.
    public func whenResolved(_ consumer: @escaping (ExchangeStart) -> Void) {
        if let start = self.start {
            consumer(start)
        } else {
            self.consumer = consumer
        }
    }

    /// For the door: the result is no longer wanted. A `.forward` resolved later is told `clientGone` and `finished`.
    public func cancel() {
        isCancelled = true
        let onCancel = self.onCancel
        self.onCancel = nil
        onCancel?()
    }
}

extension ExchangeStart {
    /// Goes on, on the loop, with what `work` brings. A client that vanishes cancels the work, which has its own
    /// deadline.
    public static func awaiting<Value: Sendable>(
        on loop: any EventLoop, _ work: @escaping @Sendable () async -> Value,
        then: @escaping (Value) -> ExchangeStart
    ) -> ExchangeStart {
        let next = NIOLoopBoundBox<((Value) -> ExchangeStart, PendingStart)?>(nil, eventLoop: loop)
        let task = Task {
            let value = await work()
            loop.execute {
                guard let (then, promise) = next.value else { return }
                next.value = nil
                promise.resolve(then(value))
            }
        }
        let promise = PendingStart { task.cancel() }
        next.value = (then, promise)
        return .pending(promise)
    }
}
