/// The model that did best in the cluster that a request falls into. Spec selection-learning §1.11.
public struct ClusterCentroids: TrainedSelector {
    public let dimension: Int
    private let centroids: [[Float]]
    private let models: [String]

    /// Clusters and the model of each.
    public init(centroids: [[Float]], models: [String]) {
        self.centroids = centroids
        self.models = models
        dimension = centroids.first?.count ?? 0
    }

    /// A model's score falls with the distance of its nearest cluster: 1 for the nearest of all.
    public func scores(_ features: [Float]) -> [String: Double] {
        var distances: [String: Float] = [:]
        for (centroid, model) in zip(centroids, models) {
            let distance = squaredDistance(features, centroid).squareRoot()
            distances[model] = min(distance, distances[model] ?? .infinity)
        }
        guard let least = distances.values.min() else { return [:] }
        return distances.mapValues { $0 > 0 ? Double(least / $0) : 1 }
    }
}
