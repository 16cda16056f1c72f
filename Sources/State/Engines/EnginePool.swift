internal import Dispatch
internal import Foundation
internal import Logging
internal import Synchronization

/// A connection to an engine. It is made, used and closed on one thread of its pool.
protocol EngineConnection: AnyObject, SendableMetatype {
    /// False when it is too old to be used again.
    var isUsable: Bool { get }
    func close()
}

/// How much of an engine is used.
struct EngineLimits: Sendable {
    var connections = 10
    /// Callers that may wait for a connection.
    var queue = 1_024
    /// Attempts after one that could not reach the engine.
    var retries = 3
    var connectTimeout = Duration.seconds(5)
}

/// What becomes of a caller.
private enum EngineQueueStep {
    case refuse(StateError)
    case start
    case signal
}

/// Connections to an engine whose library blocks: each has its own thread, so that no event loop and no task waits in a
/// system call.
///
/// The queue is bounded and every caller has a deadline, which holds even when the library does not come back. What
/// could not reach the engine is tried again on a new connection; an engine that stays away is asked again after a
/// pause that doubles up to a second, and until then callers are told at once.
final class EnginePool<Connection: EngineConnection>: Sendable {
    private struct Job: Sendable {
        let deadline: EngineDeadline
        let isWanted: @Sendable () -> Bool
        /// Does the work and returns what gives its result to the caller; throws what may be tried again.
        let run: @Sendable (Connection, EngineDeadline) throws(StateError) -> @Sendable () -> Void
        let fail: @Sendable (StateError) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        /// Jobs before this place were taken.
        var next = 0
        var threads = 0
        var idle = 0
        var isClosed = false
        var failures = 0
        /// Calls in a row that were not answered in time.
        var late = 0
        var failure: StateError?
        var pausedUntil: ContinuousClock.Instant?

        var waiting: Int { jobs.count - next }
    }

    private let name: String
    private let limits: EngineLimits
    private let logger: Logger
    private let connect: @Sendable (EngineDeadline) throws(StateError) -> Connection
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let timers = DispatchQueue(label: "martlet.engines.deadlines")

    /// A pool that makes its connections when they are needed.
    init(
        name: String, limits: EngineLimits, logger: Logger,
        connect: @escaping @Sendable (EngineDeadline) throws(StateError) -> Connection
    ) {
        self.name = name
        self.limits = limits
        self.logger = logger
        self.connect = connect
    }

    /// Why the engine could not be used the last time; nil while it answers.
    var failure: StateError? { state.withLock { $0.failure } }

