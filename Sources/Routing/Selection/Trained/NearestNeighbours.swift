/// The k nearest requests of a benchmark vote for the models that answered them well. Spec selection-learning §1.11.
///
/// A neighbour's vote is 0.9 of its quality and 0.1 of its speed, as in the published artefacts, divided by its
/// distance, so that near neighbours count more.
public struct NearestNeighbours: TrainedSelector {
    /// One measured request.
    public struct Neighbour: Sendable {
        public var embedding: [Float]
        public var model: String
        /// 0 to 1.
        public var quality: Double
        /// Nanoseconds.
        public var latency: Double

        /// A measured request.
        public init(embedding: [Float], model: String, quality: Double, latency: Double) {
            self.embedding = embedding
            self.model = model
            self.quality = quality
            self.latency = latency
        }
    }

    public let dimension: Int
    private let neighbours: [Neighbour]
    private let votes: [Double]
    private let count: Int

    /// A selector that asks `count` of these; all when there are fewer.
    public init(_ neighbours: [Neighbour], count: Int) {
        self.neighbours = neighbours
        self.count = max(1, min(count, neighbours.count))
        dimension = neighbours.first?.embedding.count ?? 0
        let latencies = neighbours.map(\.latency)
        let (least, greatest) = (latencies.min() ?? 0, latencies.max() ?? 0)
        votes = neighbours.map {
            0.9 * max($0.quality, 0.01) + 0.1 * (1 - ($0.latency - least) / max(1, greatest - least))
        }
    }

    public func scores(_ features: [Float]) -> [String: Double] {
        var nearest: [(distance: Float, index: Int)] = []
        for index in neighbours.indices {
            let distance = squaredDistance(features, neighbours[index].embedding)
            if nearest.count == count, let last = nearest.last, distance >= last.distance { continue }
            let place = nearest.firstIndex { distance < $0.distance } ?? nearest.count
            nearest.insert((distance, index), at: place)
            if nearest.count > count { nearest.removeLast() }
        }
        // Distances relative to the farthest that votes: an exact hit does not silence the others.
        let scale = max(nearest.last?.distance.squareRoot() ?? 1, .leastNormalMagnitude)
        var sums: [String: Double] = [:]
        var weights = 0.0
        for (distance, index) in nearest {
            let weight = 1 / (0.5 + Double(distance.squareRoot() / scale))
            sums[neighbours[index].model, default: 0] += weight * votes[index]
            weights += weight
        }
        return sums.mapValues { $0 / weights }
    }
}

/// The square of the Euclidean distance; of the shorter length where they differ.
func squaredDistance(_ first: [Float], _ second: [Float]) -> Float {
    var sum: Float = 0
    first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
            for index in 0..<min(first.count, second.count) {
                let difference = first[index] - second[index]
                sum += difference * difference
            }
        }
    }
    return sum
}
