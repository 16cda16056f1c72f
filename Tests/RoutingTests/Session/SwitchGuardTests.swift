import Policy
import Testing

@testable import Routing

@Suite struct SwitchGuardTests {
    private static let pricing = [
        "small": Pricing(0.05, cached: 0.01), "large": Pricing(8, cached: 1.2), "twin": Pricing(0.05, cached: 0.01),
    ]

    private func makeGuard(_ change: (inout SwitchGuard.Settings) -> Void = { _ in }) -> SwitchGuard {
        var settings = SwitchGuard.Settings(ProtectionSettings())
        change(&settings)
        return SwitchGuard(settings, pricing: Self.pricing)
    }

    private func state(_ model: String, turns: Int = 4, decision: String = "code") -> SessionState {
        var state = SessionState(model: model, decision: decision, lastSeen: 1_000)
        state.turns = turns
        return state
    }

    private func question(
        _ wanted: [(String, Double)], _ state: SessionState?, phase: SessionTurn.Phase = .userTurn,
        at now: Double = 1_010,
        decision: String = "code", history: Int = 6_000
    ) -> SwitchGuard.Question {
        SwitchGuard.Question(
            proposal: Selection(
                order: wanted.map { ModelReference(model: $0.0) }, utilities: wanted.map(\.1), method: "test",
                reason: ""),
            decision: decision, state: state,
            turn: SessionTurn(
                now: now, phase: phase, index: 4, historyTokens: history, contextTokens: history + 500))
    }

    @Test func aSessionBegins() {
        let verdict = makeGuard().decide(question([("large", 0.9)], nil))
        #expect((verdict.action, verdict.reason) == (.establishBaseline, .newConversation))
        #expect(verdict.model == "large" && verdict.current == nil)
        let session = makeGuard { $0.scope = .session }.decide(question([("large", 0.9)], nil))
        #expect(session.reason == .newSession)
    }

    @Test(arguments: [SessionTurn.Phase.toolLoop, .providerState])
    func locksHoldWhateverSpeaksAgainst(phase: SessionTurn.Phase) {
        // Another decision, a failing model, a long pause and the largest gain.
        var question = question(
            [("large", 1.0)], state("small"), phase: phase, at: 90_000, decision: "other")
        question.isCurrentFailing = true
        let verdict = makeGuard { $0.stability = 0 }.decide(question)
        #expect(verdict.action == .holdCurrent && verdict.reason == .toolOrProtocolState)
        #expect(verdict.model == "small" && verdict.isHardLocked)
    }

    @Test func aToolResultGoesToTheModelThatAskedForIt() {
        // A concurrent turn has moved the session meanwhile.
        var question = question([("large", 1.0)], state("large"), phase: .toolLoop)
        question.toolOwner = "twin"
        #expect(makeGuard().decide(question).model == "twin")
        question.state = nil
        #expect(makeGuard().decide(question).model == "twin")
    }

    @Test func theFirstTurnsHold() {
        var question = question([("large", 1.0), ("small", 0.1)], state("small", turns: 1))
        question.turn.index = 1
        let verdict = makeGuard { $0.minimumTurns = 3 }.decide(question)
        #expect(verdict.reason == .minimumTurns && verdict.model == "small")
    }

    @Test func anIdleSessionBeginsAnew() {
        let verdict = makeGuard().decide(question([("large", 0.2), ("small", 0.2)], state("small"), at: 1_300))
        #expect((verdict.action, verdict.reason) == (.establishBaseline, .idleReset))
        #expect(verdict.model == "large")
        let before = makeGuard().decide(question([("large", 0.2), ("small", 0.2)], state("small"), at: 1_299))
        #expect(before.model == "small")
    }

    @Test func aFailingModelIsLeftAtASafeBoundary() {
        var question = question([("large", 0.2), ("small", 0.9)], state("small"))
        question.isCurrentFailing = true
        let verdict = makeGuard().decide(question)
        #expect((verdict.action, verdict.reason) == (.rescueSwitch, .rescueEvidence))
        #expect(verdict.model == "large")
    }

    @Test func aSessionScopeKeepsItsModel() {
        let verdict = makeGuard { $0.scope = .session }.decide(
            question([("large", 1.0), ("small", 0.0)], state("small")))
        #expect((verdict.action, verdict.reason) == (.holdCurrent, .sessionScopeProtect))
    }

