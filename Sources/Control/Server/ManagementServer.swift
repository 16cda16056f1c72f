internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore

/// The management API over HTTP: health, readiness, metrics, evaluation, configuration.
///
/// It listens on loopback unless the policy allows more, and then only with bearer tokens. Threats that it is made
/// against: pages in a browser on the same machine (names other than this machine's are refused while no token is
/// asked for), guessing of tokens by timing (digests are compared in constant time), slow and endless requests
/// (limits of time, bytes and connections), and leaks of secrets (only masked values leave).
public struct ManagementServer: Sendable {
    private let configuration: ManagementConfiguration
    private let source: any ManagementSource
    private let logger: Logger

    /// A server that is not listening yet.
    public init(configuration: ManagementConfiguration, source: any ManagementSource, logger: Logger) {
        self.configuration = configuration
        self.source = source
        self.logger = logger
    }

    /// Listens until the task is cancelled or its service group shuts down; `onStart` learns the port.
    /// Throws `ManagementStartError` when the configuration would expose the API, and the system's error when the
    /// address cannot be bound.
    public func run(onStart: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        if let problem = configuration.problems.first { throw problem }
        let limits = configuration.timeLimits
        // A body that was refused for its size is read on for at most as much again, so that its answer arrives.
        let mostBytes = max(configuration.maximumBodyBytes, configuration.maximumUploadBytes) * 2
        let address = configuration.address
        let host = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
        let application = Application(
            responder: ManagementResponder(configuration: configuration, source: source, logger: logger),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [RequestTimeHandler(limits: limits, maximumBodyBytes: mostBytes)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)),
            onServerRunning: { channel in await onStart(channel.localAddress?.port ?? 0) }, logger: logger)
        try await application.run()
    }
}
