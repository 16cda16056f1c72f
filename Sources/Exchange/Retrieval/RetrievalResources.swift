public import Retrieval
internal import Synchronization

/// What retrieval needs of the process: its documents, and a way to services elsewhere.
public struct RetrievalResources: Sendable {
    /// Files and vector stores; nil where the policy has none.
    public let documents: DocumentService?
    /// Reaches other services; nil where they cannot be called.
    public let transport: (any RetrievalTransport)?
    let results = RetrievalCache()

    /// Resources; none by default.
    public init(documents: DocumentService? = nil, transport: (any RetrievalTransport)? = nil) {
        self.documents = documents
        self.transport = transport
    }

    /// The way to other services. Throws where there is none.
    func reachable() throws(RetrievalError) -> any RetrievalTransport {
        guard let transport else {
            throw RetrievalError(.unavailable, "this process cannot call other services")
        }
        return transport
    }
}

/// A request to a service that retrieves: `POST` with a JSON body.
public struct RetrievalCall: Sendable {
    /// An absolute `http` or `https` URL.
    public var url: String
    /// Names and values; some are secrets.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
}

/// Carries requests to services that retrieve.
public protocol RetrievalTransport: Sendable {
    /// Sends a request and reads the whole answer, at most `limit` bytes, within a time. Redirects are not followed.
    func send(
        _ call: RetrievalCall, within time: Duration, limit: Int
    ) async throws(RetrievalError) -> (status: Int, body: [UInt8])
}

/// Why nothing was retrieved.
public struct RetrievalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable codes, for logs and headers.
    public enum Code: String, Sendable, Hashable {
        case unavailable = "retrieval_unavailable"
        case timeout = "retrieval_timeout"
        case unreachable = "retrieval_unreachable"
        case badStatus = "retrieval_bad_status"
        case badAnswer = "retrieval_bad_answer"
        case badTemplate = "retrieval_bad_template"
        case tooLarge = "retrieval_too_large"
        case noStore = "retrieval_no_store"
        case failed = "retrieval_failed"
    }

    public var code: Code
    /// What happened; no text of the conversation and no secret is in it.
    public var description: String

    /// An error with a sentence for a person.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// A passage that was retrieved.
struct RetrievedPassage: Sendable, Hashable {
    /// Where it is from, for the model and the log.
    var source: String
    var text: String
    /// 0 to 1; nil where the service gives none.
    var score: Double?
}

/// What is asked of a source.
struct RetrievalQuestion: Sendable {
    var text: String
    /// The user by a trusted proxy's word; empty for nobody in particular.
    var tenant: String
    var count: Int
    var threshold: Double
    var requestID: String
}

/// Where passages come from.
protocol PassageSource: Sendable {
    /// The backend's name in a policy.
    var name: String { get }
    /// The best passages. Finding none is no failure.
    func passages(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [RetrievedPassage]
    /// What makes results that were kept stale when it changes.
    func revision(_ resources: RetrievalResources) -> Int
}

extension PassageSource {
    func revision(_ resources: RetrievalResources) -> Int { 0 }
}

/// Results that are kept for a while, the oldest given up first.
final class RetrievalCache: Sendable {
    private struct State {
        var entries: [[UInt8]: (passages: [RetrievedPassage], end: ContinuousClock.Instant, bytes: Int)] = [:]
        var order: [[UInt8]] = []
        var bytes = 0
    }

    private static let limits = (entries: 10_000, bytes: 32 << 20)
    private let state = Mutex(State())

    func get(_ key: [UInt8]) -> [RetrievedPassage]? {
        state.withLock { state in
            guard let entry = state.entries[key], entry.end > .now else { return nil }
            return entry.passages
        }
    }

    func put(_ passages: [RetrievedPassage], for key: [UInt8], seconds: Int) {
        let size = passages.reduce(64) { $0 + $1.text.utf8.count + $1.source.utf8.count }
        guard size <= Self.limits.bytes / 16 else { return }
        state.withLock { state in
            if let old = state.entries[key] { state.bytes -= old.bytes } else { state.order.append(key) }
            state.entries[key] = (passages, .now + .seconds(seconds), size)
            state.bytes += size
            var dropped = 0
            while state.bytes > Self.limits.bytes || state.entries.count > Self.limits.entries {
                guard dropped < state.order.count else { break }
                if let old = state.entries.removeValue(forKey: state.order[dropped]) { state.bytes -= old.bytes }
                dropped += 1
            }
            state.order.removeFirst(dropped)
        }
    }
}
