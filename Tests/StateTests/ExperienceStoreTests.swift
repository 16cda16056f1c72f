import Routing
import State
import Testing

@Suite struct ExperienceStoreTests {
    private let coding = ExperienceKey(.decision(recipe: "default", name: "coding"), model: "a")
    private let everywhere = ExperienceKey(.everywhere, model: "a")

    @Test func recordsAreKeptByPlaceAndFade() {
        let store = ExperienceStore()
        store.update([coding, everywhere]) { $0.record(.goodFit, score: 1, at: 1_000) }
        store.update([everywhere]) { $0.record(.failed, score: 1, at: 1_000) }
        #expect(store.experience(coding, at: 1_000).good == 1)
        #expect(store.experience(everywhere, at: 1_000 + Experience.halfLife).failed == 0.5)
        #expect(store.experience(ExperienceKey(.everywhere, model: "b"), at: 1_000).isCold)
    }

    @Test func oneDecisionCanBeForgottenAndPutBack() {
        let store = ExperienceStore()
        store.update([coding, everywhere]) { $0.record(.underpowered, score: 1, at: 1_000) }
        let kept = store.all()
        #expect(store.reset { $0.place == .decision(recipe: "default", name: "coding") } == 1)
        #expect(store.experience(coding, at: 1_000).isCold)
        #expect(!store.experience(everywhere, at: 1_000).isCold)
        store.restore(kept)
        #expect(store.experience(coding, at: 1_000).underpowered == 1)
    }

    @Test func aUsersTasteIsHisOwn() {
        let store = ExperienceStore()
        for rating in [1.0, 1.0, 0.0] { store.judge(user: "alice", model: "a", rating: rating, at: 1_000) }
        let alice = store.judgements(user: "alice", model: "a", at: 1_000)
        #expect(abs(alice.mean - 2 / 3.0) < 1e-9 && alice.count == 3 && alice.variance > 0.2)
        #expect(store.judgements(user: "bob", model: "a", at: 1_000).count == 0)
    }
}
