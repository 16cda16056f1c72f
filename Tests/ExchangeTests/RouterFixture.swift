import Evidence
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Policy
import Routing
import Synchronization
import Testing
import Upstream
import Wire

@testable import Exchange

/// A router over a policy, driven as a door would drive it, without a network.
struct RouterFixture {
    let router: Router
    let log = RecordedLog()
    private let loop = EmbeddedEventLoop()

    init(
        _ policy: String, environment: [String: String] = [:], memory: RouterMemory = RouterMemory(),
        configure: (inout Router.Settings) -> Void = { _ in }
    ) throws {
        var settings = Router.Settings()
        configure(&settings)
        let log = self.log
        router = Router(
            try Self.generation(policy, environment: environment, memory: memory), settings: settings,
            logger: Logger(label: "exchange-tests") { _ in RecordingLogHandler(log: log) })
    }

    /// A compiled policy; a policy with errors is a failed test.
    static func generation(
        _ policy: String, number: Int = 1, environment: [String: String] = [:], memory: RouterMemory = RouterMemory()
    ) throws -> RouterGeneration {
        let families = PolicyFamilies(
            signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
        let loaded = PolicyLoader(families: families).load(bytes: Array(policy.utf8)) { environment[$0] }
        let errors = loaded.diagnostics.filter { $0.severity == .error }
        try #require(errors.isEmpty, "\(errors.map { "\($0.position): \($0.message)" })")
        return try RouterGeneration(
            loaded, number: number, resources: EvidenceResources(), memory: memory,
            environment: { environment[$0] })
    }

    static func head(
        _ method: HTTPMethod, _ target: String, _ headers: [(String, String)] = [], peer: String? = nil
    ) -> RequestHead {
        RequestHead(
            method: method, target: target, headers: HTTPHeaders(headers), peerAddress: peer)
    }

    /// Sends a chat request as the door does: head first, then the whole body.
    func start(_ body: String, headers: [(String, String)] = [], peer: String? = nil) throws -> ExchangeStart {
        let head = Self.head(.POST, "/v1/chat/completions", headers, peer: peer)
        guard case .readBody(let limit) = router.admit(head) else {
            throw UnexpectedOutcome("the head was refused")
        }
        #expect(body.utf8.count <= limit)
        return router.begin(head, body: ByteBuffer(string: body), on: loop)
    }

    /// The exchange of a request that must be forwarded.
    func forward(_ body: String, headers: [(String, String)] = [], peer: String? = nil) throws -> DrivenExchange {
        switch try start(body, headers: headers, peer: peer) {
        case .forward(let exchange): return DrivenExchange(exchange)
        case .respond(let response): throw UnexpectedOutcome("answered \(response.status): \(response.text)")
        case .passThrough: throw UnexpectedOutcome("passed through")
        case .pending: throw UnexpectedOutcome("pending")
        }
    }

    /// The first attempt of a request, after which the request is given up.
    func attempt(_ body: String, headers: [(String, String)] = [], peer: String? = nil) throws -> Attempt {
        let exchange = try forward(body, headers: headers, peer: peer)
        let attempt = try exchange.attempt()
        exchange.vanish()
        return attempt
    }

    /// The answer to a request that no backend sees.
    func answer(_ body: String, headers: [(String, String)] = [], peer: String? = nil) throws -> LocalResponse {
        switch try start(body, headers: headers, peer: peer) {
        case .respond(let response): return response
        case .forward(let exchange):
            exchange.finished()
            throw UnexpectedOutcome("forwarded")
        case .passThrough: throw UnexpectedOutcome("passed through")
        case .pending: throw UnexpectedOutcome("pending")
        }
    }

    /// The models in the order in which they would be tried.
    static func order(_ fixture: RouterFixture, _ body: String) throws -> [String] {
        let request = try ChatRequest.parse(Array(body.utf8))
        let recipe = fixture.router.current.recipes[0]
        return recipe.evaluateWithoutModels(request.conversation, seed: 1).selection.order.map(\.effectiveName)
    }

    /// The answer that a head alone gets.
    func endpoint(
        _ method: HTTPMethod, _ target: String, _ headers: [(String, String)] = []
    ) throws -> LocalResponse {
        guard case .respond(let response) = router.admit(Self.head(method, target, headers)) else {
            throw UnexpectedOutcome("\(method.rawValue) \(target) asks for the body")
        }
        return response
    }
}

/// What did not happen as the test demands.
struct UnexpectedOutcome: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One exchange, played through call by call.
struct DrivenExchange {
    private let exchange: any ForwardingExchange
    init(_ exchange: any ForwardingExchange) { self.exchange = exchange }

