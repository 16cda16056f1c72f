import Logging
import State
import Testing
import Wire

@testable import Exchange

/// A router that records into memory.
struct ReplayFixture {
    let router: RouterFixture
    let writer: ReplayWriter

    /// A policy with two priced models; `replay` is the value of `global.services.router_replay`, `more` stands in the
    /// decision `maths`.
    static func policy(
        replay: String = "{enabled: true}", more: String = "", mathsModel: String = "big",
        proofs: String = "[prove]", refused: String = "[password]"
    ) -> String {
        """
        version: v0.3
        providers:
          models:
            - {name: big, pricing: {prompt_per_1m: 10, completion_per_1m: 20}, backend_refs: [{endpoint: "127.0.0.1:1"}]}
            - {name: small, pricing: {prompt_per_1m: 1, completion_per_1m: 2}, backend_refs: [{endpoint: "127.0.0.1:1"}]}
        routing:
          modelCards: [{name: big}, {name: small}]
          signals:
            keywords:
              - {name: proofs, operator: OR, keywords: \(proofs)}
              - {name: secrets, operator: OR, keywords: \(refused)}
          decisions:
            - name: maths
              priority: 10
              rules: {operator: AND, conditions: [{type: keyword, name: proofs}]}
              modelRefs: [{model: \(mathsModel)}]
              \(more)
            - name: refuse
              priority: 20
              rules: {operator: AND, conditions: [{type: keyword, name: secrets}]}
              plugins: [{type: fast_response, configuration: {message: "No."}}]
            - {name: rest, priority: 1, rules: {operator: AND, conditions: []}, modelRefs: [{model: small}]}
        global:
          services:
            router_replay: \(replay)
            authz: {identity: {trusted_proxies: ["10.0.0.0/8"]}}
        """
    }

    init(_ policy: String = Self.policy()) throws {
        let store = DurableReplayStore(try .inMemory(), lifetime: 0)
        writer = ReplayWriter(
            store, spillPath: nil, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        router = try RouterFixture(policy, memory: RouterMemory(replay: writer))
    }

    static func body(_ text: String, more: String = "") -> String {
        #"{"model":"auto","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
    }

    static let answer = """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",\
        "content":"Done."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}
        """

    /// Sends a request whose backend answers.
    func ask(_ text: String, more: String = "", headers: [(String, String)] = [], peer: String? = nil) throws {
        _ = try router.forward(Self.body(text, more: more), headers: headers, peer: peer).answered(
            200, [("content-type", "application/json")], Self.answer)
    }

    /// All records, oldest first, once they are written.
    func records() async throws -> [ReplayRecord] {
        writer.close()
        await writer.run()
        let page = try await writer.store.page(ReplayFilter(), limit: 100, offset: 0, includingPayload: true)
        return page.records.reversed()
    }
}

extension ReplayRecord {
    var json: JSON { get throws { try JSON(parsing: document) } }
    var texts: JSON { get throws { try JSON(parsing: payload) } }
}
