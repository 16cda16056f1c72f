/// Attention in which each position sees its neighbours up to a reach on each side.
///
/// Short rows use a full score matrix under a band mask. Where rows may be long, queries are cut into blocks of
/// twice the reach, and each block sees the two blocks' width of keys around it: cost and memory grow with the
/// length, not with its square.
struct LocalAttention {
    /// Rows up to this many positions use the full matrix.
    static let fullMatrixLimit = 1024
    /// A reach beyond this many positions makes blocks as dear as the full matrix.
    static let reachLimit = 512

    private let configuration: EncoderConfiguration
    private let length: GraphBuilder.Value
    private let mask: GraphBuilder.Value
    private let blocks: Blocks?

    /// What the blocked form needs besides.
    private struct Blocks {
        var size: Int64
        /// Padding that completes the last block, as a vector of one integer.
        var tail: GraphBuilder.Value
        /// Positions with that padding.
        var padded: GraphBuilder.Value
        /// The batch size.
        var batch: GraphBuilder.Value
    }

    /// - Parameters:
    ///   - mask: 1 or 0, [batch, position].
    ///   - additive: The same as a mask to add to scores.
    ///   - length: The number of positions, as a vector of one integer.
    init(
        _ plan: EncoderPlan, _ builder: inout GraphBuilder, mask: GraphBuilder.Value, additive: GraphBuilder.Value,
        length: GraphBuilder.Value
    ) throws(EncodingError) {
        configuration = plan.configuration
        self.length = length
        let reach = plan.configuration.localReach
        guard 1...Self.reachLimit ~= reach, plan.maximumLength > Self.fullMatrixLimit else {
            self.mask = builder.add(additive, try Self.band(reach: reach, length, &builder))
            blocks = nil
            return
        }
        let size = Int64(2 * reach)
        let over = builder.op(
            "Mod", 1, [length, try builder.integers([size])], [("auto_broadcast", "numpy")])
        let missing = builder.op(
            "Subtract", 1, [try builder.integers([size]), over], [("auto_broadcast", "numpy")])
        let tail = builder.op("Mod", 1, [missing, try builder.integers([size])], [("auto_broadcast", "numpy")])
        let blocks = Blocks(
            size: size, tail: tail, padded: builder.add(length, tail), batch: try builder.extent(mask, axis: 0))
        self.mask = try Self.blockMask(mask, blocks, reach: reach, &builder)
        self.blocks = blocks
    }

    /// The context [batch, position, hidden] of queries, keys and values [batch, head, position, width].
    func attend(
        _ query: GraphBuilder.Value, _ key: GraphBuilder.Value, _ value: GraphBuilder.Value,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        guard let blocks else {
            return try builder.joinHeads(
                builder.attention(query, key, value, mask: mask), hidden: configuration.hidden)
        }
        let heads = Int64(configuration.heads)
        let width = Int64(configuration.headWidth)
        let order = try builder.integers([0, 2, 1, 3, 4])
        func flattened(
            _ input: GraphBuilder.Value, _ extent: Int64, _ builder: inout GraphBuilder
        ) throws(EncodingError) -> GraphBuilder.Value {
            try builder.reshape(builder.transpose(input, order), [-1, heads, extent, width])
        }
        let padded = try Self.pad(query, rank: 4, axis: 2, before: 0, after: blocks.tail, extra: 0, &builder)
        let queries = try flattened(
            try builder.reshape(padded, [0, 0, -1, blocks.size, width]), blocks.size, &builder)
        func around(
            _ input: GraphBuilder.Value, _ builder: inout GraphBuilder
        ) throws(EncodingError) -> GraphBuilder.Value {
            let halves = try Self.neighbours(input, blocks, rank: 4, axis: 2, &builder)
            var parts: [GraphBuilder.Value] = []
            for half in halves { parts.append(try builder.reshape(half, [0, 0, -1, blocks.size, width])) }
            return try flattened(builder.concatenate(parts, axis: 3), 2 * blocks.size, &builder)
        }
        let keys = try around(key, &builder)
        let values = try around(value, &builder)
        let context = builder.attention(queries, keys, values, mask: mask)
        let shape = builder.concatenate(
            [blocks.batch, try builder.integers([-1, heads, blocks.size, width])], axis: 0)
        let apart = builder.op("Reshape", 1, [context, shape], [("special_zero", "false")])
        let joined = builder.transpose(apart, try builder.integers([0, 1, 3, 2, 4]))
        let flat = builder.concatenate([blocks.batch, try builder.integers([-1, heads * width])], axis: 0)
        return try builder.slice(
            builder.op("Reshape", 1, [joined, flat], [("special_zero", "false")]),
            from: try builder.integers([0]), to: length, axis: 1)
    }

