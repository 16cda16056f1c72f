import Exchange
import GRPCCore
import NIOCore

/// The service `envoy.service.ext_proc.v3.ExternalProcessor`, on one event loop.
struct ExternalProcessor: RegistrableRPCService {
    let handler: any ExchangeHandler
    let loop: any EventLoop
    let configuration: ExtProcConfiguration
    let accounting: StreamAccounting

    static let process = MethodDescriptor(
        fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process")

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.registerHandler(
            forMethod: Self.process, deserializer: ProcessingRequestDeserializer(),
            serializer: ProcessingResponseSerializer()
        ) { request, context in
            StreamingServerResponse { writer in
                guard accounting.enter(limit: configuration.maxStreams) else {
                    // The gateway's failure mode decides: its default route, or an error.
                    throw RPCError(code: .resourceExhausted, message: "too many requests are being decided")
                }
                try await serve(request.messages, writer, GatewayPeer(context.remotePeer))
                return [:]
            }
        }
    }

    private func serve(
        _ messages: RPCAsyncSequence<ProcessingRequest, any Error>, _ writer: RPCWriter<ProcessingResponse>,
        _ peer: GatewayPeer
    ) async throws {
        let processor = StreamProcessor(
            handler, on: loop, peer: peer, decisionTimeout: configuration.decisionTimeout)
        let bound = NIOLoopBound(processor, eventLoop: loop)
        defer {
            processor.ended()
            accounting.leave(processor.outcome)
        }
        try await withRPCCancellationHandler {
            for try await message in messages {
                for response in await processor.process(message) { try await writer.write(response) }
                if processor.isOver { return }
            }
        } onCancelRPC: {
            loop.execute { bound.value.cancel() }
        }
    }
}
