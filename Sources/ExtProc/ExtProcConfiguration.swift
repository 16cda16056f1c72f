/// Where the external processor listens and within which bounds.
public struct ExtProcConfiguration: Sendable {
    /// TLS, with files in PEM.
    public struct TLS: Sendable, Hashable {
        /// The server's certificate, followed by intermediate ones.
        public var certificateFile: String
        /// Its private key.
        public var privateKeyFile: String
        /// The authorities of client certificates; when given, only clients that have one are served (mTLS).
        public var clientAuthorityFile: String?

        /// Creates a configuration.
        public init(certificateFile: String, privateKeyFile: String, clientAuthorityFile: String? = nil) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
            self.clientAuthorityFile = clientAuthorityFile
        }
    }

    /// Host name or IP address.
    public var host: String
    /// TCP port; 0 for any free one.
    public var port: Int
    /// nil is plaintext.
    public var tls: TLS?
    /// Threads that serve; nil for one per core.
    public var eventLoopCount: Int?
    /// Requests at once; further ones are refused with `RESOURCE_EXHAUSTED`, and the gateway's failure mode decides.
    public var maxStreams = 4096
    /// How long a decision may take; must be shorter than the gateway's `message_timeout` (200 ms when it says nothing).
    public var decisionTimeout = Duration.milliseconds(150)
    /// Bytes of one message; a buffered body is one. Twice the largest request body, so that one that is too large is
    /// refused with 413 and not by a broken stream.
    public var maxMessageBytes = 20 * 1024 * 1024 + 256 * 1024

    /// Creates a configuration with the default bounds.
    public init(host: String = "127.0.0.1", port: Int = 50_051) {
        self.host = host
        self.port = port
    }
}

/// Why the external processor did not start.
public enum ExtProcError: Error, Sendable {
    /// An address could not be listened on.
    case bindFailed(host: String, port: Int, reason: String)
    /// The certificate, key or authorities cannot be used.
    case tls(String)

    /// Stable snake_case code.
    public var code: String {
        switch self {
        case .bindFailed: "bind_failed"
        case .tls: "tls_failed"
        }
    }
}

extension ExtProcError: CustomStringConvertible {
    /// A sentence for a person.
    public var description: String {
        switch self {
        case .bindFailed(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
        case .tls(let reason): "TLS cannot be set up: \(reason)"
        }
    }
}
