/// Where a model backend listens: the key under which connections are pooled.
public struct BackendTarget: Sendable, Hashable {
    /// How the backend is spoken to.
    public enum Scheme: String, Sendable, Hashable {
        case http
        case https
    }

    /// Plain or TLS.
    public var scheme: Scheme
    /// Host name or IP address literal (no brackets around IPv6).
    public var host: String
    /// TCP port.
    public var port: Int
    /// Name sent as TLS SNI and checked against the certificate; nil means `host`.
    public var serverName: String?

    /// Creates a target.
    public init(scheme: Scheme, host: String, port: Int, serverName: String? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.serverName = serverName
    }
}

extension BackendTarget: CustomStringConvertible {
    /// `scheme://host:port`.
    public var description: String {
        self.host.contains(":")
            ? "\(self.scheme.rawValue)://[\(self.host)]:\(self.port)"
            : "\(self.scheme.rawValue)://\(self.host):\(self.port)"
    }
}
