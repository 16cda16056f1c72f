import Foundation
import Synchronization
import Testing

/// Runs the tests of a suite on threads of their own. They wait for processes and sockets, and must not do that on the
/// threads that all other tests share.
struct BlockingTests: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    }
}

extension Trait where Self == BlockingTests {
    /// For suites whose tests block.
    static var blocking: Self { BlockingTests() }
}

/// A few threads that take jobs in order; few, because the tests' deadlines assume a machine that is not overrun.
private final class BlockingExecutor: TaskExecutor {
    static let shared = BlockingExecutor(threads: 2)

    private let jobs = Mutex<[UnownedJob]>([])
    private let available = DispatchSemaphore(value: 0)

    private init(threads: Int) {
        for _ in 0..<threads { Thread.detachNewThread { self.work() } }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        available.signal()
    }

    private func work() {
        while true {
            available.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
