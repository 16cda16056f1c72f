public import NIOCore

/// How one member of a group of interchangeable backends is chosen.
public enum BackendPick: String, Sendable, Hashable, CaseIterable {
    /// One after the other.
    case roundRobin = "round_robin"
    /// The one with the fewest requests in flight, in proportion to its weight.
    case leastRequest = "least_request"
    /// Smooth round robin in proportion to the weights.
    case weighted
}

/// When a backend is taken out of rotation, and for how long.
public struct HealthConfiguration: Sendable, Hashable {
    /// Failures in a row (no connection, reset, time limit, status 5xx) that eject a backend.
    public var consecutiveFailures: Int
    /// The first ejection's length; the n-th lasts n times as long.
    public var baseEjection: TimeAmount
    /// The longest ejection.
    public var maxEjection: TimeAmount
    /// The share of a group, in percent, that may be ejected at once. One of several may always be.
    public var maxEjectionPercent: Int

    /// Creates a configuration.
    public init(
        consecutiveFailures: Int = 5,
        baseEjection: TimeAmount = .seconds(30),
        maxEjection: TimeAmount = .seconds(300),
        maxEjectionPercent: Int = 50
    ) {
        self.consecutiveFailures = max(1, consecutiveFailures)
        self.baseEjection = baseEjection
        self.maxEjection = maxEjection
        self.maxEjectionPercent = min(max(maxEjectionPercent, 0), 100)
    }
}

/// What one request says about a backend's health.
public enum BackendOutcome: Sendable, Hashable {
    /// It answered, with a status below 500.
    case success
    /// It could not be reached, broke off, was too slow, or answered 5xx.
    case failure
    /// Nothing was learned: cancelled, or never sent.
    case neutral

    /// What an attempt's failure says. Queue limits of this side and 4xx answers say nothing against a backend.
    public init(_ failure: AttemptFailure) {
        switch failure {
        case .status(let status, _): self = status >= 500 ? .failure : .success
        case .poolExhausted, .cancelled: self = .neutral
        case .connectFailed, .connectTimeout, .firstByteTimeout, .idleTimeout, .reset, .tlsFailed, .malformedResponse:
            self = .failure
        }
    }
}

/// Passive health of one group of backends, as a value: time is an argument.
///
/// Members are numbered as given. A group of which nothing is left in rotation is used as if all were: an answer
/// from a bad backend is better than none.
public struct HealthState: Sendable {
    private struct Member: Sendable {
        var weight: Int
        var failures = 0
        var ejections = 0
        var ejectedUntil: NIODeadline?
        var inFlight = 0
    }

    private let configuration: HealthConfiguration
    private var members: [Member]
    private var picker: WeightedPicker
    private var next = 0

    /// Creates the state of `weights.count` members, all in rotation.
    public init(weights: [Int], configuration: HealthConfiguration = HealthConfiguration()) {
        self.configuration = configuration
        self.members = weights.map { Member(weight: max($0, 0)) }
        self.picker = WeightedPicker(weights: weights)
    }

    /// Whether a member is out of rotation at `now`.
    public func isEjected(_ index: Int, at now: NIODeadline) -> Bool {
        guard self.members.indices.contains(index), let until = self.members[index].ejectedUntil else { return false }
        return now < until
    }

    /// Requests in flight to a member.
    public func inFlight(_ index: Int) -> Int {
        self.members.indices.contains(index) ? self.members[index].inFlight : 0
    }

    /// Chooses a member, outside `excluded` where possible; nil only when there is none at all with a weight.
    public mutating func pick(_ strategy: BackendPick, excluding excluded: Set<Int> = [], at now: NIODeadline) -> Int? {
        let usable = self.members.indices.map { self.members[$0].weight > 0 && !self.isEjected($0, at: now) }
        if let choice = self.choose(strategy, where: { usable[$0] && !excluded.contains($0) }) { return choice }
        if let choice = self.choose(strategy, where: { !excluded.contains($0) }) { return choice }
        return self.choose(strategy, where: { _ in true })
    }

    /// A request to a member begins.
    public mutating func began(_ index: Int) {
        guard self.members.indices.contains(index) else { return }
        self.members[index].inFlight += 1
    }

    /// A request to a member ended; returns whether this took it out of rotation.
    @discardableResult
    public mutating func ended(_ index: Int, _ outcome: BackendOutcome, at now: NIODeadline) -> Bool {
        guard self.members.indices.contains(index) else { return false }
        self.members[index].inFlight = max(0, self.members[index].inFlight - 1)
        switch outcome {
        case .neutral:
            return false
        case .success:
            self.members[index].failures = 0
            self.members[index].ejections = max(0, self.members[index].ejections - 1)
            return false
        case .failure:
            self.members[index].failures += 1
            return self.ejectIfDue(index, at: now)
        }
    }

    private mutating func ejectIfDue(_ index: Int, at now: NIODeadline) -> Bool {
        guard self.members[index].failures >= self.configuration.consecutiveFailures, self.members.count > 1,
            !self.isEjected(index, at: now)
        else { return false }
        let ejected = self.members.indices.count { self.isEjected($0, at: now) }
        let allowed = max(
            self.configuration.maxEjectionPercent > 0 ? 1 : 0,
            self.members.count * self.configuration.maxEjectionPercent / 100)
        guard ejected < allowed else { return false }
        self.members[index].failures = 0
        self.members[index].ejections = min(self.members[index].ejections + 1, 1000)
        let length = min(
            self.configuration.baseEjection * self.members[index].ejections, self.configuration.maxEjection)
        self.members[index].ejectedUntil = now + length
        return true
    }

    private mutating func choose(_ strategy: BackendPick, where isAllowed: (Int) -> Bool) -> Int? {
        switch strategy {
        case .weighted:
            return self.picker.pick(where: isAllowed)
        case .roundRobin:
            for step in 0..<self.members.count {
                let index = (self.next + step) % self.members.count
                guard self.members[index].weight > 0, isAllowed(index) else { continue }
                self.next = (index + 1) % self.members.count
                return index
            }
            return nil
        case .leastRequest:
            var best: Int?
            for step in 0..<self.members.count {
                // Begins where the last pick ended, so that equals take turns.
                let index = (self.next + step) % self.members.count
                let member = self.members[index]
                guard member.weight > 0, isAllowed(index) else { continue }
                if let leader = best {
                    let other = self.members[leader]
                    // Cross-multiplied: (inFlight + 1) / weight, compared without division.
                    if (member.inFlight + 1) * other.weight >= (other.inFlight + 1) * member.weight { continue }
                }
                best = index
            }
            if let best { self.next = (best + 1) % self.members.count }
            return best
        }
    }
}