    func next(after failure: AttemptFailure? = nil) -> AttemptDecision { exchange.nextAttempt(after: failure) }

    func attempt(after failure: AttemptFailure? = nil) throws -> Attempt {
        switch next(after: failure) {
        case .attempt(let attempt, _): return attempt
        case .giveUp(let response): throw UnexpectedOutcome("gave up with \(response.status): \(response.text)")
        }
    }

    func refusal(after failure: AttemptFailure? = nil) throws -> LocalResponse {
        switch next(after: failure) {
        case .attempt(let attempt, _): throw UnexpectedOutcome("tries \(attempt.backend)")
        case .giveUp(let response):
            exchange.finished()
            return response
        }
    }

    func head(_ status: Int, _ headers: [(String, String)] = []) -> ResponseHeadDecision {
        exchange.responseHead(status: status, headers: HTTPHeaders(headers))
    }

    func relayed(_ status: Int = 200, _ headers: [(String, String)] = []) throws -> HTTPHeaders {
        guard case .relay(status, let relayed) = head(status, headers) else {
            throw UnexpectedOutcome("status \(status) is not relayed")
        }
        return relayed
    }

    /// The failure of a response that is dropped by its head.
    func dropped(_ status: Int, _ headers: [(String, String)] = []) throws -> AttemptFailure {
        guard case .retry(let failure) = head(status, headers) else {
            throw UnexpectedOutcome("status \(status) is not retried")
        }
        return failure
    }

    func body(_ text: String) -> String? { exchange.responseBody(ByteBuffer(string: text)).map { String(buffer: $0) } }
    func end(_ end: ResponseEnd = .complete) -> String? { exchange.responseEnd(end).map { String(buffer: $0) } }
    func finish() { exchange.finished() }

    func vanish() {
        exchange.clientGone()
        exchange.finished()
    }

    /// The headers of a whole answer; the exchange is over afterwards.
    func answered(
        _ status: Int = 200, _ headers: [(String, String)] = [("content-type", "application/json")],
        _ text: String = "{}"
    ) throws -> HTTPHeaders {
        _ = try attempt()
        let relayed = try relayed(status, headers)
        #expect(body(text) == text)
        #expect(end() == nil)
        finish()
        return relayed
    }
}

extension Attempt {
    var text: String { String(buffer: body) }

    /// The body, parsed.
    var json: JSON {
        get throws { try JSON(parsing: text) }
    }
}

extension LocalResponse {
    var text: String { String(buffer: body) }

    var json: JSON {
        get throws { try JSON(parsing: text) }
    }

    func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }

    /// The error object of a refusal.
    var error: JSON? { try? json["error"] }
}

/// Lines that a logger wrote, for tests to read.
final class RecordedLog: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: Logger.Metadata

        subscript(key: String) -> String? { metadata[key].map { "\($0)" } }
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }
    func append(_ line: Line) { lines.withLock { $0.append(line) } }

    /// The line of the one request that was made.
    func request() throws -> Line { try #require(all.last { $0.message == "routing_decision" }) }
}

struct RecordingLogHandler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        log.append(
            .init(
                level: event.level, message: "\(event.message)",
                metadata: metadata.merging(event.metadata ?? [:]) { $1 }))
    }
}