    /// [1, 1, position, position]: 0 within the reach, else −65504.
    private static func band(
        reach: Int, _ length: GraphBuilder.Value, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let last = builder.op("Squeeze", 1, [length, try builder.integers([0])])
        let positions = builder.op(
            "Range", 4, [try builder.integer(0), last, try builder.integer(1)], [("output_type", "f32")])
        let column = builder.op("Unsqueeze", 1, [positions, try builder.integers([1])])
        let distance = builder.op(
            "Abs", 1, [builder.op("Subtract", 1, [column, positions], [("auto_broadcast", "numpy")])])
        let isFar = builder.op(
            "Greater", 1, [distance, try builder.scalar(Float(reach))], [("auto_broadcast", "numpy")])
        let penalty = builder.op(
            "Select", 1, [isFar, try builder.scalar(-65504), try builder.scalar(0)], [("auto_broadcast", "numpy")])
        return builder.op("Unsqueeze", 1, [penalty, try builder.integers([0, 1])])
    }

    /// [batch·blocks, 1, block, 2·block]: 0 where key b of a block may be seen by its query a, else negative.
    ///
    /// Keys of a block start one reach before it, so b may be seen when a ≤ b ≤ a + 2·reach.
    private static func blockMask(
        _ mask: GraphBuilder.Value, _ blocks: Blocks, reach: Int, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        let size = Int(blocks.size)
        var parts: [GraphBuilder.Value] = []
        for half in try neighbours(mask, blocks, rank: 2, axis: 1, &builder) {
            parts.append(try builder.reshape(half, [0, -1, blocks.size]))
        }
        let keys = try builder.reshape(builder.concatenate(parts, axis: 2), [-1, 1, 1, 2 * blocks.size])
        let hidden = builder.multiply(
            builder.op("Subtract", 1, [keys, try builder.scalar(1)], [("auto_broadcast", "numpy")]),
            try builder.scalar(65504))
        var band = [Float](repeating: -65504, count: 2 * size * size)
        for query in 0..<size {
            for key in query...query + 2 * reach where key < 2 * size { band[query * 2 * size + key] = 0 }
        }
        return builder.add(hidden, try builder.floats(band, [1, 1, size, 2 * size]))
    }

    /// The two block-wide halves of the keys around each block: one reach before, and one block later.
    private static func neighbours(
        _ input: GraphBuilder.Value, _ blocks: Blocks, rank: Int, axis: Int, _ builder: inout GraphBuilder
    ) throws(EncodingError) -> [GraphBuilder.Value] {
        let reach = blocks.size / 2
        let padded = try pad(
            input, rank: rank, axis: axis, before: reach, after: blocks.tail, extra: reach, &builder)
        let size = try builder.integers([blocks.size])
        let first = try builder.slice(
            padded, from: try builder.integers([0]), to: blocks.padded, axis: Int64(axis))
        let second = try builder.slice(
            padded, from: size, to: builder.add(blocks.padded, size), axis: Int64(axis))
        return [first, second]
    }

    private static func pad(
        _ input: GraphBuilder.Value, rank: Int, axis: Int, before: Int64, after: GraphBuilder.Value, extra: Int64,
        _ builder: inout GraphBuilder
    ) throws(EncodingError) -> GraphBuilder.Value {
        var begin = [Int64](repeating: 0, count: rank)
        begin[axis] = before
        let most = extra == 0 ? after : builder.add(after, try builder.integers([extra]))
        var ends = [most]
        if axis > 0 { ends.insert(try builder.integers([Int64](repeating: 0, count: axis)), at: 0) }
        if axis < rank - 1 { ends.append(try builder.integers([Int64](repeating: 0, count: rank - 1 - axis))) }
        return builder.op(
            "Pad", 1, [input, try builder.integers(begin), builder.concatenate(ends, axis: 0), try builder.scalar(0)],
            [("pad_mode", "constant")])
    }
}
