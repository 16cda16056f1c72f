internal import Glibc

/// Cosines and sines of rotary position embeddings, [1, 1, position, width] (Su et al. 2021; halves as in GPT-NeoX).
struct RotaryAngles {
    private let cosine: GraphBuilder.Value
    private let sine: GraphBuilder.Value
    private let half: Int64

    /// The angle of position p and pair i is p·θ^(−2i/width).
    init(
        theta: Double, width: Int, length: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) {
        half = Int64(width / 2)
        let frequencies = (0..<width / 2).map { 1 / powf(Float(theta), Float(2 * $0) / Float(width)) }
        let last = builder.op("Squeeze", 1, [length, try builder.integers([0])])
        let positions = builder.op(
            "Range", 4, [try builder.integer(0), last, try builder.integer(1)], [("output_type", "f32")])
        let column = builder.op("Unsqueeze", 1, [positions, try builder.integers([1])])
        let angles = builder.multiply(column, try builder.floats(frequencies, [1, width / 2]))
        let both = builder.op(
            "Unsqueeze", 1, [builder.concatenate([angles, angles], axis: 1), try builder.integers([0, 1])])
        cosine = builder.op("Cos", 1, [both])
        sine = builder.op("Sin", 1, [both])
    }

    /// x·cos + [−x₂, x₁]·sin for x = [x₁, x₂] of shape [batch, head, position, width].
    func rotate(
        _ input: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let halves = builder.ops(
            "VariadicSplit", 1, [input, try builder.integer(-1), try builder.integers([half, half])], outputs: 2)
        let negative = builder.multiply(halves[1], try builder.scalar(-1))
        let turned = builder.concatenate([negative, halves[0]], axis: -1)
        return builder.add(builder.multiply(input, cosine), builder.multiply(turned, sine))
    }
}
