import Policy
import Testing
import Wire

@testable import Exchange

@Suite struct ProbesRunnerTests {
    static func probe(_ id: String, _ expectation: (inout ProbeExpectation) -> Void) -> Probe {
        var probe = Probe()
        probe.group = "code"
        probe.id = id
        probe.content = .text("Debug this")
        probe.expectation.decision = "code"
        expectation(&probe.expectation)
        return probe
    }

    func verdict(_ expectation: (inout ProbeExpectation) -> Void) -> ProbeVerdict {
        ProbeVerdict(Self.probe("only", expectation), ReportsFixture.report())
    }

    @Test func everythingAsExpected() async {
        let verdict = verdict {
            $0.recipe = "default"
            $0.algorithm = "static"
            $0.model = "coder"
            $0.plugins = ["system_prompt"]
            $0.pluginMatch = .exact
            $0.forbiddenPlugins = ["tools"]
            $0.signals = ["keywords": ["code"], "projection": ["hard"]]
            $0.signalMatch = .exact
            $0.forbiddenSignals = ["keywords": ["urgent"]]
        }
        #expect(verdict.isPassed)
        #expect(verdict.findings.count == 9)
    }

    @Test func decisionMissSaysWhy() async {
        let law = verdict { $0.decision = "law" }.misses
        #expect(law.map(\.check) == [.decision])
        #expect(law[0].expected == "law")
        #expect(law[0].got == "code")
        #expect(law[0].reason == "law cannot be told: domain:law is unknown (model_missing)")
        #expect(
            verdict { $0.decision = "hard" }.misses.first?.reason == "hard lost to code: priority 100 over 50")
        #expect(
            verdict { $0.decision = "gone" }.misses.first?.reason == "recipe default has no decision gone")
        #expect(verdict { $0.decision = "" }.misses.first?.expected == "no decision")
    }

    @Test func otherMisses() async {
        #expect(verdict { $0.recipe = "other" }.misses.map(\.check) == [.recipe])
        #expect(verdict { $0.algorithm = "knn" }.misses.map(\.check) == [.algorithm])
        #expect(verdict { $0.model = "small" }.misses.map(\.got) == ["coder"])
        #expect(verdict { $0.plugins = ["system_prompt", "memory"] }.misses.map(\.check) == [.plugins])
        let exact = verdict {
            $0.plugins = []
            $0.pluginMatch = .exact
        }
        #expect(exact.misses.map(\.check) == [.plugins])
        #expect(verdict { $0.plugins = [] }.isPassed)
        #expect(verdict { $0.forbiddenPlugins = ["system_prompt"] }.misses.map(\.check) == [.forbiddenPlugins])
    }

    @Test func signalMissesSayWhatWasSeen() async {
        #expect(
            verdict { $0.signals = ["keywords": ["urgent"]] }.misses.map(\.reason)
                == ["keyword:urgent did not match, saw 0"])
        #expect(
            verdict { $0.signals = ["domains": ["law"]] }.misses.map(\.reason)
                == ["domain:law is unknown (model_missing)"])
        #expect(
            verdict { $0.signals = ["projection": ["easy"]] }.misses.map(\.reason)
                == ["easy needs < 0.4, difficulty is 0.5"])
        #expect(verdict { $0.signals = ["keywords": ["gone"]] }.misses.map(\.reason) == ["gone is not declared"])
        let exact = verdict {
            $0.signals = ["keywords": []]
            $0.signalMatch = .exact
        }
        #expect(exact.misses.map(\.check) == [.signals])
        #expect(verdict { $0.forbiddenSignals = ["keywords": ["code"]] }.misses.map(\.check) == [.forbiddenSignals])
    }

    func run(_ probes: [Probe], _ acceptance: ProbeAcceptance = ProbeAcceptance()) async -> ProbeReport {
        await ProbeRunner(ProbeFile(name: "tiny", probes: probes, acceptance: acceptance)).run { probe in
            probe.model == "concrete" ? nil : ReportsFixture.report()
        }
    }

    @Test func unroutedModelNamesAreMisses() async {
        var probe = Self.probe("concrete") { _ in }
        probe.model = "concrete"
        let report = await run([probe])
        #expect(report.passed == 0)
        #expect(report.misses.first?.findings.first?.reason == "the model name \"concrete\" leads to no recipe")
    }

    @Test func brokenMessagesAreMisses() async {
        var probe = Self.probe("broken") { _ in }
        probe.content = .messages([])
        let report = await ProbeRunner(ProbeFile(probes: [probe])).run { probe in
            _ = try probe.conversation()
            return ReportsFixture.report()
        }
        #expect(report.misses.first?.findings.map(\.check) == [.request])
    }

    @Test func talliesAndAcceptance() async {
        var good = Self.probe("good") { $0.algorithm = "static" }
        good.tags = ["language:zh", "easy"]
        var bad = Self.probe("bad") { $0.decision = "law" }
        bad.tags = ["easy"]
        var other = Self.probe("other") { _ in }
        other.group = "rest"
        var acceptance = ProbeAcceptance()
        acceptance.probePassRate = 60
        acceptance.decisionPassRate = 100
        acceptance.groupPassRates = ["code": 50]
        acceptance.tagCounts = ["language": 2]
        acceptance.tagPassRates = ["language": 100]
        acceptance.shapes = ["text", "tools"]
        let report = await run([good, bad, other], acceptance)
        #expect(report.passed == 2)
        #expect(report.total == 3)
        #expect(report.perDecision.map { [$0.passed, $0.total] } == [[1, 2], [1, 1]])
        #expect(report.perTag.map(\.name) == ["easy", "language:zh"])
        #expect(report.perTag.map { [$0.passed, $0.total] } == [[1, 2], [1, 1]])
        #expect(report.perCheck.map(\.name) == ["decision", "algorithm"])
        let reached = Dictionary(
            report.requirements.map { ($0.name, $0.isReached) }, uniquingKeysWith: { first, _ in first })
        #expect(
            reached == [
                "min_probe_pass_rate": true, "min_decision_pass_rate": true, "robustness code": true,
                "min_tag_counts language": false, "min_tag_pass_rate language": true,
                "required_request_shapes text": true, "required_request_shapes tools": false,
            ])
        #expect(!report.isAccepted)
        #expect(await run([good, bad]).isAccepted == false)
        #expect(await run([good]).isAccepted)
    }

    @Test func kindsOfTags() async {
        var probe = Probe()
        probe.tags = ["class:negative", "stress:context", "multi-turn", "collision"]
        for kind in ["negative", "stress", "multi_turn", "collision"] { #expect(probe.isOfKind(kind)) }
        #expect(!probe.isOfKind("tools"))
        probe.tools = [.mapping(["type": .string("function")])]
        #expect(probe.isOfKind("tools"))
        var chat = Probe()
        #expect(!chat.isOfKind("multi_turn"))
        chat.content = .messages([.mapping(["role": .string("user"), "content": .string("a")])])
        #expect(chat.isOfKind("multi_turn"))
    }

    @Test func reportsForMachinesAndPeople() async throws {
        let bad = Self.probe("bad") { $0.decision = "law" }
        let report = await run([bad, Self.probe("good") { _ in }])
        let answer = try JSON(parsing: report.answer().serialized())
        #expect(answer["passed"] == 1)
        #expect(answer["total"] == 2)
        #expect(answer["accepted"] == false)
        #expect(answer["decisions"] == ["code": ["passed": 1, "total": 2]])
        #expect(
            answer["misses"]?[0]
                == [
                    "probe": "code/bad", "line": 1, "check": "decision", "expected": "law", "got": "code",
                    "reason": "law cannot be told: domain:law is unknown (model_missing)",
                ])
        let text = report.text()
        #expect(text.hasPrefix("✗ 1 of 2 probes pass (50 %)  tiny\n"))
        #expect(text.contains("decision: expected law, got code\n      law cannot be told"))
    }
}
