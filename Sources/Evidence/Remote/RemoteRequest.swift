public import Policy
internal import Wire

/// A request to a model on another machine: `POST` with a JSON body.
public struct RemoteRequest: Sendable, Hashable {
    /// Bytes of the largest body that is sent and that is read.
    public static let byteLimit = 10 * 1024 * 1024

    /// An absolute `http` or `https` URL.
    public let url: String
    /// Sent as `authorization: Bearer …` when it is not empty.
    public let key: Secret
    /// The JSON text.
    public let body: [UInt8]
    /// How long to wait for the whole answer.
    public let timeout: Duration

    init(to place: RemotePlace, body: [UInt8]) throws(RemoteModelError) {
        guard body.count <= Self.byteLimit else {
            throw RemoteModelError(.requestTooLarge, "the request has \(body.count) bytes, more than \(Self.byteLimit)")
        }
        (url, key, timeout) = (place.url, place.key, place.timeout)
        self.body = body
    }
}

/// Where a model on another machine is asked.
struct RemotePlace: Sendable, Hashable {
    let url: String
    let key: Secret
    let timeout: Duration

    /// A path on the server of an external model; `seconds` holds when the model names none.
    init(_ model: ExternalModel, path: String, seconds: Int) throws(RemoteModelError) {
        let endpoint = model.endpoint
        guard !endpoint.address.isEmpty, endpoint.address.utf8.allSatisfy(Self.isHostByte) else {
            throw RemoteModelError(
                .invalidSettings, "llm_endpoint.address must be a host name or an address, without scheme and path")
        }
        guard (0...65_535).contains(endpoint.port) else {
            throw RemoteModelError(.invalidSettings, "llm_endpoint.port must be at most 65535")
        }
        let isIPv6 = endpoint.address.utf8.contains(UInt8(ascii: ":")) && !endpoint.address.hasPrefix("[")
        let host = isIPv6 ? "[\(endpoint.address)]" : endpoint.address
        let scheme = endpoint.transport == .https ? "https" : "http"
        url = "\(scheme)://\(host)\(endpoint.port == 0 ? "" : ":\(endpoint.port)")\(path)"
        key = try Self.checked(model.accessKey, "access_key")
        timeout = .seconds(model.timeoutSeconds > 0 ? model.timeoutSeconds : seconds)
    }

    /// The embeddings of a base URL: `/embeddings` below it, `/v1/embeddings` below a bare host.
    init(_ endpoint: EmbeddingEndpoint, key: Secret) throws(RemoteModelError) {
        let url = endpoint.baseURL
        let scheme = ["http://", "https://"].first { url.lowercased().hasPrefix($0) }
        var base = url.dropFirst(scheme?.utf8.count ?? 0)
        while base.last == "/" { base.removeLast() }
        guard let scheme, let first = base.first, first != "/",
            base.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else {
            throw RemoteModelError(
                .invalidSettings, "endpoint.base_url must be an http or https URL, without query and fragment")
        }
        let path = base.hasSuffix("/embeddings") ? "" : base.contains("/") ? "/embeddings" : "/v1/embeddings"
        self.url = "\(scheme)\(base)\(path)"
        self.key = try Self.checked(key, "the key in \(endpoint.apiKeyVariable)")
        timeout = .seconds(endpoint.timeoutSeconds > 0 ? endpoint.timeoutSeconds : 10)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
            UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func checked(_ key: Secret, _ name: String) throws(RemoteModelError) -> Secret {
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw RemoteModelError(.invalidSettings, "\(name) has a character that a header cannot carry")
        }
        return key
    }
}

/// The answer to a ``RemoteRequest``, bounded and parsed.
enum RemoteAnswer {
    static func json(status: Int, body: [UInt8]) throws(RemoteModelError) -> JSONValue {
        guard (200...299).contains(status) else {
            throw RemoteModelError(.badStatus, "the server answered with the status \(status)", status: status)
        }
        guard body.count <= RemoteRequest.byteLimit else {
            throw RemoteModelError(.responseTooLarge, "the answer has more than \(RemoteRequest.byteLimit) bytes")
        }
        return try parse(body)
    }

    static func parse(_ bytes: [UInt8]) throws(RemoteModelError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes, limits: JSONLimits(maxBytes: RemoteRequest.byteLimit)).root
        } catch {
            throw RemoteModelError(
                .invalidJSON, "the answer is not JSON (\(error.code.rawValue) at byte \(error.offset))")
        }
    }

    /// Reads the JSON between the first `{` and the last `}` of a text.
    static func lenient(_ text: String) throws(RemoteModelError) -> JSONValue {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(of: UInt8(ascii: "{")), let last = bytes.lastIndex(of: UInt8(ascii: "}")),
            first < last
        else { throw RemoteModelError(.invalidJSON, "the answer has no JSON object") }
        return try parse(Array(bytes[first...last]))
    }
}
