import GRPCCore

/// Reads what gateways send.
struct ProcessingRequestDeserializer: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> ProcessingRequest {
        do {
            return try serializedMessageBytes.withUnsafeBytes { try ProcessingRequest(serialized: $0) }
        } catch {
            throw RPCError(
                code: .invalidArgument, message: "not an envoy.service.ext_proc.v3.ProcessingRequest: \(error)")
        }
    }
}

/// Writes what gateways are told.
struct ProcessingResponseSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: ProcessingResponse) throws -> Bytes {
        Bytes(message.serialized())
    }
}
