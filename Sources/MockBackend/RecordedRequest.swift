import NIOCore
import NIOHTTP1

/// A request the mock server received, as it came.
public struct RecordedRequest: Sendable {
    /// The method, such as `POST`.
    public let method: String
    /// The request target, with its query.
    public let path: String
    /// The body's bytes.
    public let body: [UInt8]
    private let fields: HTTPHeaders

    init(head: HTTPRequestHead, body: ByteBuffer) {
        method = head.method.rawValue
        path = head.uri
        fields = head.headers
        self.body = Array(body.readableBytesView)
    }

    /// All headers in order, names as sent.
    public var headers: [(name: String, value: String)] { fields.map { (name: $0.name, value: $0.value) } }

    /// The first value of a header; the name's case does not matter.
    public func header(_ name: String) -> String? { fields.first(name: name) }
}

/// What the mock server counted since it started.
public struct MockBackendCounters: Sendable, Hashable {
    /// Connections accepted.
    public internal(set) var connections = 0
    /// Requests received whole, on any path.
    public internal(set) var requests = 0
    /// Chat completions begun, streamed or not, faulty or not.
    public internal(set) var chatCompletions = 0
    /// Chat completions begun as a stream.
    public internal(set) var streams = 0
    /// Requests answered with an OpenAI error, injected ones not counted.
    public internal(set) var refusals = 0
    /// Faults acted out.
    public internal(set) var faults = 0
    /// Clients that went away while their response was being sent.
    public internal(set) var clientDisconnects = 0
    /// Prompt tokens of all answers.
    public internal(set) var promptTokens = 0
    /// Prompt tokens found in the simulated prefix cache.
    public internal(set) var cachedTokens = 0
    /// Completion tokens of all answers.
    public internal(set) var completionTokens = 0
}

/// The latest requests, bounded in number and in bytes of body.
struct RequestLog {
    static let maxBodyBytes = 64 << 20

    private let capacity: Int
    /// A ring; dropped entries are `nil`, so that their bodies are freed at once.
    private var entries: [RecordedRequest?] = []
    private var oldest = 0
    private var count = 0
    private var bytes = 0

    init(capacity: Int) { self.capacity = max(0, capacity) }

    mutating func append(_ request: RecordedRequest) {
        guard capacity > 0 else { return }
        if count == capacity { dropOldest() }
        bytes += request.body.count
        if count == entries.count {
            if oldest != 0 {
                entries = latest
                oldest = 0
            }
            entries.append(request)
        } else {
            entries[(oldest + count) % entries.count] = request
        }
        count += 1
        while bytes > Self.maxBodyBytes, count > 1 { dropOldest() }
    }

    private mutating func dropOldest() {
        bytes -= entries[oldest]?.body.count ?? 0
        entries[oldest] = nil
        oldest = (oldest + 1) % entries.count
        count -= 1
    }

    /// The entries kept, oldest first.
    var latest: [RecordedRequest] { (0..<count).compactMap { entries[(oldest + $0) % entries.count] } }
}
