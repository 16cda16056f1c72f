/// What a graph can give and where its weights are.
struct EncoderPlan: Sendable {
    /// A classification head.
    struct Head: Sendable, Hashable {
        /// How a head reads the last hidden states.
        enum Form: Sendable, Hashable {
            /// Softmax attention over the positions, dense, GELU, classifier: `heads.{name}.…`.
            case attentionPooled
            /// Dense, GELU, classifier at each position: `heads.{name}.…`.
            case denseTokens
            /// First position, `pooler.dense`, tanh, `classifier` (BertForSequenceClassification).
            case pooler(prefix: String)
            /// `classifier` at each position (BertForTokenClassification).
            case classifierTokens
            /// `head.dense`, activation, `head.norm`, `classifier` (ModernBERT), pooled first or at each position.
            case predictionHead(EncoderConfiguration.Pooling, prefix: String)
            /// The same without `head.*` tensors.
            case bareClassifier(EncoderConfiguration.Pooling, prefix: String)
        }

        var name: String
        /// Whether it gives logits for each position.
        var isToken: Bool
        /// The number of classes.
        var classes: Int
        var form: Form
    }

    /// How the embedding is made.
    struct Embedding: Sendable, Hashable {
        var pooling: EncoderConfiguration.Pooling
        var isNormalized: Bool
        /// The number of layers that are run.
        var layers: Int
        /// The number of leading elements that are kept.
        var dimension: Int
    }

    /// Layers that follow the trunk in place of the base's own.
    struct Branch: Sendable {
        var weights: WeightStore
        /// The trunk's number of layers, and the index of the branch's first.
        var start: Int
        var layers: Int
    }

    var configuration: EncoderConfiguration
    var base: WeightStore
    /// Before every tensor name of the base encoder, such as `bert.`.
    var prefix: String
    var embedding: Embedding?
    /// Where the heads stand; without it they stand on the base's last layer.
    var branch: Branch?
    var heads: [Head]
    /// The most positions a row may have.
    var maximumLength: Int

    /// The weights of the heads.
    var headWeights: WeightStore { branch?.weights ?? base }
}

/// One output of a graph.
enum GraphOutput: Sendable, Hashable {
    /// [batch, position, hidden], to be pooled outside the graph
    case hidden(EncoderPlan.Embedding)
    /// [batch, dimension]
    case embedding
    /// [batch, classes of the heads, side by side]
    case sequence([EncoderPlan.Head])
    /// [batch, position, classes]
    case token(EncoderPlan.Head)
}

/// A graph as text, with the meaning of its outputs in their order.
struct EncoderGraph: Sendable {
    var xml: String
    var outputs: [GraphOutput]
}

extension EncoderPlan {
    /// Writes the graph that gives what is asked for; inputs are `input_ids` and `attention_mask`, i32
    /// [batch, position]. Quantized, its matrix products are over 8-bit integers.
    /// - Throws: `invalid_weights` when a tensor is not there or does not fit.
    func graph(for outputs: EncoderOutputs, isQuantized: Bool = false) throws(EncodingError) -> EncoderGraph {
        var builder = GraphBuilder(arena: base.arena, isQuantized: isQuantized)
        let ids = builder.parameter("input_ids", .i32, [-1, -1])
        let mask = builder.convert(builder.parameter("attention_mask", .i32, [-1, -1]), .f32)
        let wanted = heads.filter { outputs.heads.contains($0.name) }
        let wantsEmbedding = outputs.embedding && embedding != nil
        let trunk: any EncoderTrunk =
            switch configuration.family {
            case .bert: try BERTTrunk(self, &builder, mask: mask)
            case .modernBERT: try ModernBERTTrunk(self, &builder, ids: ids, mask: mask)
            }
        let embeddingLayers = wantsEmbedding ? embedding?.layers ?? 0 : 0
        let headLayers = wanted.isEmpty ? 0 : branch?.start ?? configuration.layers
        let shared =
            embeddingLayers == 0 ? headLayers : headLayers == 0 ? embeddingLayers : min(embeddingLayers, headLayers)
        var hidden = try trunk.embeddings(ids, &builder)
        hidden = try trunk.layers(0..<shared, of: base, prefix: prefix, hidden, &builder)
        var results: [(GraphBuilder.Value, GraphOutput)] = []
        if wantsEmbedding, let embedding {
            let last = try trunk.layers(shared..<embedding.layers, of: base, prefix: prefix, hidden, &builder)
            let pooled = try embed(try trunk.finish(last, &builder), embedding, mask: mask, &builder)
            results.append((pooled, .embedding))
        }
        if !wanted.isEmpty {
            var last = try trunk.layers(shared..<headLayers, of: base, prefix: prefix, hidden, &builder)
            if let branch {
                let range = branch.start..<branch.start + branch.layers
                last = try trunk.layers(range, of: branch.weights, prefix: "", last, &builder)
            }
            last = try trunk.finish(last, &builder)
            results += try HeadWriter(plan: self, mask: mask).write(wanted, on: last, &builder)
        }
        for (index, result) in results.enumerated() { builder.result(result.0, "output_\(index)") }
        return EncoderGraph(xml: builder.xml, outputs: results.map(\.1))
    }

    private func embed(
        _ hidden: GraphBuilder.Value, _ embedding: Embedding, mask: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        var pooled =
            switch embedding.pooling {
            case .mean: try builder.meanPool(hidden, mask: mask)
            case .first: try builder.firstPosition(hidden)
            }
        if embedding.dimension < configuration.hidden {
            pooled = try builder.slice(
                pooled, from: try builder.integers([0]), to: try builder.integers([Int64(embedding.dimension)]), axis: 1
            )
        }
        return embedding.isNormalized ? try builder.normalized(pooled) : pooled
    }
}

/// The layers of one family of encoders.
protocol EncoderTrunk {
    /// The hidden states before the first layer.
    func embeddings(
        _ ids: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError)
        -> GraphBuilder.Value
    /// The hidden states after some layers.
    func layers(
        _ range: Range<Int>, of store: WeightStore, prefix: String, _ hidden: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value
    /// What follows the last layer.
    func finish(
        _ hidden: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError)
        -> GraphBuilder.Value
}
