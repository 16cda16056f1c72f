/// The layers of BERT (Devlin et al. 2018; numerics of `transformers` BertModel).
struct BERTTrunk: EncoderTrunk {
    private let configuration: EncoderConfiguration
    private let base: WeightStore
    private let prefix: String
    private let mask: GraphBuilder.Value

    init(_ plan: EncoderPlan, _ builder: inout GraphBuilder, mask: GraphBuilder.Value) throws(EncodingError) {
        configuration = plan.configuration
        base = plan.base
        prefix = plan.prefix
        self.mask = try builder.additiveMask(mask)
    }

    func embeddings(
        _ ids: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let width = configuration.hidden
        let name = "\(prefix)embeddings"
        let words = builder.weight(
            try base.weight("\(name).word_embeddings.weight", configuration.vocabulary, width))
        let positions = builder.weight(
            try base.weight("\(name).position_embeddings.weight", configuration.maximumPositions, width))
        // Token type 0 everywhere: a view of the first row.
        var types = try base.weight("\(name).token_type_embeddings.weight", nil, width)
        guard types.shape[0] > 0 else { throw EncodingError(.invalidWeights, "tensor \(types.name) is empty") }
        types.shape = [width]
        let type = builder.weight(types)
        let found = builder.op(
            "Gather", 8, [words, ids, try builder.integer(0)], [("batch_dims", "0")])
        let used = try builder.slice(
            positions, from: try builder.integers([0]), to: try builder.extent(ids, axis: 1), axis: 0)
        let sum = builder.add(found, builder.add(used, type))
        return try builder.layerNorm(
            sum, base, "\(name).LayerNorm", width: width, epsilon: configuration.epsilon)
    }

    func layers(
        _ range: Range<Int>, of store: WeightStore, prefix: String, _ hidden: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        var hidden = hidden
        for index in range {
            hidden = try layer("\(prefix)encoder.layer.\(index)", store, hidden, &builder)
        }
        return hidden
    }

    func finish(
        _ hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value { hidden }

    private func layer(
        _ name: String, _ store: WeightStore, _ hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let width = configuration.hidden
        func project(_ part: String, _ builder: inout GraphBuilder) throws(EncodingError) -> GraphBuilder.Value {
            let projected = try builder.linear(
                hidden, store, "\(name).attention.self.\(part)", in: width, out: width)
            return try builder.splitHeads(projected, heads: configuration.heads, width: configuration.headWidth)
        }
        let query = try project("query", &builder)
        let key = try project("key", &builder)
        let value = try project("value", &builder)
        let context = try builder.joinHeads(builder.attention(query, key, value, mask: mask), hidden: width)
        let attended = try builder.linear(context, store, "\(name).attention.output.dense", in: width, out: width)
        let middle = try builder.layerNorm(
            builder.add(attended, hidden), store, "\(name).attention.output.LayerNorm", width: width,
            epsilon: configuration.epsilon)
        let inner = try builder.linear(
            middle, store, "\(name).intermediate.dense", in: width, out: configuration.intermediate)
        let outer = try builder.linear(
            builder.activation(inner, configuration.activation), store, "\(name).output.dense",
            in: configuration.intermediate, out: width)
        return try builder.layerNorm(
            builder.add(outer, middle), store, "\(name).output.LayerNorm", width: width,
            epsilon: configuration.epsilon)
    }
}
