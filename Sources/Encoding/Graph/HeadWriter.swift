/// Writes classification heads on the last hidden states.
struct HeadWriter {
    let plan: EncoderPlan
    /// [batch, position], 1 or 0.
    let mask: GraphBuilder.Value

    private var store: WeightStore { plan.headWeights }
    private var width: Int { plan.configuration.hidden }

    /// The logits of all sequence heads side by side, then those of each token head.
    func write(
        _ heads: [EncoderPlan.Head], on hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> [(GraphBuilder.Value, GraphOutput)] {
        var results: [(GraphBuilder.Value, GraphOutput)] = []
        let sequence = heads.filter { !$0.isToken }
        if !sequence.isEmpty {
            let pooled = try attentionPools(sequence, hidden, &builder)
            var logits: [GraphBuilder.Value] = []
            for head in sequence { logits.append(try sequenceLogits(head, hidden, pooled, &builder)) }
            results.append((builder.concatenate(logits, axis: 1), .sequence(sequence)))
        }
        for head in heads where head.isToken {
            results.append((try classify(head, hidden, &builder), .token(head)))
        }
        return results
    }

    /// Pools for all heads with attention at once: softmax over the positions of h·w, then the weighted sum.
    private func attentionPools(
        _ heads: [EncoderPlan.Head], _ hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> [String: GraphBuilder.Value] {
        let pooling = heads.filter { $0.form == .attentionPooled }
        guard !pooling.isEmpty else { return [:] }
        var weights: [GraphBuilder.Value] = []
        for head in pooling {
            weights.append(builder.weight(try store.weight("heads.\(head.name).attention.weight", 1, width)))
        }
        let scores = builder.matrixProduct(hidden, builder.concatenate(weights, axis: 0), transposeRight: true)
        let hiding = builder.op("Unsqueeze", 1, [mask, try builder.integers([2])])
        let penalty = builder.multiply(
            builder.op("Subtract", 1, [hiding, try builder.scalar(1)], [("auto_broadcast", "numpy")]),
            try builder.scalar(65504))
        let shares = builder.op("SoftMax", 8, [builder.add(scores, penalty)], [("axis", "1")])
        let pooled = builder.matrixProduct(shares, hidden, transposeLeft: true)
        var found: [String: GraphBuilder.Value] = [:]
        for (index, head) in pooling.enumerated() {
            found[head.name] = builder.op(
                "Gather", 8, [pooled, try builder.integer(Int64(index)), try builder.integer(1)],
                [("batch_dims", "0")])
        }
        return found
    }

    private func sequenceLogits(
        _ head: EncoderPlan.Head, _ hidden: GraphBuilder.Value, _ pooled: [String: GraphBuilder.Value],
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        switch head.form {
        case .attentionPooled:
            guard let vector = pooled[head.name] else { throw EncodingError(.failed, "head \(head.name) has no pool") }
            return try classify(head, vector, &builder)
        case .pooler: return try classify(head, try builder.firstPosition(hidden), &builder)
        case .predictionHead(.first, _), .bareClassifier(.first, _):
            return try classify(head, try builder.firstPosition(hidden), &builder)
        case .predictionHead(.mean, _), .bareClassifier(.mean, _):
            return try classify(head, try builder.meanPool(hidden, mask: mask), &builder)
        case .denseTokens, .classifierTokens:
            throw EncodingError(.failed, "head \(head.name) reads tokens")
        }
    }

    /// From a vector, or one at each position, to logits.
    private func classify(
        _ head: EncoderPlan.Head, _ input: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        switch head.form {
        case .attentionPooled, .denseTokens:
            let name = "heads.\(head.name)"
            let dense = try builder.linear(input, store, "\(name).dense", in: width, out: width)
            return try builder.linear(
                builder.activation(dense, .gelu), store, "\(name).classifier", in: width, out: head.classes)
        case .pooler(let prefix):
            let dense = try builder.linear(input, store, "\(prefix)pooler.dense", in: width, out: width)
            return try builder.linear(
                builder.op("Tanh", 1, [dense]), store, "classifier", in: width, out: head.classes)
        case .classifierTokens:
            return try builder.linear(input, store, "classifier", in: width, out: head.classes)
        case .bareClassifier(_, let prefix):
            return try builder.linear(input, store, "\(prefix)classifier", in: width, out: head.classes)
        case .predictionHead(_, let prefix):
            let configuration = plan.configuration
            let dense = try builder.linear(
                input, store, "\(prefix)head.dense", in: width, out: width, bias: configuration.biases.head)
            let normal = try builder.layerNorm(
                builder.activation(dense, configuration.headActivation), store, "\(prefix)head.norm", width: width,
                epsilon: configuration.epsilon, bias: configuration.biases.norm)
            return try builder.linear(normal, store, "\(prefix)classifier", in: width, out: head.classes)
        }
    }
}
