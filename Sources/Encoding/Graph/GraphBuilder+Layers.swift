/// The vocabulary in which encoders are written.
extension GraphBuilder {
    /// x·Wᵀ + b over the last dimension.
    /// - Throws: `invalid_weights` when the weight is not out × in, or the bias not of the width out.
    mutating func linear(
        _ input: Value, _ store: WeightStore, _ name: String, in width: Int, out: Int, bias: Bool = true
    ) throws(EncodingError) -> Value {
        let kernel = try kernel(try store.weight("\(name).weight", out, width), store)
        let product = matrixProduct(input, kernel, transposeRight: true)
        return bias ? add(product, weight(try store.weight("\(name).bias", out))) : product
    }

    /// (x − mean)/√(variance + ε) · weight (+ bias) over the last dimension.
    mutating func layerNorm(
        _ input: Value, _ store: WeightStore, _ name: String, width: Int, epsilon: Double, bias: Bool = true
    ) throws(EncodingError) -> Value {
        let axes = try integers([-1])
        let normal = op(
            "MVN", 6, [input, axes],
            [("eps", "\(epsilon)"), ("normalize_variance", "true"), ("eps_mode", "INSIDE_SQRT")])
        let scaled = multiply(normal, weight(try store.weight("\(name).weight", width)))
        return bias ? add(scaled, weight(try store.weight("\(name).bias", width))) : scaled
    }

    /// Softmax(q·kᵀ·scale + mask)·v over [batch, head, position, width]; the scale is 1/√width.
    mutating func attention(_ query: Value, _ key: Value, _ value: Value, mask: Value) -> Value {
        op("ScaledDotProductAttention", 13, [query, key, value, mask], [("causal", "false")])
    }

    /// [batch, position, heads·width] as [batch, head, position, width].
    mutating func splitHeads(_ input: Value, heads: Int, width: Int) throws(EncodingError) -> Value {
        transpose(try reshape(input, [0, 0, Int64(heads), Int64(width)]), try integers([0, 2, 1, 3]))
    }

    /// The inverse of `splitHeads`.
    mutating func joinHeads(_ input: Value, hidden: Int) throws(EncodingError) -> Value {
        try reshape(transpose(input, try integers([0, 2, 1, 3])), [0, 0, Int64(hidden)])
    }

    /// The Gaussian error linear unit, in the form the configuration names.
    mutating func activation(_ input: Value, _ kind: EncoderConfiguration.Activation) -> Value {
        switch kind {
        case .gelu: op("Gelu", 7, [input], [("approximation_mode", "ERF")])
        case .geluTanh: op("Gelu", 7, [input], [("approximation_mode", "TANH")])
        case .relu: op("ReLU", 1, [input])
        case .silu: op("Swish", 4, [input])
        }
    }

    /// Σ mask·h / Σ mask over the positions: [batch, hidden].
    mutating func meanPool(_ hidden: Value, mask: Value) throws(EncodingError) -> Value {
        let row = op("Unsqueeze", 1, [mask, try integers([1])])
        let total = op("Squeeze", 1, [matrixProduct(row, hidden), try integers([1])])
        let count = op("ReduceSum", 1, [mask, try integers([1])], [("keep_dims", "true")])
        return op("Divide", 1, [total, count], [("auto_broadcast", "numpy")])
    }

    /// The first position: [batch, hidden].
    mutating func firstPosition(_ hidden: Value) throws(EncodingError) -> Value {
        op("Gather", 8, [hidden, try integer(0), try integer(1)], [("batch_dims", "0")])
    }

    /// x / max(‖x‖₂, 10⁻¹²) over the last dimension.
    mutating func normalized(_ input: Value) throws(EncodingError) -> Value {
        op("NormalizeL2", 1, [input, try integers([-1])], [("eps", "1e-24"), ("eps_mode", "max")])
    }

    /// A mask to add to attention scores, [batch, 1, 1, position]: 0 where the mask is 1, else −65504.
    mutating func additiveMask(_ mask: Value) throws(EncodingError) -> Value {
        let wide = op("Unsqueeze", 1, [mask, try integers([1, 2])])
        return multiply(op("Subtract", 1, [wide, try scalar(1)], [("auto_broadcast", "numpy")]), try scalar(65504))
    }

    mutating func matrixProduct(
        _ left: Value, _ right: Value, transposeLeft: Bool = false, transposeRight: Bool = false
    ) -> Value {
        op("MatMul", 1, [left, right], [("transpose_a", "\(transposeLeft)"), ("transpose_b", "\(transposeRight)")])
    }

    mutating func add(_ left: Value, _ right: Value) -> Value {
        op("Add", 1, [left, right], [("auto_broadcast", "numpy")])
    }

    mutating func multiply(_ left: Value, _ right: Value) -> Value {
        op("Multiply", 1, [left, right], [("auto_broadcast", "numpy")])
    }

    /// A new shape, in which 0 keeps a dimension and -1 takes what is left.
    mutating func reshape(_ input: Value, _ shape: [Int64]) throws(EncodingError) -> Value {
        op("Reshape", 1, [input, try integers(shape)], [("special_zero", "true")])
    }

    mutating func transpose(_ input: Value, _ order: Value) -> Value { op("Transpose", 1, [input, order]) }

    mutating func concatenate(_ inputs: [Value], axis: Int) -> Value {
        inputs.count == 1 ? inputs[0] : op("Concat", 1, inputs, [("axis", "\(axis)")])
    }

    mutating func convert(_ input: Value, _ type: ElementName) -> Value {
        op("Convert", 1, [input], [("destination_type", type.rawValue)])
    }

    /// Elements `start..<stop` along an axis; bounds are vectors of one integer.
    mutating func slice(_ input: Value, from start: Value, to stop: Value, axis: Int64) throws(EncodingError) -> Value {
        op("Slice", 8, [input, start, stop, try integers([1]), try integers([axis])])
    }

    /// A dimension of a value, as a vector of one integer.
    mutating func extent(_ input: Value, axis: Int64) throws(EncodingError) -> Value {
        let shape = op("ShapeOf", 3, [input], [("output_type", "i64")])
        return op("Gather", 8, [shape, try integers([axis]), try integer(0)], [("batch_dims", "0")])
    }
}
