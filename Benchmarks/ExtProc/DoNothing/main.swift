import ExtProc
import Logging
import NIOCore
import Wire

/// An external processor that changes nothing, on the gRPC stack that Martlet uses: the cost of asking at all.
final class DoNothing: GRPCCall {
    /// Reads which phase a message is of, and writes the empty answer to it: request headers, response headers, request
    /// body, response body and both trailers are fields 2 to 7 of the request and 1 to 6 of the response.
    func receive(_ message: ByteBuffer, reply: @escaping (GRPCReply) -> Void) {
        let phase = message.withUnsafeReadableBytes { bytes -> UInt64? in
            var reader = ProtobufReader(bytes)
            while let (number, _) = try? reader.next() {
                if (2...7).contains(number) { return number - 1 }
            }
            return nil
        }
        guard let phase else {
            return reply(GRPCReply([], status: GRPCStatus(.invalidArgument, "no phase in this message")))
        }
        var writer = ProtobufWriter()
        writer.field(phase) { _ in }
        reply(GRPCReply([writer.bytes]))
    }

    func ended() {}
}

guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
    throw GRPCStatus(.invalidArgument, "usage: do-nothing-processor PORT")
}
let listener = GRPCListener(
    .init(path: "/envoy.service.ext_proc.v3.ExternalProcessor/Process", messageLimit: 1 << 24),
    logger: Logger(label: "do-nothing")
) { (_, _) throws(GRPCStatus) in DoNothing() }
try listener.start(port: port, on: "127.0.0.1")
try await Task.sleep(for: .seconds(86_400))
