internal import Glibc

/// A value behind a lock on which threads can wait for a change.
final class Signal<Value>: @unchecked Sendable {
    // The value is reached through the lock alone.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Reads or changes the value.
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }

    /// Waits until `body` answers something; it is asked again after each change, and at the time that it sets.
    func wait<Result>(until body: (inout Value, _ alarm: inout ContinuousClock.Instant?) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            var alarm: ContinuousClock.Instant?
            if let result = body(&value, &alarm) { return result }
            guard let alarm else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            var time = Self.time(of: alarm)
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }

    /// Waits until `body` answers something; it is asked again after each change.
    func wait<Result>(until body: (inout Value) -> Result?) -> Result { wait { value, _ in body(&value) } }

    /// An instant on the clock of the condition.
    private static func time(of instant: ContinuousClock.Instant) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let left = ContinuousClock.now.duration(to: instant).components
        // A year is as good as for ever, and cannot overflow.
        let seconds = min(max(left.seconds, 0), 31_536_000)
        let nanoseconds = time.tv_nsec + Int(max(left.attoseconds, 0) / 1_000_000_000) + 1
        time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }

    /// Wakes one waiting thread.
    func notifyOne() { pthread_cond_signal(condition) }

    /// Wakes every waiting thread.
    func notifyAll() { pthread_cond_broadcast(condition) }
}

/// A thread of the system with a body of its own.
struct SystemThread: @unchecked Sendable {
    // A handle that is joined at most once.
    private let handle: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts the thread.
    /// - Throws: `failed` when the system refuses.
    init(_ run: @escaping @Sendable () -> Void) throws(EncodingError) {
        let body = Unmanaged.passRetained(Body(run))
        var handle = pthread_t()
        let status = pthread_create(
            &handle, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            body.release()
            throw EncodingError(.failed, "cannot start a thread: \(String(cString: strerror(status)))")
        }
        self.handle = handle
    }

    var isCurrent: Bool { pthread_equal(pthread_self(), handle) != 0 }

    func join() { pthread_join(handle, nil) }

    func detach() { pthread_detach(handle) }
}
