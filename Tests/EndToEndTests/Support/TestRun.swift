import Foundation
import Synchronization

/// What a run of the tests leaves behind, so that it can be cleared away at its end: processes and files.
enum TestRun {
    private static let children = Mutex<Set<pid_t>>([])

    /// The directory of all temporary files of this run. It goes away when the tests end.
    static let directory: String = {
        let path = NSTemporaryDirectory() + "martlet-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit {
            TestRun.children.withLock { $0.forEach { _ = kill($0, SIGKILL) } }
            try? FileManager.default.removeItem(atPath: TestRun.directory)
        }
        return path
    }()

    /// Notes a process that must not outlive the tests.
    static func started(_ identifier: pid_t) { children.withLock { _ = $0.insert(identifier) } }

    /// Forgets a process that is gone.
    static func ended(_ identifier: pid_t) { children.withLock { _ = $0.remove(identifier) } }
}
