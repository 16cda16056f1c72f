import Exchange
import GRPCCore
import NIOCore
import Synchronization

/// The service `envoy.service.ext_proc.v3.ExternalProcessor`, on one event loop.
struct ExternalProcessor: RegistrableRPCService {
    let handler: any ExchangeHandler
    let loop: any EventLoop
    let configuration: ExtProcConfiguration
    let counters: ExtProcCounters

    static let process = MethodDescriptor(
        fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process")

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.registerHandler(
            forMethod: Self.process, deserializer: ProcessingRequestDeserializer(),
            serializer: ProcessingResponseSerializer()
        ) { request, context in
            StreamingServerResponse { writer in
                guard counters.enter(limit: configuration.maxStreams) else {
                    // The gateway's failure mode decides: its default route, or an error.
                    throw RPCError(code: .resourceExhausted, message: "too many requests are being decided")
                }
                defer { counters.leave() }
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
        defer { processor.ended() }
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

/// Counts streams, across all event loops.
final class ExtProcCounters: Sendable {
    private let streams = Atomic<Int>(0)
    private let refusals = Atomic<Int>(0)

    /// Streams open now.
    var open: Int { streams.load(ordering: .relaxed) }

    /// Streams that were refused because too many were open.
    var refused: Int { refusals.load(ordering: .relaxed) }

    func enter(limit: Int) -> Bool {
        guard streams.add(1, ordering: .relaxed).newValue <= limit else {
            leave()
            refusals.add(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func leave() { streams.subtract(1, ordering: .relaxed) }
}
