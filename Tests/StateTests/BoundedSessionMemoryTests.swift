import Routing
import State
import Testing

@Suite struct BoundedSessionMemoryTests {
    private func key(_ number: Int) -> SessionKey {
        var generator = SplitMix64(seed: UInt64(number))
        return SessionKey(high: generator.next(), low: generator.next())
    }

    @Test func whatIsPutInComesOut() {
        let memory = BoundedSessionMemory(limit: 10)
        var state = SessionState(model: "a", decision: "code", lastSeen: 12.5)
        (state.turns, state.switches, state.promptTokens, state.cachedTokens, state.cacheReports) = (3, 1, 900, 700, 2)
        state.open(["call_1"], by: "a")
        memory.update(key(1)) { $0 = state }
        #expect(memory.state(key(1)) == state)
        #expect(memory.state(key(2)) == nil)
        memory.update(key(1)) { $0 = nil }
        #expect(memory.state(key(1)) == nil && memory.count == 0)
    }

    @Test(arguments: [10, 10_000]) func theBoundHoldsAndWhatIsUsedStays(limit: Int) {
        let memory = BoundedSessionMemory(limit: limit)
        for number in 0..<limit * 3 {
            memory.update(key(number)) { $0 = SessionState(model: "m", decision: "d", lastSeen: Double(number)) }
            _ = memory.state(key(0))
        }
        #expect(memory.count <= limit)
        #expect(memory.state(key(0)) != nil, "it was asked for all the time")
        #expect(memory.state(key(limit * 3 - 1)) != nil)
        #expect(memory.state(key(1)) == nil)
    }

    @Test func changesFromManyThreadsAreAllCounted() async {
        let memory = BoundedSessionMemory(limit: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<1_000 {
                        memory.update(self.key(number % 10)) { state in
                            state = state ?? SessionState(model: "m", decision: "d", lastSeen: 0)
                            state?.turns += 1
                        }
                    }
                }
            }
        }
        #expect((0..<10).reduce(0) { $0 + (memory.state(key($1))?.turns ?? 0) } == 8_000)
    }

    @Test func callsKnowTheirOwnersAndAreBounded() {
        var state = SessionState(model: "a", decision: "", lastSeen: 0)
        state.open((0..<40).map { "call_\($0)" }, by: "a")
        state.open(["late"], by: "b")
        #expect(state.owner(ofCalls: ["late"]) == "b")
        #expect(state.owner(ofCalls: ["call_39"]) == "a")
        #expect(state.owner(ofCalls: ["call_0", "other"]) == nil)
    }
}
