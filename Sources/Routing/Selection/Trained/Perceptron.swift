#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A multi-layer perceptron over a request's features. Spec selection-learning §1.11.
public struct Perceptron: TrainedSelector {
    /// One layer.
    public enum Layer: Sendable {
        /// `weights` are output by input, row after row.
        case linear(weights: [Float], bias: [Float])
        case relu
        /// Folded: x · scale + shift.
        case affine(scale: [Float], shift: [Float])
    }

    public let dimension: Int
    private let models: [String]
    private let layers: [Layer]

    /// Layers whose last gives one number for each model.
    public init(dimension: Int, models: [String], layers: [Layer]) {
        self.dimension = dimension
        self.models = models
        self.layers = layers
    }

    /// Scores are the softmax of the last layer.
    public func scores(_ features: [Float]) -> [String: Double] {
        var values = features
        for layer in layers {
            switch layer {
            case .relu: for index in values.indices { values[index] = max(0, values[index]) }
            case .affine(let scale, let shift):
                for index in values.indices { values[index] = values[index] * scale[index] + shift[index] }
            case .linear(let weights, let bias):
                let width = values.count
                values = bias.indices.map { row in
                    var sum = bias[row]
                    for column in 0..<width { sum += weights[row * width + column] * values[column] }
                    return sum
                }
            }
        }
        let top = values.max() ?? 0
        let powers = values.map { exp(Double($0 - top)) }
        let sum = powers.reduce(0, +)
        return Dictionary(zip(models, powers.map { $0 / sum }), uniquingKeysWith: max)
    }
}
