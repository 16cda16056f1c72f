import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Policy
import Telemetry
import Tracing

/// The export of spans while the process serves.
struct TraceExport {
    /// How long the last spans may take when the process ends.
    private static let shutdownLimit = Duration.seconds(3)
    private static let maximumReplyBytes = 64 << 10

    private let exporter: OTLPSpanExporter
    private let running: Task<Void, Never>

    /// Installs the tracer that the policy asks for. Nil when nothing has to be stopped later.
    ///
    /// A policy that says nothing of tracing gets none: the default collector exists in the original's stack only.
    /// With mocks nothing leaves the machine, so spans do not either.
    static func start(_ loaded: LoadedPolicy, isMocked: Bool, logger: Logger) -> TraceExport? {
        guard let tracing = loaded.policy?.global.services.observability.tracing, tracing.isEnabled else { return nil }
        let sampling = SpanSampling(type: tracing.sampling.type.rawValue, rate: tracing.sampling.rate) ?? .alwaysOn
        switch tracing.exporter.type {
        case .stdout:
            let lines = SpanLineExporter(serviceName: tracing.resource.serviceName)
            InstrumentationSystem.bootstrap(RecordingTracer(sampling: sampling, exporter: lines))
            return nil
        case .otlp:
            let section = ["global", "services", "observability", "tracing"].map(PolicyPath.Component.key)
            guard !isMocked, loaded.origins[PolicyPath(section)] != nil,
                let collector = TraceCollector(tracing.exporter)
            else { return nil }
            let exporter = OTLPSpanExporter(
                resource: OTLPResource(
                    serviceName: tracing.resource.serviceName, serviceVersion: tracing.resource.serviceVersion,
                    deploymentEnvironment: tracing.resource.deploymentEnvironment,
                    libraryVersion: MartletVersion.current),
                logger: logger, send: { try await post($0, to: collector.url, within: $1) })
            InstrumentationSystem.bootstrap(RecordingTracer(sampling: sampling, exporter: exporter))
            return TraceExport(exporter: exporter, running: Task { await exporter.run() })
        }
    }

    /// Sends what is left, within a bound.
    func stop() async {
        await exporter.shutDown(running, within: Self.shutdownLimit)
    }

    private static func post(_ body: [UInt8], to url: String, within limit: Duration) async throws -> OTLPReply {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-protobuf")
        request.headers.add(name: "user-agent", value: "martlet/\(MartletVersion.current)")
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(limit))
        let reply = try await response.body.collect(upTo: maximumReplyBytes)
        return OTLPReply(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds($0) },
            body: Array(reply.readableBytesView))
    }
}
