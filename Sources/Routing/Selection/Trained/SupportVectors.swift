#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// One support vector machine for each model against the others. Spec selection-learning §1.11.
public struct SupportVectors: TrainedSelector {
    /// The decision function of one model.
    public enum Machine: Sendable {
        /// w · x − ρ.
        case linear(weights: [Float], offset: Double)
        /// Σ α · exp(−γ ‖x − v‖²) − ρ.
        case radial(coefficients: [Double], vectors: [[Float]], offset: Double, width: Double)
    }

    public let dimension: Int
    private let machines: [(model: String, machine: Machine)]

    /// Machines by model.
    public init(_ machines: [(model: String, machine: Machine)]) {
        self.machines = machines
        switch machines.first?.machine {
        case .linear(let weights, _)?: dimension = weights.count
        case .radial(_, let vectors, _, _)?: dimension = vectors.first?.count ?? 0
        case nil: dimension = 0
        }
    }

    /// Scores are the decision values through a logistic function: 0.5 is the border.
    public func scores(_ features: [Float]) -> [String: Double] {
        let norm = features.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let point = norm > 0 ? features.map { $0 / norm } : features
        var result: [String: Double] = [:]
        for (model, machine) in machines {
            let value: Double
            switch machine {
            case .linear(let weights, let offset):
                value = Double(zip(weights, point).reduce(0) { $0 + $1.0 * $1.1 }) - offset
            case .radial(let coefficients, let vectors, let offset, let width):
                value =
                    zip(coefficients, vectors).reduce(0) { sum, pair in
                        sum + pair.0 * exp(-width * Double(squaredDistance(point, pair.1)))
                    } - offset
            }
            result[model] = 1 / (1 + exp(-value))
        }
        return result
    }
}
