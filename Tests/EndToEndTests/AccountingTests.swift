import Foundation
import Testing

/// Limits and costs as clients and operators meet them: real processes, both doors, restarts.
@Suite(.serialized, .blocking) struct AccountingTests {
    private func serve(_ backend: RecordingBackend, _ directory: String, _ more: [String] = []) throws -> MartletProcess
    {
        try MartletProcess.serve(
            fixture: "accounting.yaml", backend: backend.port, arguments: ["--state-directory", directory] + more)
    }

    /// What must not differ between the doors.
    private static func refusal(_ reply: HTTPReply) -> [String] {
        let names = ["x-vsr-response-path", "x-vsr-schema-version", "x-ratelimit-limit", "x-ratelimit-remaining"]
        let error = reply.object["error"] as? [String: Any] ?? [:]
        return ["\(reply.status)"] + names.map { "\($0): \(reply[$0] ?? "-")" }
            + ["\(error["code"] ?? "-") \(error["type"] ?? "-")"]
    }

    @Test(
        .timeLimit(.minutes(2)),
        .enabled(if: EnvoyProcess.binary != nil, "run Scripts/prepare test to install Envoy"))
    func bothDoorsShareTheLimitsAndTheAccounts() throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let extProcPort = try Socket.freePort()
        let martlet = try serve(backend, directory.path, ["--ext-proc-port", "\(extProcPort)"])
        let envoy = try EnvoyProcess(fixture: "accounting.yaml", backend: backend.port, extProcPort: extProcPort)
        // Envoy takes identity headers from clients, as it should; the gateway's peer is trusted here.
        let ann = [("x-authz-user-id", "ann")]
        #expect(try martlet.chat("Prove it.", headers: ann)["x-ratelimit-remaining"] == "2")
        let second = try envoy.chat("Prove it.")
        #expect(second.status == 200 && second["x-ratelimit-remaining"] == "1", "\(second.text)")
        #expect(try martlet.chat("Hello.", model: "large", headers: ann)["x-ratelimit-remaining"] == "0")
        let sent = backend.requests.count
        let (here, there) = (try martlet.chat("Prove it.", headers: ann), try envoy.chat("Prove it."))
        #expect(
            Self.refusal(here) == [
                "429", "x-vsr-response-path: rate_limited", "x-vsr-schema-version: 2", "x-ratelimit-limit: 3",
                "x-ratelimit-remaining: 0", "429 rate_limit_error",
            ])
        #expect(Self.refusal(there) == Self.refusal(here))
        for reply in [here, there] {
            let wait = try #require(reply["retry-after"].flatMap { Int($0) })
            let message = (reply.object["error"] as? [String: Any])?["message"] as? String
            #expect(wait >= 1 && message == "Rate limit exceeded. Retry after \(wait) seconds.")
        }
        #expect(backend.requests.count == sent, "refused requests reach no backend")
        #expect(try envoy.chat("Hello.", model: "large").status == 429)
        #expect(try envoy.chat("Hello.").status == 200)
        let groups = try Deadline(20).poll("the accounts") { () -> [[String: Any]]? in
            let reply = try martlet.manage("GET", "/api/v1/costs?group_by=tenant,model")
            let groups = reply.object["groups"] as? [[String: Any]] ?? []
            return groups.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) } == 4 ? groups : nil
        }
        let lines = groups.map { line -> String in
            let costs = ["actual_cost", "baseline_cost"].map { name in
                String(format: "%.4f", line[name] as? Double ?? .nan)
            }
            return
                "\(line["tenant"] ?? "") \(line["model"] ?? "") \(line["requests"] ?? "") \(costs.joined(separator: " "))"
        }
        // 3 prompt and 2 completion tokens each.
        #expect(
            Set(lines) == [
                "ann large 2 0.1400 0.1400", " large 1 0.0700 0.0700", " small 1 0.0070 0.0700",
            ])
        #expect(try martlet.metric("martlet_rate_limited_total", #"rule="proofs""#, #"quantity="requests""#) == 3)
        let baseline = try martlet.metric("martlet_baseline_cost_total", #"model="small""#)
        #expect(abs((baseline ?? 0) - 0.07) < 1e-9)
    }

    @Test(.timeLimit(.minutes(2))) func aRestartIsNoNewBudgetAndTheAccountsGoOn() throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let spender = [("x-authz-user-id", "spender")]
        let first = try serve(backend, directory.path)
        // 7 cents each; the prompt of a third would be over the budget together with what is spent.
        for _ in 0..<2 { #expect(try first.chat("Prove it.", headers: spender).status == 200) }
        first.process.send(SIGTERM)
        _ = try first.process.waitForExit()
        let second = try serve(backend, directory.path)
        let refused = try second.chat("Prove it.", headers: spender)
        #expect(refused.status == 429 && refused["x-vsr-response-path"] == "rate_limited")
        #expect(try second.chat("Prove it.").status == 200, "others have no budget to spend")
        func spent(_ martlet: MartletProcess) throws -> Double {
            let groups = try martlet.manage("GET", "/api/v1/costs").object["groups"] as? [[String: Any]]
            return groups?.first?["actual_cost"] as? Double ?? 0
        }
        try Deadline(20).poll("the third answer in the accounts") { abs(try spent(second) - 0.21) < 1e-9 ? true : nil }
        // What was shown was written.
        second.process.send(SIGKILL)
        _ = try second.process.waitForExit()
        #expect(abs(try spent(try serve(backend, directory.path)) - 0.21) < 1e-9)
    }
}
