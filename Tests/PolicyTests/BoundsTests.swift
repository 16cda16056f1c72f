import Testing

@testable import Policy

/// Hostile files stay cheap, and nothing is hidden by their size.
@Suite struct BoundsTests {
    @Test func manyWarningsDoNotHideAnError() {
        var text = "routing:\n  modelCards:\n"
        for number in 0..<1_500 { text += "    - {name: m\(number), modality: odd}\n" }
        text += "    - {name: last, quality_score: 7}\n"
        let loaded = load(text)
        #expect(loaded.policy == nil)
        #expect(loaded.diagnostics.count { $0.severity == .warning } == 1_000)
        #expect(errors(text) == ["1503 out_of_range"])
    }

    @Test func diagnosticsAreBounded() {
        var text = "routing:\n  decisions:\n"
        for number in 0..<4_000 { text += "    - {name: d\(number), rules: {type: keyword, name: k\(number)}}\n" }
        #expect(load(text).diagnostics.count == 1_000)
    }

    @Test func longChainsOfScoresAreNoCycle() {
        var text = "routing:\n  projections:\n    scores:\n"
        for number in 0..<3_000 {
            let next = number == 2_999 ? 0 : number + 1
            text += "      - {name: s\(number), method: weighted_sum, inputs: [{type: projection, name: s\(next)}]}\n"
        }
        #expect(errors(text) == ["4 cycle"])
        #expect(ProjectionCheck.cycle((0..<100_000).map { $0 < 99_999 ? [$0 + 1] : [] }) == nil)
    }

    @Test func fragmentsOfSharedNodesAreReadOnceEach() throws {
        let text = """
            routing:
              modelCards: [{name: a}]
              decisions:
                - name: x
                  modelRefs: &refs [{model: a}]
                - name: y
                  modelRefs: *refs
            """
        let policy = try #require(load(text).policy)
        #expect(policy.recipes[0].decisions.map(\.modelReferences.count) == [1, 1])
    }
}
