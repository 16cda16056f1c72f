import Exchange
import NIOCore

/// One call of `envoy.service.ext_proc.v3.ExternalProcessor/Process`, which is one request of a gateway.
final class ExternalProcessor: GRPCCall {
    static let path = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"

    private let processor: StreamProcessor
    private let accounting: StreamAccounting

    init(
        _ handler: any ExchangeHandler, on loop: any EventLoop, peer: String?, _ configuration: ExtProcConfiguration,
        _ accounting: StreamAccounting
    ) throws(GRPCStatus) {
        guard accounting.enter(limit: configuration.maxStreams) else {
            // The gateway's failure mode decides: its default route, or an error.
            throw GRPCStatus(.resourceExhausted, "too many requests are being decided")
        }
        self.accounting = accounting
        processor = StreamProcessor(handler, on: loop, peer: peer, decisionTimeout: configuration.decisionTimeout)
    }

    func receive(_ message: ByteBuffer, reply: @escaping (GRPCReply) -> Void) {
        let request: ProcessingRequest
        do {
            request = try message.withUnsafeReadableBytes { try ProcessingRequest(serialized: $0) }
        } catch {
            return reply(
                GRPCReply(
                    [],
                    status: GRPCStatus(
                        .invalidArgument, "not an envoy.service.ext_proc.v3.ProcessingRequest: \(error)")))
        }
        processor.process(request) { [processor] responses in
            reply(
                GRPCReply(
                    responses.map { $0.serialized() }, status: processor.isOver ? GRPCStatus(.ok) : nil))
        }
    }

    func ended() {
        processor.ended()
        accounting.leave(processor.outcome)
    }
}
