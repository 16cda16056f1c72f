import Evidence
import Exchange
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Policy
import Routing
import Testing

@testable import ExtProc

/// A router behind the external-processing door, driven as a gateway would drive it, without a network.
final class ProcessorFixture {
    static let policy = """
        version: v0.3
        providers:
          defaults:
            default_model: small
          models:
            - name: large
              provider_model_id: vendor/large-1
              pricing: {currency: USD, prompt_per_1m: 1, completion_per_1m: 2}
        routing:
          modelCards: [{name: small}, {name: large}]
          signals:
            keywords:
              - {name: code, operator: OR, keywords: [python]}
              - {name: greeting, operator: OR, keywords: [hello]}
          decisions:
            - name: coding
              priority: 100
              rules: {operator: AND, conditions: [{type: keyword, name: code}]}
              modelRefs: [{model: large, use_reasoning: false}]
            - name: greeting
              priority: 90
              rules: {operator: AND, conditions: [{type: keyword, name: greeting}]}
              modelRefs: [{model: small, use_reasoning: false}]
              plugins: [{type: fast_response, configuration: {message: Good day.}}]
        """

    let processor: StreamProcessor

    init(_ policy: String = ProcessorFixture.policy, settings: Router.Settings = Router.Settings()) throws {
        processor = StreamProcessor(
            try Self.router(policy, settings), on: EmbeddedEventLoop(), peer: "127.0.0.1",
            decisionTimeout: .seconds(1))
    }

    static func router(_ policy: String = policy, _ settings: Router.Settings = Router.Settings()) throws -> Router {
        let families = PolicyFamilies(
            signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
        let loaded = PolicyLoader(families: families).load(bytes: Array(policy.utf8)) { _ in nil }
        let errors = loaded.diagnostics.filter { $0.severity == .error }
        try #require(errors.isEmpty, "\(errors.map(\.message))")
        return Router(
            try RouterGeneration(loaded, number: 1, resources: EvidenceResources(), environment: { _ in nil }),
            settings: settings, logger: Logger(label: "ext-proc-tests") { _ in SwiftLogNoOpLogHandler() })
    }

    static func chat(_ text: String, model: String = "auto") -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}],"temperature":0.5}"#
    }

    /// The head of a chat request, in a body mode.
    static func head(
        _ configuration: ProtocolConfiguration? = nil, path: String = "/v1/chat/completions", method: String = "POST",
        isEnd: Bool = false, _ more: [(String, String)] = []
    ) -> ProcessingRequest {
        let headers = HTTPHeaders(
            [
                (":method", method), (":path", path), (":authority", "gateway"), (":scheme", "http"),
                ("content-type", "application/json"), ("x-request-id", "request-7"),
            ] + more)
        return ProcessingRequest(
            message: .requestHeaders(headers, endOfStream: isEnd), configuration: configuration)
    }

    func send(_ message: ProcessingRequest) async -> [ProcessingResponse] {
        nonisolated(unsafe) var responses: [ProcessingResponse] = []
        processor.process(message) { responses = $0 }
        return responses
    }

    func send(_ message: ProcessingRequest.Message) async -> [ProcessingResponse] {
        await send(ProcessingRequest(message: message))
    }

    func body(_ text: String, isEnd: Bool = true) async -> [ProcessingResponse] {
        await send(.requestBody(ByteBuffer(string: text), endOfStream: isEnd))
    }
}

extension ProcessingResponse {
    /// What kind of message it answers, and the changes that it asks for.
    var kind: String {
        switch message {
        case .headers(let direction, _): "\(direction) headers"
        case .body(let direction, _): "\(direction) body"
        case .trailers(let direction, _): "\(direction) trailers"
        case .immediate(let response): "immediate \(response.status)"
        }
    }

    var common: CommonResponse? {
        switch message {
        case .headers(_, let common), .body(_, let common): common
        default: nil
        }
    }

    /// What a header is set to.
    func sets(_ name: String) -> String? { common?.headers.sets.last { $0.name == name }?.value }

    var text: String? {
        switch message {
        case .immediate(let response): String(buffer: response.body)
        default:
            switch common?.body {
            case .replace(let body), .stream(let body, _): String(buffer: body)
            case .clear: ""
            case nil: nil
            }
        }
    }

    var endsStream: Bool {
        if case .stream(_, let isEnd) = common?.body { return isEnd }
        return false
    }
}
