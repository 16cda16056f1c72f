import NIOCore
import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct ReloadTests {
    static func policy(_ version: Int) -> String {
        """
        listeners: [{ name: http, address: 127.0.0.1, port: 8899, timeout: \(version)0s }]
        providers:
          defaults: { default_model: only }
          models:
            - name: only
              provider_model_id: only-\(version)
              pricing: { prompt_per_1m: \(version), completion_per_1m: 0 }
              reliability: { retry_count: 2, retry_on: "connect-failure" }
              backend_refs: [{ endpoint: "10.0.0.\(version):8000" }]
        routing:
          modelCards: [{ name: only }]
          decisions: [{ name: "decision-\(version)", modelRefs: [{ model: only }] }]
        """
    }

    static let body = #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#

    @Test func anExchangeFinishesOnTheGenerationItBeganOn() throws {
        let fixture = try RouterFixture(Self.policy(1))
        let old = try fixture.forward(Self.body)
        #expect(try old.attempt().backend.host == "10.0.0.1")
        fixture.router.replace(with: try RouterFixture.generation(Self.policy(2), number: 2))
        #expect(fixture.router.current.number == 2)
        let second = try old.attempt(after: .connectFailed("x"))
        #expect(second.backend.host == "10.0.0.1")
        #expect(try second.json["model"] == "only-1")
        #expect(second.timeouts.firstByte == .seconds(10))
        #expect(
            try old.relayed(200, [("content-type", "application/json")])["x-vsr-selected-decision"] == ["decision-1"])
        _ = old.body(#"{"usage":{"prompt_tokens":1000000,"completion_tokens":1}}"#)
        #expect(old.end() == nil)
        old.finish()
        #expect(try fixture.log.request()["cost"] == "1.0")
        let new = try fixture.forward(Self.body)
        let attempt = try new.attempt()
        #expect(attempt.backend.host == "10.0.0.2")
        #expect(try attempt.json["model"] == "only-2")
        #expect(attempt.timeouts.firstByte == .seconds(20))
        new.vanish()
    }

    @Test func readinessTellsTheGeneration() throws {
        let fixture = try RouterFixture(Self.policy(1))
        fixture.router.replace(with: try RouterFixture.generation(Self.policy(2), number: 7))
        #expect(try fixture.endpoint(.GET, "/ready").json["generation"] == 7)
    }
}
