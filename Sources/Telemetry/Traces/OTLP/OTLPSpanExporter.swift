public import Logging
import Metrics
import Synchronization

/// Sends spans to a collector over OTLP, in batches, beside the requests (`exporter.type: otlp`).
///
/// Ended spans wait in a bounded queue; a span that finds it full is dropped. ``run()`` sends what waits when a batch
/// is full or the interval is over. A batch that the collector cannot take is tried again a few times, then dropped.
/// Every drop is counted in `martlet_trace_spans_dropped_total{reason}` and said in the log, at most once a minute.
///
/// How bytes reach the collector is the caller's: this type makes the body and reads the reply.
public final class OTLPSpanExporter: SpanExporter {
    /// Bounds and times; the defaults are those of OpenTelemetry's batch processor, but for the deadline.
    public struct Settings: Sendable {
        /// Spans that wait at most.
        public var queueCapacity = 2_048
        /// Spans of one request at most.
        public var batchSize = 512
        /// How long a span waits for its batch to fill.
        public var interval = Duration.seconds(5)
        /// How long one request may take.
        public var deadline = Duration.seconds(10)
        /// Requests for one batch at most.
        public var tries = 3
        /// The wait before the second try; it doubles with each further one.
        public var backoff = Duration.seconds(1)

        /// The defaults.
        public init() {}
    }

    /// Sends one request body and returns what the collector answered; throws when it could not be reached in time.
    public typealias Send = @Sendable (_ body: [UInt8], _ deadline: Duration) async throws -> OTLPReply

    /// Why spans were dropped: the values of the metric's label.
    enum DropReason: String, CaseIterable {
        /// They came faster than they could be sent.
        case queueFull = "queue_full"
        /// The collector could not be reached, or was too busy at every try.
        case unreachable
        /// The collector refused the request.
        case refused
        /// The collector took the request and not these spans.
        case rejected
        /// The process ended before they could be sent.
        case shutdown
    }

    private struct State {
        var queue: [SpanRecord] = []
        var isClosing = false
        /// The wait between two tries, which ends early at the shutdown.
        var pause: Task<Void, Never>?
        var lastWarning: ContinuousClock.Instant?
        var unsaid = 0
    }

    /// The longest wait between two tries, whatever the collector asks for.
    private static let longestPause = Duration.seconds(30)
    private static let warningInterval = Duration.seconds(60)

    private let resource: OTLPResource
    private let settings: Settings
    private let logger: Logger
    private let send: Send
    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private let exported = Counter(label: MetricCatalog.traceSpansExported.name)
    private let dropped: [DropReason: Counter]

    /// Creates an exporter, which sends nothing before ``run()``.
    public init(resource: OTLPResource, settings: Settings = Settings(), logger: Logger, send: @escaping Send) {
        self.resource = resource
        self.settings = settings
        self.logger = logger
        self.send = send
        (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        dropped = Dictionary(
            uniqueKeysWithValues: DropReason.allCases.map {
                ($0, Counter(label: MetricCatalog.traceSpansDropped.name, dimensions: [("reason", $0.rawValue)]))
            })
    }

    /// Queues the span, or drops it when the queue is full.
    public func export(_ span: SpanRecord) {
        let (isQueued, isBatch) = state.withLock { state in
            guard !state.isClosing, state.queue.count < settings.queueCapacity else { return (false, false) }
            state.queue.append(span)
            return (true, state.queue.count % settings.batchSize == 0)
        }
        if !isQueued { drop(1, .queueFull, "the queue of \(settings.queueCapacity) spans is full") }
        if isBatch { waker.yield() }
    }

    /// Sends spans until the exporter is shut down, then what is left. Cancelling drops what is left.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [interval = settings.interval, waker] in
                while (try? await Task.sleep(for: interval)) != nil { waker.yield() }
            }
            for await _ in wakeUps { await drain() }
            group.cancelAll()
        }
        await drain()
    }

    /// Takes no more spans, and waits until `running`, which executes ``run()``, has sent what is queued, at most for
    /// `limit`.
    public func shutDown(_ running: Task<Void, Never>, within limit: Duration) async {
        let pause = state.withLock { state in
            state.isClosing = true
            return state.pause
        }
        pause?.cancel()
        waker.finish()
        let watchdog = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            running.cancel()
        }
        await running.value
        watchdog.cancel()
    }

    // MARK: Sending

    private func drain() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.queue.prefix(settings.batchSize))
                state.queue.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return }
            if Task.isCancelled {
                drop(batch.count, .shutdown, "there was no time left to send them")
            } else {
                await deliver(batch)
            }
        }
    }

    private func deliver(_ batch: [SpanRecord]) async {
        let body = OTLPRequest.encode(batch, resource: resource)
        for attempt in 1... {
            var reason: String
            var wait = settings.backoff * (1 << min(attempt - 1, 16))
            do {
                let reply = try await send(body, settings.deadline)
                if (200..<300).contains(reply.status) { return delivered(batch.count, rejected: reply.rejectedSpans) }
                reason = "the collector answered \(reply.status)"
                guard reply.isRetryable else { return drop(batch.count, .refused, reason) }
                if let asked = reply.retryAfter { wait = max(wait, asked) }
            } catch {
                reason = "\(error)"
            }
            if Task.isCancelled { return drop(batch.count, .shutdown, reason) }
            guard attempt < settings.tries, await pause(min(wait, Self.longestPause)) else {
                return drop(batch.count, .unreachable, reason)
            }
        }
    }

    /// Waits before the next try; false when the exporter shuts down.
    private func pause(_ duration: Duration) async -> Bool {
        let pause = state.withLock { state -> Task<Void, Never>? in
            guard !state.isClosing else { return nil }
            let pause = Task<Void, Never> { try? await Task.sleep(for: duration) }
            state.pause = pause
            return pause
        }
        await pause?.value
        return state.withLock { state in
            state.pause = nil
            return !state.isClosing
        }
    }

    private func delivered(_ count: Int, rejected: Int) {
        let rejected = min(rejected, count)
        exported.increment(by: count - rejected)
        if rejected > 0 { drop(rejected, .rejected, "the collector kept a part of the spans only") }
    }

    // MARK: Saying so

    private func drop(_ count: Int, _ reason: DropReason, _ why: @autoclosure () -> String) {
        dropped[reason]?.increment(by: count)
        let now = ContinuousClock.now
        let unsaid = state.withLock { state -> Int? in
            state.unsaid += count
            if let last = state.lastWarning, now - last < Self.warningInterval, reason != .shutdown { return nil }
            state.lastWarning = now
            defer { state.unsaid = 0 }
            return state.unsaid
        }
        guard let unsaid else { return }
        logger.warning(
            "trace_spans_dropped",
            metadata: ["count": "\(unsaid)", "reason": "\(reason.rawValue)", "error": "\(why())"])
    }
}
