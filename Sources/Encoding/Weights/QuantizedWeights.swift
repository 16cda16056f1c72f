internal import Synchronization

/// A matrix as 8-bit integers, −127 to 127, with a scale for each row: w ≈ integer · scale.
struct QuantizedWeights: Sendable, Hashable {
    /// Numbers of a position that share a scale when activations are quantized; the width of a matrix is a multiple.
    static let activationGroup = 64

    /// Byte offsets in the arena.
    var integers: Int
    var scales: Int
}

extension WeightArena {
    /// A matrix of this arena, quantized; made once.
    /// - Throws: `failed` when there is no room.
    func quantized(_ tensor: WeightTensor, _ store: WeightStore) throws(EncodingError) -> QuantizedWeights {
        if let known = quantized.withLock({ $0[tensor.offset] }) { return known }
        let width = tensor.shape[1]
        var scales = [Float](repeating: 0, count: tensor.shape[0])
        let values = store.floats(tensor)
        let integers = try allocate(values.count) { room in
            let room = room.bindMemory(to: Int8.self)
            values.withUnsafeBufferPointer { values in
                for row in scales.indices {
                    let weights = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
                    let target = UnsafeMutableBufferPointer(rebasing: room[row * width..<(row + 1) * width])
                    scales[row] = Self.quantize(weights, into: target)
                }
            }
        }
        let offset = try allocate(4 * scales.count) { room in
            scales.withUnsafeBytes { room.copyMemory(from: $0) }
        }
        let result = QuantizedWeights(integers: integers, scales: offset)
        quantized.withLock { $0[tensor.offset] = result }
        return result
    }

    /// Rounds a row to multiples of its largest magnitude over 127, and returns that scale. A weight that is no number
    /// counts as 0.
    private static func quantize(
        _ weights: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Int8>
    ) -> Float {
        var largest: Float = 0
        for weight in weights where weight.magnitude > largest && weight.isFinite { largest = weight.magnitude }
        let scale = largest > 0 ? largest / 127 : 1
        let factor = 1 / scale
        for index in weights.indices {
            let value = (weights[index] * factor).rounded()
            target[index] = value.isFinite ? Int8(max(-127, min(127, value))) : 0
        }
        return scale
    }
}
