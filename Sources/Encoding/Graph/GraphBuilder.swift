/// Writes an OpenVINO intermediate representation (version 11) whose constants lie in a weight arena.
///
/// Every name in the text is made here, so nothing that a file says can reach the XML.
struct GraphBuilder {
    /// One output of one operation.
    struct Value: Sendable, Hashable {
        fileprivate var layer: Int
        fileprivate var port: Int
    }

    /// Element types as the representation spells them: in `data` and in `port`.
    enum ElementName: String {
        case f32, f16, bf16, i64, i32, i8, boolean

        fileprivate var port: String {
            switch self {
            case .f32: "FP32"
            case .f16: "FP16"
            case .bf16: "BF16"
            case .i64: "I64"
            case .i32: "I32"
            case .i8: "I8"
            case .boolean: "BOOL"
            }
        }
    }

    let arena: WeightArena
    private var layers = ""
    private var edges = ""
    private var count = 0
    private var weights: [Int: Value] = [:]
    private var integers: [[Int64]: Value] = [:]

    /// Whether matrices of linear layers are stored as 8-bit integers.
    private let isQuantized: Bool

    init(arena: WeightArena, isQuantized: Bool = false) {
        self.arena = arena
        self.isQuantized = isQuantized
    }

    /// The finished text.
    var xml: String {
        "<?xml version=\"1.0\"?>\n<net name=\"encoder\" version=\"11\">\n<layers>\n\(layers)</layers>\n<edges>\n"
            + "\(edges)</edges>\n<rt_info/>\n</net>\n"
    }

    /// A graph input; -1 is a dimension that varies.
    mutating func parameter(_ name: String, _ type: ElementName, _ shape: [Int]) -> Value {
        let id = take()
        let dimensions = shape.map { $0 < 0 ? "?" : String($0) }.joined(separator: ",")
        layers += "<layer id=\"\(id)\" name=\"\(name)\" type=\"Parameter\" version=\"opset1\">"
        layers += "<data shape=\"\(dimensions)\" element_type=\"\(type.rawValue)\"/><output>"
        layers += "<port id=\"0\" precision=\"\(type.port)\" names=\"\(name)\">\(Self.dimensions(shape))</port>"
        layers += "</output></layer>\n"
        return Value(layer: id, port: 0)
    }

    /// A graph output, in the order of the calls.
    mutating func result(_ value: Value, _ name: String) {
        let id = take()
        layers += "<layer id=\"\(id)\" name=\"\(name)\" type=\"Result\" version=\"opset1\">"
        layers += "<input><port id=\"0\"/></input></layer>\n"
        connect(value, to: id, 0)
    }

    /// A stored weight in single precision; a narrower type is widened in the graph.
    mutating func weight(_ tensor: WeightTensor) -> Value {
        if let known = weights[tensor.offset] { return known }
        let stored: ElementName =
            switch tensor.element {
            case .float16: .f16
            case .bfloat16: .bf16
            default: .f32
            }
        var value = constant(stored, tensor.shape, offset: tensor.offset, bytes: tensor.byteCount)
        if stored != .f32 {
            value = op(
                "Convert", 1, [value], [("destination_type", "f32")],
                information: "<attribute name=\"decompression\" version=\"0\"/>")
        }
        weights[tensor.offset] = value
        return value
    }

    /// The matrix of a linear layer, output by input. Quantized, it is 8-bit integers times a scale for each output: the
    /// form that the library multiplies as integers.
    mutating func kernel(_ tensor: WeightTensor, _ store: WeightStore) throws(EncodingError) -> Value {
        guard isQuantized, tensor.shape.count == 2, tensor.shape[1] % QuantizedWeights.activationGroup == 0,
            tensor.count >= 1 << 14
        else {
            return weight(tensor)
        }
        if let known = weights[tensor.offset] { return known }
        let quantized = try arena.quantized(tensor, store)
        let integers = constant(.i8, tensor.shape, offset: quantized.integers, bytes: tensor.count)
        let scales = constant(.f32, [tensor.shape[0], 1], offset: quantized.scales, bytes: 4 * tensor.shape[0])
        let value = op("Multiply", 1, [op("Convert", 1, [integers], [("destination_type", "f32")]), scales])
        weights[tensor.offset] = value
        return value
    }

