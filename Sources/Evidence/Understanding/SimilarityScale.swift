/// A monotonic map from a model's cosine similarities to the scale that policies are written in, so that a threshold
/// keeps its meaning when the model changes. Piecewise linear between points, constant outside them.
public struct SimilarityScale: Sendable, Hashable {
    /// Policies' own scale: similarities stay as they are.
    public static let identity = SimilarityScale()

    private let inputs: [Double]
    private let outputs: [Double]

    private init() { (inputs, outputs) = ([], []) }

    /// A map through points. Nil unless there are at least two, inputs rise strictly, and outputs never fall.
    public init?(inputs: [Double], outputs: [Double]) {
        guard inputs.count == outputs.count, inputs.count > 1, (inputs + outputs).allSatisfy(\.isFinite),
            zip(inputs, inputs.dropFirst()).allSatisfy(<), zip(outputs, outputs.dropFirst()).allSatisfy(<=)
        else { return nil }
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// The similarity on the policies' scale.
    public func callAsFunction(_ cosine: Double) -> Double {
        guard let first = inputs.first, let last = inputs.last else { return cosine }
        if cosine <= first { return outputs[0] }
        if cosine >= last { return outputs[outputs.count - 1] }
        var low = 0
        var high = inputs.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if inputs[middle] <= cosine { low = middle } else { high = middle }
        }
        let share = (cosine - inputs[low]) / (inputs[high] - inputs[low])
        return outputs[low] + share * (outputs[high] - outputs[low])
    }

    /// The similarity of two unit vectors, on the policies' scale.
    public func callAsFunction(_ left: [Float], _ right: [Float]) -> Double {
        self(Self.cosine(left, right))
    }

    /// The dot product of two vectors of one length; of unit vectors that is the cosine.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        var sums = SIMD8<Float>.zero
        let count = min(left.count, right.count)
        var rest: Float = 0
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                var index = 0
                while index + 8 <= count {
                    var first = SIMD8<Float>.zero
                    var second = SIMD8<Float>.zero
                    for lane in 0..<8 {
                        first[lane] = left[index + lane]
                        second[lane] = right[index + lane]
                    }
                    sums += first * second
                    index += 8
                }
                while index < count {
                    rest += left[index] * right[index]
                    index += 1
                }
            }
        }
        return Double(sums.sum() + rest)
    }
}
