public import Logging

/// Writes limits and costs behind to the embedded store.
public struct AccountKeeper: Sendable {
    private let limits: LimitKeeper
    private let costs: CostLedger
    private let logger: Logger

    /// A keeper of both.
    public init(limits: LimitKeeper, costs: CostLedger, logger: Logger) {
        self.limits = limits
        self.costs = costs
        self.logger = logger
    }

    /// Writes every second until the task is cancelled, and once more then. `now` gives the time in seconds since 1970.
    public func run(every interval: Duration = .seconds(1), now: @Sendable () -> Int64) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            write(at: now())
        }
    }

    /// Writes what has changed. What cannot be written is tried again, and the log says so.
    public func write(at now: Int64) {
        limits.write()
        do throws(StateError) { try costs.write(at: now) } catch {
            logger.error("cost_write_failed", metadata: ["reason": "\(error.description)"])
        }
    }
}
