import Routing
import State
import Testing

@Suite struct VectorIndexTests {
    private static let dimensions = 16

    /// Around one of a few centres, as texts about a few subjects lie.
    private static func vector(_ generator: inout SplitMix64) -> [Float] {
        var centre = SplitMix64(seed: generator.next() % 20)
        let raw = (0..<dimensions).map { _ in Float(centre.nextNormal() + 0.5 * generator.nextNormal()) }
        let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return raw.map { $0 / norm }
    }

    private static func nearest(_ vector: [Float], _ all: [UInt64: [Float]], _ k: Int) -> [(UInt64, Float)] {
        all.map { ($0.key, zip(vector, $0.value).reduce(0) { $0 + $1.0 * $1.1 }) }
            .sorted { $0.1 > $1.1 }.prefix(k).map { $0 }
    }

    /// Inserts, removals, replacements and searches at random, beside a dictionary that compares with everything. The
    /// small index is exact; the other crosses into the graph, fills freed slots again and shrinks back.
    @Test(arguments: [100_000, 50]) func agreesWithExactSearch(exactCount: Int) throws {
        var generator = SplitMix64(seed: 7)
        let index = VectorIndex(
            dimensions: Self.dimensions, maximumCount: 10_000, shape: .init(exactCount: exactCount))
        var all: [UInt64: [Float]] = [:]
        var searches = 0
        var agreed = 0
        for step in 0..<4_000 {
            // Grows, then shrinks to little, then grows again.
            let removes = step / 1_500 == 1 ? 70 : 20
            let id = generator.next() % 3_000
            if generator.next() % 100 < removes, !all.isEmpty {
                let gone = removes == 70 ? all.keys.first ?? id : id
                #expect(index.remove(gone) == (all.removeValue(forKey: gone) != nil))
            } else {
                let vector = Self.vector(&generator)
                try index.insert(id, vector)
                all[id] = vector
            }
            guard step % 20 == 0 else { continue }
            let wanted = Self.vector(&generator)
            let found = try index.search(wanted, k: 5)
            let expected = Self.nearest(wanted, all, 5)
            #expect(found.count == expected.count)
            for neighbor in found {
                let stored = try #require(all[neighbor.id], "what was removed is never found")
                let product = zip(wanted, stored).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                #expect(abs(product - neighbor.similarity) < 1e-4)
            }
            searches += 1
            if let first = found.first, let best = expected.first, abs(first.similarity - best.1) < 1e-4 { agreed += 1 }
        }
        #expect(index.count == all.count)
        #expect(agreed >= (exactCount > 50 ? searches : searches * 98 / 100), "\(agreed) of \(searches)")
    }

    @Test func whatWasRemovedAllAtOnceLeavesTheGraph() throws {
        var generator = SplitMix64(seed: 3)
        let index = VectorIndex(dimensions: Self.dimensions, maximumCount: 5_000, shape: .init(exactCount: 10))
        for id in 0..<3_000 as Range<UInt64> { try index.insert(id, Self.vector(&generator)) }
        let full = index.byteCount
        for id in 1..<3_000 as Range<UInt64> { index.remove(id) }
        let left = try #require(index.vector(0))
        #expect(try index.search(left, k: 3).map(\.id) == [0])
        #expect(index.byteCount < full / 4)
        index.remove(0)
        #expect(try index.search(left, k: 3) == [])
        try index.insert(9, left)
        #expect(try index.search(left, k: 3).map(\.id) == [9])
    }

    @Test func refusesWhatPointsNowhereOrIsTooMuch() throws {
        let index = VectorIndex(dimensions: 2, maximumCount: 2)
        #expect(throws: VectorIndex.Failure.wrongDimensions) { try index.insert(1, [1, 0, 0]) }
        #expect(throws: VectorIndex.Failure.noDirection) { try index.insert(1, [0, 0]) }
        #expect(throws: VectorIndex.Failure.noDirection) { try index.insert(1, [.nan, 1]) }
        #expect(throws: VectorIndex.Failure.noDirection) { try index.search([.infinity, 1], k: 1) }
        try index.insert(1, [3, 4])
        #expect(index.vector(1) == [0.6, 0.8])
        try index.insert(2, [1, 0])
        #expect(throws: VectorIndex.Failure.full) { try index.insert(3, [0, 1]) }
        try index.insert(2, [0, 1])
        #expect(try index.search([0, 1], k: 1).first?.id == 2, "an older one with the same identity is replaced")
    }

    @Test func manyMayUseItAtOnce() async throws {
        let index = VectorIndex(dimensions: Self.dimensions, maximumCount: 4_000, shape: .init(exactCount: 100))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 as Range<UInt64> {
                group.addTask {
                    var generator = SplitMix64(seed: worker)
                    for number in 0..<500 as Range<UInt64> {
                        let vector = Self.vector(&generator)
                        try index.insert(worker * 1_000 + number, vector)
                        #expect(try index.search(vector, k: 1).count == 1)
                        if number % 2 == 0 { index.remove(worker * 1_000 + number) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(index.count == 1_000)
    }
}