    @Test func aSmallLeadIsNotWorthADearPrefix() {
        let dear = makeGuard().decide(question([("large", 0.8), ("small", 0.6)], state("small")))
        #expect(dear.action == .holdCurrent && dear.reason == .switchMarginNotMet)
        let great = makeGuard().decide(question([("large", 0.95), ("small", 0.5)], state("small")))
        #expect(great.action == .allowSwitch && great.reason == .switchAllowed && great.model == "large")
    }

    @Test func movingToACheaperModelIsASaving() {
        let verdict = makeGuard().decide(question([("small", 0.8), ("large", 0.6)], state("large")))
        #expect(verdict.cost.prefix < 0)
        #expect(verdict.model == "small")
    }

    @Test func withoutUtilitiesTheOrderIsAMildPreference() {
        func verdict(_ wanted: [String], from current: String) -> ProtectionVerdict {
            var question = question(wanted.map { ($0, 0) }, state(current))
            question.proposal.utilities = []
            return makeGuard().decide(question)
        }
        #expect(verdict(["large", "small"], from: "small").model == "small", "a dear prefix")
        #expect(verdict(["small", "large"], from: "large").model == "small", "a saving")
        #expect(verdict(["twin", "small"], from: "small").model == "small", "nothing to gain")
    }

    @Test func theSameModelIsNoSwitch() {
        let verdict = makeGuard().decide(question([("small", 0.8), ("large", 0.6)], state("small")))
        #expect((verdict.action, verdict.reason) == (.allowSwitch, .switchMarginNotMet))
    }

    @Test func aDecisionWithoutTheSessionsModelMovesIt() {
        let verdict = makeGuard().decide(question([("large", 0.4)], state("small"), decision: "math"))
        #expect(verdict.action == .allowSwitch && verdict.model == "large")
    }

    @Test func aBoundaryOfTheTaskLeavesOnlyTheBill() {
        let same = makeGuard().decide(question([("twin", 0.62), ("small", 0.6)], state("small")))
        #expect(same.model == "small" && same.cost.margin == 0.05)
        var moved = question([("twin", 0.72), ("small", 0.6)], state("small"), decision: "math", history: 100)
        moved.state?.cacheReports = 1
        moved.state?.promptTokens = 100
        let drift = makeGuard().decide(moved)
        #expect(drift.isDrift && drift.cost.margin == 0 && drift.cost.handoff == 0)
        #expect(drift.model == "twin", "nothing is cached, so nothing is lost")
    }

    @Test func aSessionThatFlapsComesToRest() {
        var flapping = state("small")
        flapping.switches = 20
        let economics = makeGuard().economics
        #expect(economics.historyCost(state("small")) == 0)
        #expect(economics.historyCost(flapping) == SwitchEconomics.historyWeight)
    }

    @Test func warmthIsWhatTheBackendReportedElseAHalfLife() {
        let economics = makeGuard().economics
        var known = state("small")
        #expect(abs(economics.warmth(known, at: 1_060) - 0.25) < 1e-9)
        known.cacheReports = 1
        known.promptTokens = 1_000
        known.cachedTokens = 900
        #expect(economics.warmth(known, at: 1_060) == 0.9)
        #expect(economics.warmth(known, at: 1_400) == 0, "past the idle timeout")
    }

    /// Whatever the request and the session are, a locked turn stays.
    @Test func locksHoldForRandomSessions() {
        var generator = SplitMix64(seed: 11)
        let models = ["small", "large", "twin"]
        for _ in 0..<2_000 {
            var state = state(models[Int(generator.next() % 3)], turns: Int(generator.next() % 20))
            state.switches = Int(generator.next() % 30)
            state.lastSeen = generator.nextUnit() * 10_000
            var question = question(
                models.shuffled(using: &generator).map { ($0, generator.nextUnit()) }, state,
                phase: generator.next() % 2 == 0 ? .toolLoop : .providerState, at: 10_000)
            question.isCurrentFailing = generator.next() % 2 == 0
            let guarding = makeGuard {
                $0.margin = generator.nextUnit()
                $0.stability = generator.nextUnit() * 3
                $0.scope = generator.next() % 2 == 0 ? .session : .conversation
            }
            #expect(guarding.decide(question).model == state.model)
        }
    }
}
