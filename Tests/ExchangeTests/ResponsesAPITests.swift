import NIOCore
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

    init() throws { fixture = try RouterFixture(Self.policy) }

    private static func head(_ path: String, user: String?, method: HTTPMethod = .POST) -> RequestHead {
        RouterFixture.head(
            method, "/v1/responses\(path)", user.map { [("x-authz-user-id", $0)] } ?? [], peer: "10.0.0.1")
    }

    private func post(
        _ body: String, user: String? = nil, answer: ModelAnswer = .text("Yes."), to router: RouterFixture? = nil
    ) async throws -> PlayedRequest {
        try await PlayedRequest.play(
            (router ?? fixture).router, Self.head("", user: user), body, answer: answer)
    }

    /// Plays a request whose backend answers with a text; gives the chat body that it saw and the response.
    private func create(
        _ body: String, user: String? = nil, answer: String = "Yes."
    ) async throws -> (seen: JSON, made: JSON) {
        let played = try await post(body, user: user, answer: .text(answer))
        return (try #require(played.attempt).json, try #require(played.response).json)
    }

    private func get(
        _ path: String, user: String? = nil, method: HTTPMethod = .GET, from router: RouterFixture? = nil
    ) async throws -> LocalResponse {
        let head = Self.head("/" + path, user: user, method: method)
        return try #require(try await PlayedRequest.play((router ?? fixture).router, head, "").response)
    }

    @Test func aResponseIsMadeKeptReadAndDeleted() async throws {
        let (seen, made) = try await create(#"{"model":"auto","input":"Hi","instructions":"Be kind."}"#)
        #expect(seen["messages"]?.array?.count == 2)
        let id = try #require(made["id"]?.string)
        #expect(id.hasPrefix("resp_") && id.utf8.count == 29)
        #expect(try await get(id).json == made)
        let items = try await get(id + "/input_items").json
        #expect(items["data"]?[0]?["content"]?[0]?["text"] == "Hi" && items["has_more"] == false)
        #expect(try await get(id, method: .DELETE).json["deleted"] == true)
        #expect(try await get(id).status == 404)
        #expect(try await get(id, method: .PUT).status == 405)
    }

    @Test func aResponseBelongsToItsUser() async throws {
        let id = try #require(try await create(#"{"model":"auto","input":"Hi"}"#, user: "alice").made["id"]?.string)
        #expect(try await get(id, user: "alice").status == 200)
        #expect(try await get(id, user: "bob").status == 404)
        #expect(try await get(id, user: "bob", method: .DELETE).status == 404)
        let refused = try await post(#"{"model":"auto","input":"x","previous_response_id":"\#(id)"}"#, user: "bob")
        #expect(refused.attempt == nil && refused.response?.status == 400)
        #expect(refused.response?.error?["code"] == "previous_response_not_found")
    }

    @Test func aChainBringsTheWholeConversation() async throws {
        let first = try #require(
            try await create(#"{"model":"auto","input":"One","instructions":"Old."}"#, answer: "Uno").made["id"]?.string
        )
        let second = try await create(
            #"{"model":"auto","input":"Two","previous_response_id":"\#(first)"}"#, answer: "Due")
        let id = try #require(second.made["id"]?.string)
        let third = try await create(#"{"model":"auto","input":"Three","previous_response_id":"\#(id)"}"#)
        #expect(
            third.seen["messages"]?.array?.map { $0["content"]?.string } == [
                "Old.", "One", "Uno", "Two", "Due", "Three",
            ])
    }

    /// The chain is a session: the tool's result goes to the model that asked for it.
    @Test func aChainIsOneSession() async throws {
        let learning = try RouterFixture(LearningFixture.policy(scope: "session"))
        func model(_ body: String, answer: String) async throws -> (model: String?, id: String?) {
            let played = try await PlayedRequest.play(
                learning.router, RouterFixture.head(.POST, "/v1/responses"), body, answer: .json(answer))
            return (
                played.attempt?.headers.first(name: "x-selected-model"),
                try #require(played.response).json["id"]?.string
            )
        }
        let first = try await model(
            #"{"model":"auto","input":"a number","tools":[{"type":"function","name":"search"}]}"#,
            answer: LearningFixture.toolCall("call_1"))
        #expect(first.model == "local")
        let second = try await model(
            #"{"model":"auto","previous_response_id":"\#(first.id ?? "")","input":[{"role":"user","content":"prove it"},{"type":"function_call_output","call_id":"call_1","output":"42"}]}"#,
            answer: #"{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}"#)
        #expect(second.model == "local")
    }

    @Test func aConversationIsContinuedByItsName() async throws {
        _ = try await create(#"{"model":"auto","input":"One","conversation":"conv_1"}"#)
        let second = try await create(#"{"model":"auto","input":"Two","conversation":{"id":"conv_1"}}"#)
        #expect(second.seen["messages"]?.array?.count == 3)
        #expect(second.made["conversation"] == ["id": "conv_1"])
    }

    @Test func whatIsNotToBeKeptIsNot() async throws {
        let made = try await create(#"{"model":"auto","input":"Hi","store":false}"#).made
        #expect(made["store"] == false)
        #expect(try await get(try #require(made["id"]?.string)).status == 404)
    }

    @Test func errorsOfBackendsAndOfRequestsStayErrors() async throws {
        let failed = try await post(#"{"model":"auto","input":"Hi"}"#, answer: .status(400))
        #expect(failed.relayedStatus == 400)
        let refused = try #require(try await post(#"{"model":"auto"}"#).response)
        #expect(refused.status == 400 && refused.error?["param"] == "input")
        #expect(try await post(#"{"model":"nope","input":"x"}"#).response?.status == 404)
    }

    @Test func aStreamIsKeptBeforeItSaysThatItIsComplete() async throws {
        let played = try await post(#"{"model":"auto","input":"Hi","stream":true}"#, answer: .stream("Yes."))
        #expect(played.relayed.contains("event: response.output_text.delta"))
        #expect(!played.relayed.contains("event: response.completed"))
        #expect(played.end.contains("event: response.completed"))
        let id = try #require(played.end.firstRange(of: "resp_").map { played.end[$0.lowerBound...].prefix(29) })
        #expect(try await get(String(id)).json["output"]?[0]?["content"]?[0]?["text"] == "Yes.")
    }

    /// What cannot be kept is not promised, and what cannot be read is not taken for missing.
    @Test func aStoreThatIsAwayIsAnErrorAndNeverSilent() async throws {
        let router = try RouterFixture(Self.policy, memory: RouterMemory(responseRecords: AbsentResponseStore()))
        let plain = try #require(try await post(#"{"model":"auto","input":"Hi"}"#, to: router).response)
        #expect(plain.status == 503 && plain.error?["code"] == "response_not_stored")
        let stream = try await post(
            #"{"model":"auto","input":"Hi","stream":true}"#, answer: .stream("Yes."), to: router)
        #expect(stream.end.contains("event: response.failed") && stream.end.contains("response_not_stored"))
        #expect(!(stream.relayed + stream.end).contains("response.completed"))
        for (path, method) in [("resp_1", HTTPMethod.GET), ("resp_1", .DELETE), ("resp_1/input_items", .GET)] {
            let response = try await get(path, method: method, from: router)
            #expect(response.status == 503 && response.error?["code"] == "state_engine_unavailable")
        }
        let chained = try await post(#"{"model":"auto","input":"x","previous_response_id":"resp_1"}"#, to: router)
        #expect(chained.attempt == nil && chained.response?.status == 503)
        let unkept = try await post(#"{"model":"auto","input":"Hi","store":false}"#, to: router)
        #expect(unkept.response?.status == 200)
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
