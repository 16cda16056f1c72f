import Routing
import Testing

@Suite struct TurnPriorTests {
    @Test func whatRemainsIsWhatOthersHad() {
        var prior = TurnPrior()
        // Four sessions of 2, 4, 6 and 8 turns.
        for length in [2, 4, 6, 8] { for turn in 1...length { prior.finish(turn: turn) } }
        #expect(prior.remaining(after: 1) == 4, "1, 3, 5 and 7 more")
        #expect(prior.remaining(after: 4) == 2, "0, 2 and 4 more")
        #expect(prior.remaining(after: 5) == nil, "only two came that far")
        #expect(prior.remaining(after: 0) == nil && prior.remaining(after: 1_000) == nil)
        prior.finish(turn: 1_000)
        #expect(prior.remaining(after: 1) == 4)
    }
}
