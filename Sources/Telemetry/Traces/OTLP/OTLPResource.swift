/// What spans say about the process that made them (OTLP `Resource` and `InstrumentationScope`).
public struct OTLPResource: Sendable, Hashable {
    /// `service.name`.
    public var serviceName: String
    /// `service.version`.
    public var serviceVersion: String
    /// `deployment.environment`.
    public var deploymentEnvironment: String
    /// The version of the library that made the spans, i.e. of Martlet.
    public var libraryVersion: String

    /// Creates a resource. An empty text is left out of what is sent.
    public init(serviceName: String, serviceVersion: String, deploymentEnvironment: String, libraryVersion: String) {
        self.serviceName = serviceName
        self.serviceVersion = serviceVersion
        self.deploymentEnvironment = deploymentEnvironment
        self.libraryVersion = libraryVersion
    }

    /// The attributes by name.
    var attributes: [(key: String, value: String)] {
        [
            ("service.name", serviceName), ("service.version", serviceVersion),
            ("deployment.environment", deploymentEnvironment), ("telemetry.sdk.name", "martlet"),
            ("telemetry.sdk.language", "swift"), ("telemetry.sdk.version", libraryVersion),
        ].filter { !$0.1.isEmpty }
    }
}
