import Exchange
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore

/// The service `envoy.service.ext_proc.v3.ExternalProcessor`, on one event loop. It takes the transport's streams as
/// they are: a request is four or five small messages, and every layer in between costs as much as one of them.
struct ExternalProcessor: Sendable {
    typealias Bytes = HTTP2ServerTransport.Posix.Bytes
    typealias Stream = RPCStream<HTTP2ServerTransport.Posix.Inbound, HTTP2ServerTransport.Posix.Outbound>

    let handler: any ExchangeHandler
    let loop: any EventLoop
    let configuration: ExtProcConfiguration
    let accounting: StreamAccounting

    static let process = MethodDescriptor(
        fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process")

    /// Serves one stream to its end.
    func serve(_ stream: Stream, _ context: ServerContext) async {
        let status: Status
        do {
            try await converse(stream, context)
            status = Status(code: .ok, message: "")
        } catch let error as RPCError {
            status = Status(code: Status.Code(error.code), message: error.message)
        } catch {
            status = Status(code: .unknown, message: "the stream broke off")
        }
        // A stream that is gone cannot be told so.
        try? await stream.outbound.write(.status(status, [:]))
        await stream.outbound.finish()
    }

    private func converse(_ stream: Stream, _ context: ServerContext) async throws {
        guard stream.descriptor.service == Self.process.service, stream.descriptor.method == Self.process.method else {
            throw RPCError(code: .unimplemented, message: "only \(Self.process) is served here")
        }
        guard accounting.enter(limit: configuration.maxStreams) else {
            // The gateway's failure mode decides: its default route, or an error.
            throw RPCError(code: .resourceExhausted, message: "too many requests are being decided")
        }
        let processor = StreamProcessor(
            handler, on: loop, peer: GatewayPeer(context.remotePeer), decisionTimeout: configuration.decisionTimeout)
        let bound = NIOLoopBound(processor, eventLoop: loop)
        defer {
            processor.ended()
            accounting.leave(processor.outcome)
        }
        try await withRPCCancellationHandler {
            var isBegun = false
            for try await part in stream.inbound {
                guard case .message(let bytes) = part else { continue }
                let responses = await processor.process(try Self.decoded(bytes))
                if !responses.isEmpty {
                    var parts: [RPCResponsePart<Bytes>] = isBegun ? [] : [.metadata([:])]
                    isBegun = true
                    for response in responses { parts.append(.message(Bytes(response.serialized()))) }
                    try await stream.outbound.write(contentsOf: parts)
                }
                if processor.isOver { return }
            }
        } onCancelRPC: {
            loop.execute { bound.value.cancel() }
        }
    }

    private static func decoded(_ bytes: Bytes) throws -> ProcessingRequest {
        do {
            return try bytes.withUnsafeBytes { try ProcessingRequest(serialized: $0) }
        } catch {
            throw RPCError(
                code: .invalidArgument, message: "not an envoy.service.ext_proc.v3.ProcessingRequest: \(error)")
        }
    }
}