    /// Does work on a connection. Work may be done twice when the engine went away while it was done.
    func perform<Value: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable (Connection, EngineDeadline) throws(StateError) -> Value
    ) async throws(StateError) -> Value {
        let waiter = EngineWaiter<Value>()
        let name = name
        let job = Job(deadline: EngineDeadline(in: limit)) {
            waiter.isWaiting
        } run: { (connection: Connection, deadline: EngineDeadline) throws(StateError) in
            let value = try body(connection, deadline)
            return { waiter.resolve(.success(value)) }
        } fail: { error in
            waiter.resolve(.failure(error))
        }
        if let refusal = enqueue(job) { throw refusal }
        let parts = limit.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        timers.asyncAfter(deadline: .now() + seconds) { [weak waiter] in
            waiter?.resolve(.failure(StateError(.timedOut, "\(name) did not answer in time")))
        }
        let result = await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            waiter.resolve(.failure(StateError(.timedOut, "nobody waits for \(name) any more")))
        }
        return try result.get()
    }

    /// Ends every thread after its present work; callers that wait are refused.
    func close() {
        let (jobs, threads) = state.withLock { state in
            state.isClosed = true
            let jobs = Array(state.jobs[state.next...])
            (state.jobs, state.next) = ([], 0)
            return (jobs, state.threads)
        }
        for job in jobs { job.fail(closedError) }
        for _ in 0..<threads { work.signal() }
    }

    private var closedError: StateError { StateError(.engineUnavailable, "\(name) was closed") }

    // MARK: Queue

    private func enqueue(_ job: Job) -> StateError? {
        let step: EngineQueueStep = state.withLock { state in
            if state.isClosed { return .refuse(closedError) }
            if let failure = state.failure, let until = state.pausedUntil, .now < until { return .refuse(failure) }
            guard state.waiting < limits.queue else {
                return .refuse(StateError(.overloaded, "too many callers wait for \(name)"))
            }
            state.jobs.append(job)
            guard state.idle < state.waiting, state.threads < max(1, limits.connections) else { return .signal }
            state.threads += 1
            return .start
        }
        switch step {
        case .refuse(let error): return error
        case .start: Thread.detachNewThread { [self] in serve() }
        case .signal: break
        }
        work.signal()
        return nil
    }

    private func take() -> Job? {
        state.withLock { state in
            guard state.next < state.jobs.count else { return nil }
            defer {
                state.next += 1
                if state.next == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: true)
                    state.next = 0
                } else if state.next >= 256 {
                    state.jobs.removeFirst(state.next)
                    state.next = 0
                }
            }
            return state.jobs[state.next]
        }
    }

    // MARK: Threads

    private func serve() {
        // A connection that its peer has closed must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var connection: Connection?
        while true {
            state.withLock { $0.idle += 1 }
            work.wait()
            let isClosed = state.withLock { state in
                state.idle -= 1
                return state.isClosed
            }
            if isClosed { break }
            guard let job = take() else { continue }
            connection = perform(job, on: connection)
        }
        connection?.close()
    }

    /// Does a job and returns the connection that can be used again.
    private func perform(_ job: Job, on kept: Connection?) -> Connection? {
        var connection = kept
        if let old = connection, !old.isUsable {
            old.close()
            connection = nil
        }
        // A connection that lay idle may be dead without anybody's fault: that attempt does not count.
        var attempts = connection == nil ? 0 : -1
        while true {
            guard job.isWanted(), !job.deadline.hasPassed else {
                job.fail(StateError(.timedOut, "\(name) did not answer in time"))
                return connection
            }
            do throws(StateError) {
                let live: Connection
                if let connection {
                    live = connection
                } else {
                    live = try connect(job.deadline.capped(limits.connectTimeout))
                    connection = live
                }
                let deliver = try job.run(live, job.deadline)
                // First, so that whoever has an answer also finds the engine well.
                noteAnswer()
                deliver()
                return live
            } catch {
                if error.code.endsConnection {
                    connection?.close()
                    connection = nil
                }
                guard error.code == .engineUnavailable, attempts < limits.retries, !job.deadline.hasPassed else {
                    if error.code.isOutage || (error.code == .timedOut && isStuck()) {
                        noteOutage(error)
                    } else if error.code != .timedOut {
                        noteAnswer()
                    }
                    job.fail(error)
                    return connection
                }
                attempts += 1
                if attempts > 0 { usleep(UInt32(min(20 << min(attempts, 5), job.deadline.milliseconds) * 1_000)) }
            }
        }
    }

    // MARK: Health

    private func noteAnswer() {
        let wasAway = state.withLock { state in
            defer { (state.failure, state.failures, state.late, state.pausedUntil) = (nil, 0, 0, nil) }
            return state.failure != nil
        }
        if wasAway { logger.notice("state_engine_back", metadata: ["engine": "\(name)"]) }
    }

    /// Notes a late answer. One may be a slow statement; several in a row are an engine that hangs, and not every caller
    /// must find that out for itself.
    private func isStuck() -> Bool {
        state.withLock { state in
            state.late += 1
            return state.late >= 3
        }
    }

    private func noteOutage(_ error: StateError) {
        let isNew = state.withLock { state in
            defer {
                state.failure = error
                state.failures += 1
                state.pausedUntil = .now + .milliseconds(min(1_000, 50 << min(state.failures, 5)))
            }
            return state.failure == nil
        }
        guard isNew else { return }
        logger.warning(
            "state_engine_away",
            metadata: ["engine": "\(name)", "code": "\(error.code.rawValue)", "reason": "\(error.description)"])
    }
}
