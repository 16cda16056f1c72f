/// The layers of ModernBERT and mmBERT (Warner et al. 2024; numerics of `transformers` ModernBertModel).
struct ModernBERTTrunk: EncoderTrunk {
    private let configuration: EncoderConfiguration
    private let base: WeightStore
    private let prefix: String
    private let globalMask: GraphBuilder.Value
    private let globalAngles: RotaryAngles
    private let localAngles: RotaryAngles
    private let local: LocalAttention

    init(
        _ plan: EncoderPlan, _ builder: inout GraphBuilder, ids: GraphBuilder.Value, mask: GraphBuilder.Value
    ) throws(EncodingError) {
        configuration = plan.configuration
        base = plan.base
        prefix = plan.prefix
        let length = try builder.extent(ids, axis: 1)
        let width = configuration.headWidth
        globalMask = try builder.additiveMask(mask)
        globalAngles = try RotaryAngles(
            theta: configuration.globalTheta, width: width, length: length, &builder)
        localAngles =
            configuration.localTheta == configuration.globalTheta
            ? globalAngles
            : try RotaryAngles(theta: configuration.localTheta, width: width, length: length, &builder)
        local = try LocalAttention(plan, &builder, mask: mask, additive: globalMask, length: length)
    }

    func embeddings(
        _ ids: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let table = builder.weight(
            try base.weight(
                "\(prefix)embeddings.tok_embeddings.weight", configuration.vocabulary, configuration.hidden))
        let found = builder.op("Gather", 8, [table, ids, try builder.integer(0)], [("batch_dims", "0")])
        return try norm(found, base, "\(prefix)embeddings.norm", &builder)
    }

    func layers(
        _ range: Range<Int>, of store: WeightStore, prefix: String, _ hidden: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        var hidden = hidden
        for index in range {
            hidden = try layer(index, "\(prefix)layers.\(index)", store, hidden, &builder)
        }
        return hidden
    }

    func finish(
        _ hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        try norm(hidden, base, "\(prefix)final_norm", &builder)
    }

    private func layer(
        _ index: Int, _ name: String, _ store: WeightStore, _ hidden: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        // The first layer stands right behind the norm of the embeddings.
        let input = index == 0 ? hidden : try norm(hidden, store, "\(name).attn_norm", &builder)
        let attended = try attention(index, "\(name).attn", store, input, &builder)
        let middle = builder.add(hidden, attended)
        let normal = try norm(middle, store, "\(name).mlp_norm", &builder)
        return builder.add(middle, try gated("\(name).mlp", store, normal, &builder))
    }

    private func attention(
        _ index: Int, _ name: String, _ store: WeightStore, _ input: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let hidden = configuration.hidden
        let isGlobal = configuration.isGlobal(layer: index)
        let joined = try builder.linear(
            input, store, "\(name).Wqkv", in: hidden, out: 3 * hidden, bias: configuration.biases.attention)
        let parts = builder.ops("Split", 1, [joined, try builder.integer(2)], [("num_splits", "3")], outputs: 3)
        var split: [GraphBuilder.Value] = []
        for part in parts {
            split.append(
                try builder.splitHeads(part, heads: configuration.heads, width: configuration.headWidth))
        }
        let angles = isGlobal ? globalAngles : localAngles
        let query = try angles.rotate(split[0], &builder)
        let key = try angles.rotate(split[1], &builder)
        let context =
            isGlobal
            ? try builder.joinHeads(builder.attention(query, key, split[2], mask: globalMask), hidden: hidden)
            : try local.attend(query, key, split[2], &builder)
        return try builder.linear(
            context, store, "\(name).Wo", in: hidden, out: hidden, bias: configuration.biases.attention)
    }

    /// Wo(activation(a)·b) with [a, b] = Wi(x).
    private func gated(
        _ name: String, _ store: WeightStore, _ input: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let inner = configuration.intermediate
        let bias = configuration.biases.feedForward
        let both = try builder.linear(
            input, store, "\(name).Wi", in: configuration.hidden, out: 2 * inner, bias: bias)
        let halves = builder.ops("Split", 1, [both, try builder.integer(2)], [("num_splits", "2")], outputs: 2)
        let product = builder.multiply(builder.activation(halves[0], configuration.activation), halves[1])
        return try builder.linear(product, store, "\(name).Wo", in: inner, out: configuration.hidden, bias: bias)
    }

    private func norm(
        _ input: GraphBuilder.Value, _ store: WeightStore, _ name: String, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        try builder.layerNorm(
            input, store, name, width: configuration.hidden, epsilon: configuration.epsilon,
            bias: configuration.biases.norm)
    }
}
