/// An output of a run, as long as its memory is valid.
struct OutputTensor {
    let data: UnsafeMutableRawPointer
    /// Whether its numbers are half precision, else single.
    let isHalf: Bool
    let shape: [Int]

    /// Adds what an output says to the results of its rows.
    /// - Throws: `failed` for a shape that does not fit.
    func read(
        _ output: GraphOutput, _ rows: [EncoderRow], _ length: Int, _ wanted: EncoderOutputs,
        _ results: inout [EncoderResult]
    ) throws(EncodingError) {
        guard shape.first == rows.count, let width = shape.last else { throw Self.unexpected(shape) }
        switch output {
        case .embedding:
            guard wanted.embedding else { return }
            try require(shape.count == 2)
            for row in rows.indices { results[row].embedding = floats(row * width, width) }
        case .hidden(let embedding):
            guard wanted.embedding else { return }
            try require(shape.count == 2 || shape.count == 3 && shape[1] == length)
            for row in rows.indices where shape.count == 2 || results[row].embedding == nil {
                let vector =
                    shape.count == 2
                    ? floats(row * width, width) : pool(row, rows[row].ids.count, length, width, embedding.pooling)
                results[row].embedding = Self.finished(vector, embedding)
            }
        case .sequence(let heads):
            try require(shape.count == 2 && width == heads.reduce(0) { $0 + $1.classes })
            for row in rows.indices {
                var start = row * width
                for head in heads {
                    if wanted.heads.contains(head.name) {
                        results[row].logits.append(floats(start, head.classes))
                    }
                    start += head.classes
                }
            }
        case .token(let head):
            guard wanted.heads.contains(head.name) else { return }
            try require(shape.count == 3 && shape[1] == length && width == head.classes)
            for row in rows.indices {
                results[row].tokenLogits.append(floats(row * length * width, rows[row].ids.count * width))
            }
        }
    }

    private func require(_ fits: Bool) throws(EncodingError) { if !fits { throw Self.unexpected(shape) } }

    private static func unexpected(_ shape: [Int]) -> EncodingError {
        EncodingError(.failed, "an output has the unexpected shape \(shape)")
    }

    private func floats(_ start: Int, _ count: Int) -> [Float] {
        if isHalf {
            let values = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float16.self) + start, count: count)
            return values.map { Float($0) }
        }
        return Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self) + start, count: count))
    }

    private func pool(
        _ row: Int, _ count: Int, _ length: Int, _ width: Int, _ pooling: EncoderConfiguration.Pooling
    ) -> [Float] {
        let start = row * length * width
        if pooling == .first { return floats(start, width) }
        var total = [Float](repeating: 0, count: width)
        for position in 0..<count {
            let vector = floats(start + position * width, width)
            for index in 0..<width { total[index] += vector[index] }
        }
        return total.map { $0 / Float(count) }
    }

    private static func finished(_ vector: [Float], _ embedding: EncoderPlan.Embedding) -> [Float] {
        let cut = Array(vector.prefix(embedding.dimension))
        guard embedding.isNormalized else { return cut }
        let length = max(cut.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        return cut.map { $0 / length }
    }
}
