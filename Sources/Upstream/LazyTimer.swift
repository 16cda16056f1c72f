package import NIOCore

/// A deadline that moves often and expires rarely.
///
/// Moving it later costs a store: the scheduled task looks at the deadline when it runs and goes back to
/// sleep. Used only on its event loop.
package final class LazyTimer {
    private let loop: any EventLoop
    private var deadline = NIODeadline.distantFuture
    private var armed = NIODeadline.distantFuture
    private var task: Scheduled<Void>?
    private var onExpiry: (() -> Void)?

    package init(loop: any EventLoop, onExpiry: @escaping () -> Void) {
        self.loop = loop
        self.onExpiry = onExpiry
    }

    /// Expires after `amount` unless moved or cleared first.
    package func set(after amount: TimeAmount) {
        guard self.onExpiry != nil else { return }
        self.deadline = .now() + amount
        if self.armed > self.deadline { self.arm() }
    }

    /// Does not expire until set again.
    package func clear() {
        self.deadline = .distantFuture
    }

    /// Ends the timer for good and lets go of its closure.
    package func invalidate() {
        self.clear()
        self.task?.cancel()
        self.task = nil
        self.onExpiry = nil
    }

    private func arm() {
        self.task?.cancel()
        self.armed = self.deadline
        self.task = self.loop.assumeIsolated().scheduleTask(deadline: self.deadline) { self.fire() }
    }

    private func fire() {
        self.task = nil
        self.armed = .distantFuture
        guard self.deadline < .distantFuture else { return }
        if self.deadline <= .now() {
            self.deadline = .distantFuture
            self.onExpiry?()
        } else {
            self.arm()
        }
    }
}
