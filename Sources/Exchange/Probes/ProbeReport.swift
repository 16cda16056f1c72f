/// What a run of probes came to.
public struct ProbeReport: Sendable {
    /// A count of probes or checks.
    public struct Tally: Sendable, Hashable {
        public var name: String
        public var passed: Int
        public var total: Int

        /// The share that passed, in per cent; 100 of nothing.
        public var rate: Double { total == 0 ? 100 : 100 * Double(passed) / Double(total) }

        init(_ name: String, passed: Int = 0, total: Int = 0) {
            self.name = name
            self.passed = passed
            self.total = total
        }
    }

    /// A rule of acceptance and whether it was kept.
    public struct Requirement: Sendable, Hashable {
        public var name: String
        public var wanted: Double
        public var reached: Double
        public var isReached: Bool { reached >= wanted - 1e-9 }
    }

    public let name: String
    public let verdicts: [ProbeVerdict]
    /// By group, in the order of the file.
    public let perDecision: [Tally]
    /// By tag, by name.
    public let perTag: [Tally]
    /// By what was checked; without what no probe expects.
    public let perCheck: [Tally]
    public let requirements: [Requirement]

    init(name: String, verdicts: [ProbeVerdict], acceptance: ProbeAcceptance) {
        self.name = name
        self.verdicts = verdicts
        perDecision = Self.tallies(verdicts) { [$0.probe.group] }
        perTag = Self.tallies(verdicts) { $0.probe.tags }.sorted { $0.name < $1.name }
        perCheck = ProbeCheck.allCases.compactMap { check in
            let findings = verdicts.flatMap(\.findings).filter { $0.check == check }
            guard !findings.isEmpty else { return nil }
            return Tally(check.rawValue, passed: findings.filter(\.isPassed).count, total: findings.count)
        }
        requirements = Self.judge(acceptance, verdicts, perDecision)
    }

    /// How many probes came out as expected.
    public var passed: Int { verdicts.filter(\.isPassed).count }

    /// How many probes there are.
    public var total: Int { verdicts.count }

    /// The probes that did not come out as expected.
    public var misses: [ProbeVerdict] { verdicts.filter { !$0.isPassed } }

    /// Whether every rule of acceptance is kept; without rules, whether every probe passed.
    public var isAccepted: Bool {
        requirements.isEmpty ? passed == total : requirements.allSatisfy(\.isReached)
    }

    private static func tallies(_ verdicts: [ProbeVerdict], _ keys: (ProbeVerdict) -> [String]) -> [Tally] {
        var tallies: [Tally] = []
        var indices: [String: Int] = [:]
        for verdict in verdicts {
            for key in Set(keys(verdict)) {
                let index = indices[key] ?? tallies.count
                if index == tallies.count {
                    indices[key] = index
                    tallies.append(Tally(key))
                }
                tallies[index].total += 1
                if verdict.isPassed { tallies[index].passed += 1 }
            }
        }
        return tallies
    }

    private static func judge(
        _ acceptance: ProbeAcceptance, _ verdicts: [ProbeVerdict], _ decisions: [Tally]
    ) -> [Requirement] {
        var result: [Requirement] = []
        let all = Tally("", passed: verdicts.filter(\.isPassed).count, total: verdicts.count)
        if let wanted = acceptance.probePassRate {
            result.append(Requirement(name: "min_probe_pass_rate", wanted: wanted, reached: all.rate))
        }
        if let wanted = acceptance.decisionPassRate {
            let whole = decisions.filter { tally in
                tally.rate >= acceptance.groupPassRates[tally.name] ?? 100
            }
            let rate = Tally("", passed: whole.count, total: decisions.count).rate
            result.append(Requirement(name: "min_decision_pass_rate", wanted: wanted, reached: rate))
        }
        for tally in decisions {
            guard let wanted = acceptance.groupPassRates[tally.name] else { continue }
            result.append(Requirement(name: "robustness \(tally.name)", wanted: wanted, reached: tally.rate))
        }
        for (kind, wanted) in acceptance.tagCounts.sorted(by: { $0.key < $1.key }) {
            let count = verdicts.filter { $0.probe.isOfKind(kind) }.count
            result.append(Requirement(name: "min_tag_counts \(kind)", wanted: Double(wanted), reached: Double(count)))
        }
        for (kind, wanted) in acceptance.tagPassRates.sorted(by: { $0.key < $1.key }) {
            let tagged = verdicts.filter { $0.probe.isOfKind(kind) }
            let tally = Tally(kind, passed: tagged.filter(\.isPassed).count, total: tagged.count)
            result.append(Requirement(name: "min_tag_pass_rate \(kind)", wanted: wanted, reached: tally.rate))
        }
        for shape in acceptance.shapes {
            let count = verdicts.filter { $0.probe.shapes.contains(shape) }.count
            result.append(Requirement(name: "required_request_shapes \(shape)", wanted: 1, reached: Double(count)))
        }
        return result
    }
}
