/// A tensor at its place in an arena.
struct WeightTensor: Sendable, Hashable {
    var name: String
    var element: TensorElement
    var shape: [Int]
    /// Byte offset in the arena.
    var offset: Int

    var count: Int { shape.reduce(1, *) }
    var byteCount: Int { count * element.size }
}

/// The named tensors of one model in an arena.
struct WeightStore: Sendable {
    let arena: WeightArena
    private(set) var tensors: [String: WeightTensor]

    init(arena: WeightArena, file: WeightFile, at offset: Int) {
        self.arena = arena
        tensors = [:]
        for tensor in file.header.tensors {
            tensors[tensor.name] = WeightTensor(
                name: tensor.name, element: tensor.element, shape: tensor.shape,
                offset: offset + tensor.bytes.lowerBound)
        }
    }

    /// The first of some prefixes under which a tensor of this name is stored.
    func prefix(of name: String, among prefixes: [String]) -> String? {
        prefixes.first { tensors[$0 + name] != nil }
    }

    /// Whether a tensor is stored.
    func has(_ name: String) -> Bool { tensors[name] != nil }

    /// The weight of this name.
    /// - Parameter shape: What it must be; `nil` for a dimension that is free.
    /// - Throws: `invalid_weights` when there is none, or of another shape or type.
    func weight(_ name: String, _ shape: Int?...) throws(EncodingError) -> WeightTensor {
        guard let tensor = tensors[name] else { throw EncodingError(.invalidWeights, "no tensor \(name)") }
        guard tensor.element.isWeight else {
            throw EncodingError(.invalidWeights, "tensor \(name) has type \(tensor.element.rawValue)")
        }
        guard tensor.shape.count == shape.count, zip(tensor.shape, shape).allSatisfy({ $1 == nil || $0 == $1 }) else {
            let wanted = shape.map { $0.map(String.init) ?? "any" }
            throw EncodingError(
                .invalidWeights, "tensor \(name) has shape \(tensor.shape), not [\(wanted.joined(separator: ", "))]")
        }
        return tensor
    }

    /// Puts a tensor in place of what is stored under its name.
    mutating func replace(_ tensor: WeightTensor) { tensors[tensor.name] = tensor }

    /// The elements of a weight as single precision numbers.
    func floats(_ tensor: WeightTensor) -> [Float] {
        let start = UnsafeRawPointer(arena.base + tensor.offset)
        return [Float](unsafeUninitializedCapacity: tensor.count) { buffer, filled in
            switch tensor.element {
            case .float16:
                for index in 0..<tensor.count {
                    buffer[index] = Float(start.loadUnaligned(fromByteOffset: 2 * index, as: Float16.self))
                }
            case .bfloat16:
                for index in 0..<tensor.count {
                    let bits = start.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                    buffer[index] = Float(bitPattern: UInt32(bits) << 16)
                }
            default:
                UnsafeMutableRawBufferPointer(buffer)
                    .copyMemory(from: UnsafeRawBufferPointer(start: start, count: 4 * tensor.count))
            }
            filled = tensor.count
        }
    }

    /// Stores numbers as a tensor of the arena.
    /// - Throws: `failed` when there is no room.
    func store(_ values: [Float], name: String, shape: [Int]) throws(EncodingError) -> WeightTensor {
        let offset = try arena.allocate(4 * values.count) { room in
            values.withUnsafeBytes { room.copyMemory(from: $0) }
        }
        return WeightTensor(name: name, element: .float32, shape: shape, offset: offset)
    }
}
