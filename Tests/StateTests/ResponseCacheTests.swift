import Routing
import State
import Testing

@Suite struct ResponseCacheTests {
    typealias Cache = ResponseCache<String>

    private func key(_ tenant: UInt8, _ exact: UInt8, _ circumstances: UInt8 = 0) -> Cache.Key {
        .init(partition: [tenant], exact: [exact], circumstances: [circumstances])
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Double {
        Double(zip(left, right).reduce(0) { $0 + $1.0 * $1.1 })
    }

    private func similar(
        _ cache: Cache, _ key: Cache.Key, _ vector: [Float], at now: Double = 1, threshold: Double = 0.9,
        accepts: (String) -> Bool = { _ in true }
    ) -> Cache.Hit? {
        cache.similar(
            key, vector, threshold: threshold, at: now, similarity: Self.dot, accepts: accepts)
    }

    @Test func theSameRequestHitsUntilItIsTooOld() {
        let cache = Cache(maximumEntries: 10)
        cache.insert("answer", bytes: 6, for: key(1, 1), vector: [], lifetime: 100, at: 0)
        #expect(cache.exact(key(1, 1), at: 99)?.value == "answer")
        #expect(cache.exact(key(1, 1), at: 50, maximumAge: 49) == nil)
        #expect(cache.exact(key(1, 2), at: 1) == nil)
        #expect(cache.exact(key(1, 1), at: 100) == nil)
        #expect(cache.size.entries == 0, "what is over is gone")
    }

    @Test func tenantsAndCircumstancesAreSealed() {
        let cache = Cache(maximumEntries: 100)
        cache.insert("theirs", bytes: 6, for: key(1, 1), vector: [1, 0], lifetime: 100, at: 0)
        #expect(similar(cache, key(1, 9), [1, 0])?.value == "theirs")
        #expect(similar(cache, key(2, 9), [1, 0]) == nil, "another tenant")
        #expect(similar(cache, key(1, 9, 7), [1, 0]) == nil, "another system prompt")
        #expect(cache.exact(key(2, 1), at: 1) == nil)
    }

    @Test func noTenantEverSeesAnothersAnswer() {
        let cache = Cache(maximumEntries: 5_000)
        var generator = SplitMix64(seed: 5)
        for _ in 0..<100_000 {
            let tenant = UInt8(generator.next() % 7)
            let text = UInt8(generator.next() % 50)
            let vector: [Float] = [Float(text) / 50, 1]
            let wanted = key(tenant, text, UInt8(generator.next() % 3))
            if generator.next() % 2 == 0 {
                cache.insert("\(tenant)", bytes: 1, for: wanted, vector: vector, lifetime: 100, at: 0)
            } else {
                let hit = cache.exact(wanted, at: 1) ?? similar(cache, wanted, vector, threshold: 0)
                if let hit { #expect(hit.value == "\(tenant)") }
            }
        }
    }

    @Test func theMostSimilarThatIsAcceptedWins() {
        let cache = Cache(maximumEntries: 10)
        cache.insert("near", bytes: 4, for: key(1, 1), vector: [0.99, 0.1], lifetime: 100, at: 0)
        cache.insert("nearer", bytes: 6, for: key(1, 2), vector: [1, 0], lifetime: 100, at: 0)
        #expect(similar(cache, key(1, 9), [1, 0])?.value == "nearer")
        #expect(similar(cache, key(1, 9), [1, 0]) { $0 != "nearer" }?.value == "near")
        #expect(similar(cache, key(1, 9), [0, 1]) == nil)
    }

    @Test(arguments: [Cache.Eviction.fifo, .lru, .lfu]) func theBoundsHoldByEveryPolicy(eviction: Cache.Eviction) {
        let cache = Cache(maximumEntries: 8, maximumBytes: 100_000, eviction: eviction)
        for number in 0..<8 as Range<UInt8> {
            cache.insert("\(number)", bytes: 1, for: key(1, number), vector: [], lifetime: 100, at: 0)
        }
        for _ in 0..<3 { _ = cache.exact(key(1, 0), at: 1) }
        cache.insert("new", bytes: 3, for: key(1, 99), vector: [], lifetime: 100, at: 1)
        #expect(cache.size.entries == 8)
        #expect((cache.exact(key(1, 0), at: 1) != nil) == (eviction != .fifo))
        #expect(cache.exact(key(1, 99), at: 1) != nil)
        for number in 0..<200 as Range<UInt8> {
            cache.insert("big", bytes: 20_000, for: key(2, number), vector: [], lifetime: 100, at: 1)
            #expect(cache.size.bytes <= 100_000)
        }
        cache.insert("huge", bytes: 50_000, for: key(3, 1), vector: [], lifetime: 100, at: 1)
        #expect(cache.exact(key(3, 1), at: 1) == nil, "nothing may take more than a quarter")
    }
}
