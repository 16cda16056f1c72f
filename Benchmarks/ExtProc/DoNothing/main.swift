import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Wire

/// An external processor that changes nothing, on the gRPC stack that Martlet uses and as its users use it: the cost of
/// asking at all.
struct DoNothing: RegistrableRPCService {
    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.registerHandler(
            forMethod: MethodDescriptor(
                fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process"),
            deserializer: Phase(), serializer: Phase()
        ) { request, _ in
            StreamingServerResponse { writer in
                for try await phase in request.messages { try await writer.write(phase) }
                return [:]
            }
        }
    }
}

/// Reads which phase a message is of, and writes the empty answer to it: request headers, response headers, request
/// body, response body and both trailers are fields 2 to 7 of the request and 1 to 6 of the response.
struct Phase: MessageDeserializer, MessageSerializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> UInt64 {
        try serializedMessageBytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            while let (number, _) = try reader.next() {
                if (2...7).contains(number) { return number - 1 }
            }
            throw RPCError(code: .invalidArgument, message: "no phase in this message")
        }
    }

    func serialize<Bytes: GRPCContiguousBytes>(_ message: UInt64) throws -> Bytes {
        var writer = ProtobufWriter()
        writer.field(message) { _ in }
        return Bytes(writer.bytes)
    }
}

guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
    throw RPCError(code: .invalidArgument, message: "usage: do-nothing-processor PORT")
}
try await GRPCServer(
    transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext),
    services: [DoNothing()]
).serve()
