internal import COpenVINO

/// How a graph is compiled.
struct CompileSettings: Sendable, Hashable {
    var threads: Int
    var streams: Int
    var precision: EncoderPrecision
    var profiling = false
}

/// A graph made ready for the processor.
final class CompiledGraph: @unchecked Sendable {
    // The handle may be used from any thread and never changes.
    let runtime: InferenceRuntime
    let handle: OpaquePointer
    /// What each output is, in the graph's order; `nil` for one that is not read.
    let outputs: [GraphOutput?]
    /// What each input is, in the graph's order.
    let inputs: [Input]
    // The constants' memory must outlive the handle.
    private let arena: WeightArena?

    /// One input of a graph.
    struct Input: Sendable, Hashable {
        enum Role: Sendable, Hashable { case ids, mask, types, positions }

        var role: Role
        var isWide: Bool
    }

    /// Compiles a graph that was written here.
    /// - Throws: `failed`, with the library's own words.
    convenience init(
        _ graph: EncoderGraph, arena: WeightArena, runtime: InferenceRuntime, settings: CompileSettings
    ) throws(EncodingError) {
        let library = runtime.library
        var weights: OpaquePointer?
        var size = Int64(arena.capacity)
        try runtime.check(
            cov_tensor_view(library, Int32(COV_U8), &size, 1, arena.base, &weights), "cannot show the weights")
        defer { cov_tensor_free(library, weights) }
        var model: OpaquePointer?
        var text = graph.xml
        let status = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                cov_core_read_text(library, runtime.core, $0.baseAddress, $0.count, weights, &model)
            }
        }
        try runtime.check(status, "cannot read the graph")
        try self.init(model, arena: arena, runtime: runtime, settings: settings) { index, _, _ in graph.outputs[index] }
    }

    /// Reads and compiles a model file.
    /// - Throws: `unsupported_architecture` for inputs or outputs that are not known, `failed`.
    convenience init(
        _ file: ONNXModel, runtime: InferenceRuntime, settings: CompileSettings
    ) throws(EncodingError) {
        var model: OpaquePointer?
        try runtime.check(
            cov_core_read_file(runtime.library, runtime.core, file.path, &model), "cannot read \(file.path)")
        try self.init(model, arena: nil, runtime: runtime, settings: settings) { _, name, rank throws(EncodingError) in
            try file.meaning(ofOutput: name, rank: rank)
        }
        guard outputs.contains(where: { $0 != nil }) else {
            throw EncodingError(.unsupportedArchitecture, "\(file.path) has no output of a known name")
        }
    }

    /// Compiles a model and frees it.
    private init(
        _ model: OpaquePointer?, arena: WeightArena?, runtime: InferenceRuntime, settings: CompileSettings,
        meaning: (_ index: Int, _ name: String, _ rank: Int) throws(EncodingError) -> GraphOutput?
    ) throws(EncodingError) {
        let library = runtime.library
        defer { cov_model_free(library, model) }
        var handle: OpaquePointer?
        let status = Self.withProperties(settings.properties(runtime)) { keys, values, count in
            cov_core_compile(library, runtime.core, model, "CPU", keys, values, count, &handle)
        }
        try runtime.check(status, "cannot compile the graph")
        guard let handle else { throw EncodingError(.failed, "no compiled graph") }
        do throws(EncodingError) {
            inputs = try Self.inputs(handle, runtime)
            var count = 0
            try runtime.check(cov_compiled_output_count(library, handle, &count), "cannot count the outputs")
            var outputs: [GraphOutput?] = []
            for index in 0..<count {
                let port = try Self.port(handle, runtime, isInput: false, index)
                outputs.append(try meaning(index, port.name, port.rank))
            }
            self.outputs = outputs
        } catch {
            cov_compiled_free(library, handle)
            throw error
        }
        self.handle = handle
        self.runtime = runtime
        self.arena = arena
    }

    deinit { cov_compiled_free(runtime.library, handle) }

    private static func withProperties(
        _ properties: [(String, String)],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>, Int) -> Int32
    ) -> Int32 {
        let texts = properties.flatMap { [Array($0.0.utf8CString), Array($0.1.utf8CString)] }
        var flat: [CChar] = []
        var starts: [Int] = []
        for text in texts {
            starts.append(flat.count)
            flat += text
        }
        return flat.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return -14 }
            let pointers: [UnsafePointer<CChar>?] = starts.map { base + $0 }
            let keys = stride(from: 0, to: pointers.count, by: 2).map { pointers[$0] }
            let values = stride(from: 1, to: pointers.count, by: 2).map { pointers[$0] }
            return keys.withUnsafeBufferPointer { keys in
                values.withUnsafeBufferPointer { values in
                    guard let first = keys.baseAddress, let second = values.baseAddress else { return -14 }
                    return body(first, second, properties.count)
                }
            }
        }
    }

    private static func inputs(_ handle: OpaquePointer, _ runtime: InferenceRuntime) throws(EncodingError) -> [Input] {
        var count = 0
        try runtime.check(cov_compiled_input_count(runtime.library, handle, &count), "cannot count the inputs")
        var inputs: [Input] = []
        for index in 0..<count {
            let port = try port(handle, runtime, isInput: true, index)
            let role: Input.Role? =
                switch port.name {
                case "input_ids": .ids
                case "attention_mask": .mask
                case "token_type_ids": .types
                case "position_ids": .positions
                default: nil
                }
            guard let role, port.type == COV_I64 || port.type == COV_I32 else {
                throw EncodingError(.unsupportedArchitecture, "the graph has an unknown input \(port.name)")
            }
            inputs.append(Input(role: role, isWide: port.type == COV_I64))
        }
        return inputs
    }

    static func port(
        _ handle: OpaquePointer, _ runtime: InferenceRuntime, isInput: Bool, _ index: Int
    ) throws(EncodingError) -> (name: String, type: Int, rank: Int) {
        var name = [CChar](repeating: 0, count: 256)
        var type: Int32 = 0
        var rank: Int64 = 0
        try runtime.check(
            cov_compiled_port(runtime.library, handle, isInput, index, &name, name.count, &type, &rank),
            "cannot read a port")
        return (InferenceRuntime.text(name), Int(type), Int(rank))
    }
}

extension CompileSettings {
    /// Whether matrix products are to be over 8-bit integers.
    func isQuantized(_ runtime: InferenceRuntime) -> Bool {
        switch precision {
        case .int8: true
        case .automatic: !runtime.hasBFloat16 && runtime.hasIntegerDotProducts
        case .float32, .bfloat16: false
        }
    }

    fileprivate func properties(_ runtime: InferenceRuntime) -> [(String, String)] {
        var properties = [
            ("PERFORMANCE_HINT", "LATENCY"), ("INFERENCE_NUM_THREADS", String(threads)),
            ("NUM_STREAMS", String(streams)), ("ENABLE_CPU_PINNING", "NO"),
        ]
        switch precision {
        case .float32: properties.append(("INFERENCE_PRECISION_HINT", "f32"))
        case .bfloat16: properties.append(("INFERENCE_PRECISION_HINT", "bf16"))
        case .int8: properties.append(("INFERENCE_PRECISION_HINT", "f32"))
        case .automatic: if !runtime.hasBFloat16 { properties.append(("INFERENCE_PRECISION_HINT", "f32")) }
        }
        if isQuantized(runtime) {
            properties.append(("DYNAMIC_QUANTIZATION_GROUP_SIZE", String(QuantizedWeights.activationGroup)))
        }
        if profiling { properties.append(("PERF_COUNT", "YES")) }
        return properties
    }
}
