import Policy
import Testing

@testable import Routing

@Suite struct TrainedSelectorTests {
    @Test func neighboursVoteByQualitySpeedAndNearness() {
        func neighbour(_ model: String, _ quality: Double, _ latency: Double) -> NearestNeighbours.Neighbour {
            .init(embedding: [1, 0], model: model, quality: quality, latency: latency)
        }
        // The spec's example, all equally near: a = .27+.1+.27+.09, b = .855.
        let selector = NearestNeighbours(
            [neighbour("a", 0.3, 100), neighbour("a", 0.3, 110), neighbour("b", 0.95, 200)], count: 5)
        let scores = selector.scores([1, 0])
        #expect(abs((scores["a"] ?? 0) / (scores["b"] ?? 1) - 0.73 / 0.855) < 1e-9)
        let near = NearestNeighbours(
            [
                .init(embedding: [1, 0], model: "near", quality: 0.7, latency: 1),
                .init(embedding: [0, 1], model: "far", quality: 0.75, latency: 1),
            ], count: 2
        ).scores([1, 0.1])
        #expect((near["near"] ?? 0) > (near["far"] ?? 0), "distance weighs votes")
        #expect(NearestNeighbours([], count: 3).scores([1]).isEmpty)
    }

    @Test func onlyTheNearestVote() {
        let neighbours = (0..<50).map {
            NearestNeighbours.Neighbour(embedding: [Float($0)], model: "m\($0)", quality: 0.5, latency: 1)
        }
        #expect(Set(NearestNeighbours(neighbours, count: 3).scores([20]).keys) == ["m19", "m20", "m21"])
    }

    @Test func theNearestClustersModelWins() {
        let scores = ClusterCentroids(centroids: [[0, 0], [10, 0], [0, 9]], models: ["a", "b", "a"]).scores([8, 0])
        #expect(scores["b"] == 1)
        #expect((scores["a"] ?? 1) < 0.5)
    }

    @Test func machinesDecideOnNormalizedFeatures() {
        let linear = SupportVectors([
            ("x", .linear(weights: [1, 0], offset: 0.5)), ("y", .linear(weights: [0, 1], offset: 0.5)),
        ])
        let scores = linear.scores([10, 0])
        #expect((scores["x"] ?? 0) > 0.6 && (scores["y"] ?? 1) < 0.4)
        let radial = SupportVectors([
            ("x", .radial(coefficients: [1], vectors: [[1, 0]], offset: 0, width: 1)),
            ("y", .radial(coefficients: [1], vectors: [[0, 1]], offset: 0, width: 1)),
        ]).scores([3, 0])
        #expect((radial["x"] ?? 0) > (radial["y"] ?? 1))
    }

    @Test func aPerceptronIsItsLayers() {
        let network = Perceptron(
            dimension: 2, models: ["a", "b"],
            layers: [
                .linear(weights: [1, -1, -1, 1], bias: [0, 0]), .relu, .affine(scale: [2, 2], shift: [0, 1]),
                .linear(weights: [1, 0, 0, 1], bias: [0, 0]),
            ])
        // [3, 1] → [2, −2] → [2, 0] → [4, 1].
        let scores = network.scores([3, 1])
        #expect(abs((scores["a"] ?? 0) - 0.952574) < 1e-5)
    }

    @Test func aWrongLengthOrUnknownModelsFallBack() {
        let selector = ClusterCentroids(centroids: [[Float](repeating: 0, count: 16)], models: ["a"])
        let algorithm = TrainedSelection("kmeans", selector)
        let candidates = [Candidate("b"), Candidate("a")]
        func choose(_ embedding: [Float]?) -> Selection {
            algorithm.select(candidates, SelectionContext(seed: 1, embedding: embedding, category: "computer_science"))
        }
        #expect(choose([1, 2]).order[0].model == "a")
        #expect(choose([1, 2, 3]).status == .fallback)
        #expect(choose(nil).status == .fallback)
        #expect(algorithm.select([Candidate("b")], SelectionContext(seed: 1, embedding: [1, 2])).status == .fallback)
        #expect(TrainedCategories.features([1], category: "computer_science")[5] == 1)
        #expect(TrainedCategories.features([1], category: "").last == 1)
    }
}
