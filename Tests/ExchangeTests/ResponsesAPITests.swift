import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct ResponsesAPITests {
    private static let policy = """
        version: v0.3
        providers:
          defaults: {default_model: m}
          models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9001", weight: 1}]}]
        routing:
          modelCards: [{name: m}]
          decisions:
            - name: all
              rules: {operator: AND, conditions: []}
              modelRefs: [{model: m}]
        global: {services: {authz: {identity: {trusted_proxies: [10.0.0.1]}}}}
        """

    private let fixture: RouterFixture
    private let loop = EmbeddedEventLoop()

    init() throws { fixture = try RouterFixture(Self.policy) }

    private func begin(_ body: String, user: String? = nil) -> ExchangeStart {
        let head = RouterFixture.head(
            .POST, "/v1/responses", user.map { [("x-authz-user-id", $0)] } ?? [], peer: "10.0.0.1")
        return fixture.router.begin(head, body: ByteBuffer(string: body), on: loop)
    }

    /// Plays a request whose backend answers with a text; gives the chat body that it saw and the response.
    private func create(_ body: String, user: String? = nil, answer: String = "Yes.") throws -> (seen: JSON, made: JSON)
    {
        guard case .forward(let exchange) = begin(body, user: user) else { throw UnexpectedOutcome("not forwarded") }
        guard case .attempt(let attempt, _) = exchange.nextAttempt(after: nil) else {
            throw UnexpectedOutcome("gave up")
        }
        guard case .hold = exchange.responseHead(status: 200, headers: ["content-type": "application/json"]) else {
            throw UnexpectedOutcome("relayed")
        }
        _ = exchange.responseBody(
            ByteBuffer(
                string: #"{"model":"m","choices":[{"message":{"content":"\#(answer)"},"finish_reason":"stop"}]}"#))
        guard case .respond(let response) = exchange.heldResponse(.complete) else { throw UnexpectedOutcome("retried") }
        exchange.finished()
        return (try attempt.json, try response.json)
    }

    private func get(_ path: String, user: String? = nil, method: HTTPMethod = .GET) throws -> LocalResponse {
        let head = RouterFixture.head(
            method, "/v1/responses/\(path)", user.map { [("x-authz-user-id", $0)] } ?? [], peer: "10.0.0.1")
        guard case .respond(let response) = fixture.router.admit(head) else { throw UnexpectedOutcome("reads a body") }
        return response
    }

    @Test func aResponseIsMadeKeptReadAndDeleted() throws {
        let (seen, made) = try create(#"{"model":"auto","input":"Hi","instructions":"Be kind."}"#)
        #expect(seen["messages"]?.array?.count == 2)
        let id = try #require(made["id"]?.string)
        #expect(id.hasPrefix("resp_") && id.utf8.count == 29)
        #expect(try get(id).json == made)
        let items = try get(id + "/input_items").json
        #expect(items["data"]?[0]?["content"]?[0]?["text"] == "Hi" && items["has_more"] == false)
        #expect(try get(id, method: .DELETE).json["deleted"] == true)
        #expect(try get(id).status == 404)
        #expect(try get(id, method: .PUT).status == 405)
    }

    @Test func aResponseBelongsToItsUser() throws {
        let id = try #require(try create(#"{"model":"auto","input":"Hi"}"#, user: "alice").made["id"]?.string)
        #expect(try get(id, user: "alice").status == 200)
        #expect(try get(id, user: "bob").status == 404)
        #expect(try get(id, user: "bob", method: .DELETE).status == 404)
        guard
            case .respond(let refused) = begin(
                #"{"model":"auto","input":"x","previous_response_id":"\#(id)"}"#, user: "bob")
        else { throw UnexpectedOutcome("another user's history was read") }
        #expect(refused.status == 400 && refused.error?["code"] == "previous_response_not_found")
    }

    @Test func aChainBringsTheWholeConversation() throws {
        let first = try #require(
            try create(#"{"model":"auto","input":"One","instructions":"Old."}"#, answer: "Uno").made["id"]?.string)
        let second = try create(#"{"model":"auto","input":"Two","previous_response_id":"\#(first)"}"#, answer: "Due")
        let id = try #require(second.made["id"]?.string)
        let third = try create(#"{"model":"auto","input":"Three","previous_response_id":"\#(id)"}"#)
        #expect(
            third.seen["messages"]?.array?.map { $0["content"]?.string } == [
                "Old.", "One", "Uno", "Two", "Due", "Three",
            ])
    }

    /// The chain is a session: the tool's result goes to the model that asked for it.
    @Test func aChainIsOneSession() throws {
        let learning = try RouterFixture(LearningFixture.policy(scope: "session"))
        func model(_ body: String, answer: String) throws -> (model: String?, id: String?) {
            let start = learning.router.begin(
                RouterFixture.head(.POST, "/v1/responses"), body: ByteBuffer(string: body), on: loop)
            guard case .forward(let exchange) = start, case .attempt(let attempt, _) = exchange.nextAttempt(after: nil)
            else { throw UnexpectedOutcome("not forwarded") }
            _ = exchange.responseHead(status: 200, headers: ["content-type": "application/json"])
            _ = exchange.responseBody(ByteBuffer(string: answer))
            guard case .respond(let response) = exchange.heldResponse(.complete) else {
                throw UnexpectedOutcome("retried")
            }
            exchange.finished()
            return (attempt.headers.first(name: "x-selected-model"), try response.json["id"]?.string)
        }
        let first = try model(
            #"{"model":"auto","input":"a number","tools":[{"type":"function","name":"search"}]}"#,
            answer: LearningFixture.toolCall("call_1"))
        #expect(first.model == "local")
        let second = try model(
            #"{"model":"auto","previous_response_id":"\#(first.id ?? "")","input":[{"role":"user","content":"prove it"},{"type":"function_call_output","call_id":"call_1","output":"42"}]}"#,
            answer: #"{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}"#)
        #expect(second.model == "local")
    }

    @Test func aConversationIsContinuedByItsName() throws {
        _ = try create(#"{"model":"auto","input":"One","conversation":"conv_1"}"#)
        let second = try create(#"{"model":"auto","input":"Two","conversation":{"id":"conv_1"}}"#)
        #expect(second.seen["messages"]?.array?.count == 3)
        #expect(second.made["conversation"] == ["id": "conv_1"])
    }

    @Test func whatIsNotToBeKeptIsNot() throws {
        let made = try create(#"{"model":"auto","input":"Hi","store":false}"#).made
        #expect(made["store"] == false)
        #expect(try get(try #require(made["id"]?.string)).status == 404)
    }

    @Test func errorsOfBackendsAndOfRequestsStayErrors() throws {
        guard case .forward(let exchange) = begin(#"{"model":"auto","input":"Hi"}"#) else {
            throw UnexpectedOutcome("not forwarded")
        }
        _ = exchange.nextAttempt(after: nil)
        guard case .relay(400, _) = exchange.responseHead(status: 400, headers: [:]) else {
            throw UnexpectedOutcome("not relayed")
        }
        exchange.finished()
        guard case .respond(let refused) = begin(#"{"model":"auto"}"#) else { throw UnexpectedOutcome("accepted") }
        #expect(refused.status == 400 && refused.error?["param"] == "input")
        guard case .respond(let unknown) = begin(#"{"model":"nope","input":"x"}"#) else {
            throw UnexpectedOutcome("accepted")
        }
        #expect(unknown.status == 404)
    }

    @Test func aStreamIsKeptBeforeItSaysThatItIsComplete() throws {
        guard case .forward(let exchange) = begin(#"{"model":"auto","input":"Hi","stream":true}"#) else {
            throw UnexpectedOutcome("not forwarded")
        }
        _ = exchange.nextAttempt(after: nil)
        _ = exchange.responseHead(status: 200, headers: ["content-type": "text/event-stream"])
        let events = exchange.responseBody(
            ByteBuffer(
                string:
                    "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
            ))
        #expect(events.map { String(buffer: $0) }?.contains("event: response.output_text.delta") == true)
        let end = try #require(exchange.responseEnd(.complete).map { String(buffer: $0) })
        exchange.finished()
        #expect(end.contains("event: response.completed"))
        let id = try #require(end.firstRange(of: "resp_").map { end[$0.lowerBound...].prefix(29) })
        #expect(try get(String(id)).json["output"]?[0]?["content"]?[0]?["text"] == "Yes.")
    }

    @Test func theAPICanBeTurnedOff() throws {
        let closed = try RouterFixture(
            Self.policy.replacing("services: {", with: "services: {response_api: {enabled: false}, "))
        guard case .respond(let response) = closed.router.admit(RouterFixture.head(.POST, "/v1/responses")) else {
            throw UnexpectedOutcome("it reads the body")
        }
        #expect(response.status == 404)
    }
}