    /// A constant of single precision numbers.
    mutating func floats(_ values: [Float], _ shape: [Int]) throws(EncodingError) -> Value {
        let offset = try arena.allocate(4 * values.count) { room in
            values.withUnsafeBytes { room.copyMemory(from: $0) }
        }
        return constant(.f32, shape, offset: offset, bytes: 4 * values.count)
    }

    /// One number without dimensions.
    mutating func scalar(_ value: Float) throws(EncodingError) -> Value { try floats([value], []) }

    /// A vector of integers.
    mutating func integers(_ values: [Int64]) throws(EncodingError) -> Value {
        if let known = integers[values] { return known }
        let value = try integers(values, [values.count])
        integers[values] = value
        return value
    }

    /// One integer without dimensions.
    mutating func integer(_ value: Int64) throws(EncodingError) -> Value { try integers([value], []) }

    private mutating func integers(_ values: [Int64], _ shape: [Int]) throws(EncodingError) -> Value {
        let offset = try arena.allocate(8 * values.count) { room in
            values.withUnsafeBytes { room.copyMemory(from: $0) }
        }
        return constant(.i64, shape, offset: offset, bytes: 8 * values.count)
    }

    private mutating func constant(_ type: ElementName, _ shape: [Int], offset: Int, bytes: Int) -> Value {
        let id = take()
        let text = shape.map(String.init).joined(separator: ", ")
        layers += "<layer id=\"\(id)\" name=\"c\(id)\" type=\"Const\" version=\"opset1\">"
        layers += "<data element_type=\"\(type.rawValue)\" shape=\"\(text)\" offset=\"\(offset)\" size=\"\(bytes)\"/>"
        layers += "<output><port id=\"0\" precision=\"\(type.port)\">\(Self.dimensions(shape))</port>"
        layers += "</output></layer>\n"
        return Value(layer: id, port: 0)
    }

    /// An operation with one output.
    mutating func op(
        _ type: String, _ set: Int, _ inputs: [Value], _ attributes: [(String, String)] = [], information: String = ""
    ) -> Value {
        ops(type, set, inputs, attributes, outputs: 1, information: information)[0]
    }

    /// An operation with several outputs.
    mutating func ops(
        _ type: String, _ set: Int, _ inputs: [Value], _ attributes: [(String, String)] = [], outputs: Int,
        information: String = ""
    ) -> [Value] {
        let id = take()
        layers += "<layer id=\"\(id)\" name=\"n\(id)\" type=\"\(type)\" version=\"opset\(set)\">"
        if !attributes.isEmpty {
            layers += "<data"
            for (key, value) in attributes { layers += " \(key)=\"\(value)\"" }
            layers += "/>"
        }
        if !information.isEmpty { layers += "<rt_info>\(information)</rt_info>" }
        layers += "<input>"
        for port in inputs.indices {
            layers += "<port id=\"\(port)\"/>"
            connect(inputs[port], to: id, port)
        }
        layers += "</input><output>"
        for port in 0..<outputs { layers += "<port id=\"\(inputs.count + port)\" precision=\"FP32\"/>" }
        layers += "</output></layer>\n"
        return (0..<outputs).map { Value(layer: id, port: inputs.count + $0) }
    }

    private mutating func take() -> Int {
        defer { count += 1 }
        return count
    }

    private mutating func connect(_ value: Value, to layer: Int, _ port: Int) {
        edges += "<edge from-layer=\"\(value.layer)\" from-port=\"\(value.port)\" "
        edges += "to-layer=\"\(layer)\" to-port=\"\(port)\"/>\n"
    }

    private static func dimensions(_ shape: [Int]) -> String { shape.map { "<dim>\($0)</dim>" }.joined() }
}
