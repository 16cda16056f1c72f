internal import Policy
internal import Routing

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The deterministic session suite: 6 workloads × 5 seeds × 40 sessions × 18 turns. Spec selection-learning §10.1.
public enum SessionSuite {
    static let seeds: [UInt64] = [20_260_530, 20_260_531, 20_260_532, 20_260_533, 20_260_534]
    static let sessions = 40
    static let turns = 18
    /// Seconds between turns, and of a pause.
    private static let pace = 20.0
    private static let pause = 900.0

    /// Runs a policy over every workload, in their order.
    public static func run(_ policy: SuitePolicy) -> [SuiteTally] {
        Workload.all.enumerated().map { place, workload in
            var tally = SuiteTally(workload: workload.name)
            for seed in seeds {
                // One stream for each workload and seed, the same for all policies.
                var generator = SplitMix64(seed: seed &* 31 &+ UInt64(place))
                for _ in 0..<sessions { session(policy, workload, &generator, &tally) }
            }
            return tally
        }
    }

    private static func session(
        _ policy: SuitePolicy, _ workload: Workload, _ generator: inout SplitMix64, _ tally: inout SuiteTally
    ) {
        let span = UInt64(workload.history.upperBound - workload.history.lowerBound + 1)
        var history = workload.history.lowerBound + Int(generator.next() % span)
        var pauses: Set<Int> = workload.idle == .frequent ? [5, 10, 15] : []
        if workload.idle == .single { pauses = [[0, 9, 19][Int(generator.next() % 3)]] }
        var chooser = SuiteChooser(policy, workload)
        // Both arms of the published suite start as if the small model had served before.
        var current = SuiteModel.small
        var (now, task) = (0.0, 0)
        for index in 0..<turns {
            let phase = phase(of: index, workload)
            if phase == .drift { task += 1 }
            now += pauses.contains(index) ? pause : pace
            let noise = (2 * generator.nextUnit() - 1) * workload.noise
            let demand =
                workload.base + workload.progress * Double(index) / Double(turns - 1)
                + (phase == .user ? 0 : workload.bonus) + workload.wave * sin(Double(index) * .pi / 4) + noise
            let turn = SuiteTurn(
                index: index, phase: phase, demand: min(max(demand, 0), 1),
                history: history, task: task, now: now)
            let model = chooser.choose(turn)
            let isSwitch = model.name != current.name
            let prompt = 800 + history
            let completion = 220 + Int(180 * turn.demand)
            let cached = Int(Double(prompt) * cachedShare(model, turn, isSwitch: isSwitch))
            tally.add(turn, model, isSwitch: isSwitch, prompt: prompt, cached: cached, completion: completion)
            chooser.finish(turn, model, prompt: prompt, cached: cached)
            history = min(64_000, history + Int(Double(prompt / 8 + completion) * workload.growth))
            current = model
        }
    }

    private static func phase(of index: Int, _ workload: Workload) -> SuiteTurn.Phase {
        if workload.driftTurns?.contains(index) == true { return .drift }
        if workload.stateTurns?.contains(index) == true { return .state }
        return workload.toolTurns.contains(index) ? .tool : .user
    }

    /// The share of a prompt that the model's backend has in its cache.
    private static func cachedShare(_ model: SuiteModel, _ turn: SuiteTurn, isSwitch: Bool) -> Double {
        var share = max(0.5, min(0.72, Double(turn.history) / 48_000))
        if turn.phase == .tool { share += 0.12 }
        if turn.phase == .state { share += 0.08 }
        if model.name == SuiteModel.frontier.name { share += 0.06 }
        return min(max(isSwitch ? share * 0.2 : share, 0), 0.85)
    }
}

/// What came of a policy on a workload.
public struct SuiteTally: Sendable {
    public var workload: String
    public var turns = 0
    public var switches = 0
    /// Switches in the middle of a tool loop, and away from state that a provider holds.
    public var toolViolations = 0
    public var stateViolations = 0
    /// Money with the prefix cache, and as if no input had ever been cached.
    public var cost = 0.0
    public var uncachedCost = 0.0
    /// Sums over turns: the models' quality, and the quality less what the model fell short of the turn's demand.
    public var quality = 0.0
    public var demandQuality = 0.0
    public var frontierTurns = 0

    init(workload: String) { self.workload = workload }

    mutating func add(
        _ turn: SuiteTurn, _ model: SuiteModel, isSwitch: Bool, prompt: Int, cached: Int, completion: Int
    ) {
        turns += 1
        if isSwitch {
            switches += 1
            if turn.phase == .tool { toolViolations += 1 }
            if turn.phase == .state { stateViolations += 1 }
        }
        let pricing = model.pricing
        let output = Double(completion) * pricing.completionPerMillion
        cost +=
            (Double(prompt - cached) * pricing.promptPerMillion + Double(cached) * pricing.cachedInputPerMillion
                + output) / 1e6
        uncachedCost += (Double(prompt) * pricing.promptPerMillion + output) / 1e6
        quality += model.quality
        demandQuality += model.quality - max(0, turn.demand - model.capability)
        if model.name == SuiteModel.frontier.name { frontierTurns += 1 }
    }

    /// The sum of tallies.
    public static func sum(_ tallies: [SuiteTally]) -> SuiteTally {
        tallies.reduce(into: SuiteTally(workload: "all")) { sum, tally in
            sum.turns += tally.turns
            sum.switches += tally.switches
            sum.toolViolations += tally.toolViolations
            sum.stateViolations += tally.stateViolations
            sum.cost += tally.cost
            sum.uncachedCost += tally.uncachedCost
            sum.quality += tally.quality
            sum.demandQuality += tally.demandQuality
            sum.frontierTurns += tally.frontierTurns
        }
    }
}
