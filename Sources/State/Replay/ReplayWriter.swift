public import Logging
internal import Synchronization

/// Takes records off the way of answers: they are made and written behind them, by one task. Bounded: what cannot be
/// written waits in a file beside the store, and what finds no place there either is counted, never forgotten silently.
public final class ReplayWriter: Sendable {
    /// What became of records.
    public enum Fate: String, Sendable, Hashable, CaseIterable {
        case written
        /// Put into the file beside the store, because the store could not be written.
        case spilled
        /// Lost: neither the store nor the file had room.
        case dropped
    }

    /// How much may wait.
    public struct Limits: Sendable, Hashable {
        public var records = 20_000
        public var bytes = 64 << 20
        /// Size of the file for what the store cannot take.
        public var spillBytes = 256 << 20
        /// Records of one transaction.
        public var batch = 256
        /// How long the store is left alone before what was spilled is tried again.
        public var retryInterval = Duration.seconds(1)

        /// The defaults.
        public init() {}
    }

    private struct Entry: Sendable {
        var bytes: Int
        var make: @Sendable () -> ReplayRecord
    }

    private struct State {
        var queue: [Entry] = []
        var bytes = 0
        /// Records that were taken from the queue and are on their way to the store.
        var writing = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Where records are read.
    public let store: any ReplayStore
    private let spill: ReplaySpill?
    private let limits: Limits
    private let logger: Logger
    private let count: @Sendable (Fate, Int) -> Void
    private let state = Mutex(State())
    private let lost = Mutex(0)
    let inProgress = RequestsInProgress()

    /// A writer to a store. `spillPath` is the file for what the store cannot take; `count` hears what became of records.
    public init(
        _ store: any ReplayStore, spillPath: String?, limits: Limits = Limits(), logger: Logger,
        count: @escaping @Sendable (Fate, Int) -> Void = { _, _ in }
    ) {
        self.store = store
        spill = spillPath.map { ReplaySpill(path: $0, limit: limits.spillBytes) }
        self.limits = limits
        self.logger = logger
        self.count = count
    }

    /// Leaves a record to be made and written. Never waits. `bytes` is roughly what it holds until then.
    public func enqueue(bytes: Int, _ make: @escaping @Sendable () -> ReplayRecord) {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed, state.queue.count < limits.records, state.bytes + bytes <= limits.bytes else {
                return (false, nil)
            }
            state.queue.append(Entry(bytes: bytes, make: make))
            state.bytes += bytes
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        if !isTaken { lose(1) }
        waiter?.resume()
    }

    /// Records that are not written yet.
    public var backlog: Int { state.withLock { $0.queue.count + $0.writing } }

    /// Writes until `close` is called and everything is written or spilled.
    public func run() async {
        await recover()
        while true {
            let batch = take()
            guard batch.isEmpty else {
                await write(batch.map { $0.make() })
                state.withLock { $0.writing = 0 }
                continue
            }
            guard await waitForMore() else { break }
            // Nobody else comes to bring what was spilled into a store that is back.
            if spill?.isEmpty == false, state.withLock({ $0.queue.isEmpty }) { await recover() }
        }
        reportLosses()
    }

    /// Lets `run` end when what waits is written.
    public func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    private func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func take() -> [Entry] {
        state.withLock { state in
            let batch = Array(state.queue.prefix(limits.batch))
            state.queue.removeFirst(batch.count)
            state.writing = batch.count
            state.bytes -= batch.reduce(0) { $0 + $1.bytes }
            return batch
        }
    }

    /// False when nothing will come any more. Where something is spilled it waits no longer than until the store is tried
    /// again.
    private func waitForMore() async -> Bool {
        let alarm =
            spill?.isEmpty == false
            ? Task {
                guard (try? await Task.sleep(for: limits.retryInterval)) != nil else { return }
                wake()
            } : nil
        defer { alarm?.cancel() }
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.queue.isEmpty, !state.isClosed else { return false }
                state.waiter = continuation
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return state.withLock { !$0.queue.isEmpty || !$0.isClosed }
    }

    private func write(_ records: [ReplayRecord]) async {
        do throws(StateError) {
            try await store.append(records)
            count(.written, records.count)
            if spill?.isEmpty == false { await recover() }
            reportLosses()
        } catch {
            logger.error(
                "replay_write_failed", metadata: ["reason": "\(error.description)", "records": "\(records.count)"])
            let kept = spill?.append(records) ?? 0
            if kept > 0 { count(.spilled, kept) }
            if kept < records.count { lose(records.count - kept) }
            // A store that fails is not asked again at once.
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Brings what was spilled, now or by an earlier process, into the store.
    private func recover() async {
        guard let spill else { return }
        while let batch = spill.first(limits.batch) {
            do throws(StateError) {
                try await store.append(batch.records)
                count(.written, batch.records.count)
                spill.removeFirst(batch)
            } catch {
                return
            }
        }
    }

    private func lose(_ records: Int) {
        count(.dropped, records)
        lost.withLock { $0 += records }
    }

    private func reportLosses() {
        let records = lost.withLock { count in
            defer { count = 0 }
            return count
        }
        guard records > 0 else { return }
        logger.error(
            "replay_records_dropped",
            metadata: ["records": "\(records)", "reason": "the store could not keep up and there was no more room"])
    }
}
