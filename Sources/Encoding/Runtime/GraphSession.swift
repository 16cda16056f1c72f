internal import COpenVINO

/// One request object of a compiled graph with its buffers; used by one thread at a time.
final class GraphSession {
    private let graph: CompiledGraph
    private let request: OpaquePointer
    private var buffers: [UnsafeMutableRawBufferPointer]

    init(_ graph: CompiledGraph) throws(EncodingError) {
        var request: OpaquePointer?
        try graph.runtime.check(
            cov_compiled_request(graph.runtime.library, graph.handle, &request), "cannot make a request")
        guard let request else { throw EncodingError(.failed, "no request") }
        self.graph = graph
        self.request = request
        buffers = graph.inputs.map { _ in UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 64) }
    }

    deinit {
        cov_request_free(graph.runtime.library, request)
        for buffer in buffers { buffer.deallocate() }
    }

    /// Runs rows as one batch, padded on the right to `length` positions.
    /// - Throws: `failed`.
    func run(
        _ rows: [EncoderRow], length: Int, padding: Int32, outputs: EncoderOutputs
    ) throws(EncodingError) -> [EncoderResult] {
        let library = graph.runtime.library
        let shape = [Int64(rows.count), Int64(length)]
        var tensors: [OpaquePointer?] = []
        defer { for tensor in tensors { cov_tensor_free(library, tensor) } }
        for (index, input) in graph.inputs.enumerated() {
            fill(&buffers[index], input, rows, length, padding)
            var tensor: OpaquePointer?
            let type = Int32(input.isWide ? COV_I64 : COV_I32)
            try graph.runtime.check(
                cov_tensor_view(library, type, shape, 2, buffers[index].baseAddress, &tensor), "cannot make an input")
            tensors.append(tensor)
            try graph.runtime.check(cov_request_set_input(library, request, index, tensor), "cannot set an input")
        }
        try graph.runtime.check(cov_request_infer(library, request), "the run failed")
        var results = rows.map { _ in EncoderResult() }
        for (index, output) in graph.outputs.enumerated() {
            if let output { try read(output, at: index, rows, length, outputs, &results) }
        }
        return results
    }

    /// The operations of the last run with their kind and time, if the graph was compiled with profiling.
    func profile() -> [(name: String, kind: String, microseconds: Int)] {
        final class List { var items: [(name: String, kind: String, microseconds: Int)] = [] }
        let list = List()
        _ = cov_request_profile(
            graph.runtime.library, request,
            { context, name, kind, time in
                guard let context, let name, let kind else { return }
                Unmanaged<List>.fromOpaque(context).takeUnretainedValue().items.append(
                    (String(cString: name), String(cString: kind), Int(time)))
            }, Unmanaged.passUnretained(list).toOpaque())
        return list.items
    }

    private func fill(
        _ buffer: inout UnsafeMutableRawBufferPointer, _ input: CompiledGraph.Input, _ rows: [EncoderRow],
        _ length: Int, _ padding: Int32
    ) {
        let bytes = rows.count * length * (input.isWide ? 8 : 4)
        if buffer.count < bytes {
            buffer.deallocate()
            buffer = .allocate(byteCount: bytes, alignment: 64)
        }
        func value(_ row: EncoderRow, _ position: Int) -> Int32 {
            let isText = position < row.ids.count
            return switch input.role {
            case .ids: isText ? row.ids[position] : padding
            case .mask: isText ? 1 : 0
            case .types: 0
            case .positions: Int32(truncatingIfNeeded: position)
            }
        }
        var index = 0
        for row in rows {
            for position in 0..<length {
                if input.isWide {
                    buffer.storeBytes(of: Int64(value(row, position)), toByteOffset: 8 * index, as: Int64.self)
                } else {
                    buffer.storeBytes(of: value(row, position), toByteOffset: 4 * index, as: Int32.self)
                }
                index += 1
            }
        }
    }

    private func read(
        _ output: GraphOutput, at index: Int, _ rows: [EncoderRow], _ length: Int, _ wanted: EncoderOutputs,
        _ results: inout [EncoderResult]
    ) throws(EncodingError) {
        let library = graph.runtime.library
        var tensor: OpaquePointer?
        try graph.runtime.check(cov_request_output(library, request, index, &tensor), "cannot read an output")
        defer { cov_tensor_free(library, tensor) }
        var dimensions = [Int64](repeating: 0, count: 8)
        var rank = 0
        var type: Int32 = 0
        try graph.runtime.check(
            cov_tensor_shape(library, tensor, &dimensions, dimensions.count, &rank, &type), "cannot read an output")
        var data: UnsafeMutableRawPointer?
        try graph.runtime.check(cov_tensor_data(library, tensor, &data), "cannot read an output")
        guard let data, rank >= 1, rank <= dimensions.count, Int(type) == COV_F32 || Int(type) == COV_F16 else {
            throw EncodingError(.failed, "an output has an unexpected type")
        }
        let values = OutputTensor(
            data: data, isHalf: Int(type) == COV_F16, shape: dimensions.prefix(rank).map { Int($0) })
        try values.read(output, rows, length, wanted, &results)
    }
}
