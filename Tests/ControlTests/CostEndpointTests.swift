import Exchange
import State
import Testing
import Wire

@testable import Control

@Suite struct CostEndpointTests {
    private static let source: FixedSource = {
        let source = FixedSource()
        for (model, tenant, actual) in [("large", "ann", 4.0), ("large", "bob", 2.0), ("small", "ann", 1.0)] {
            var sums = CostSums()
            (sums.requests, sums.promptTokens, sums.completionTokens, sums.cacheHits) = (2, 30, 7, 1)
            (sums.actual, sums.baseline, sums.savings) = (actual, 8, 8 - actual)
            source.memory.costs.add(
                CostKey(period: 0, recipe: "r", decision: "d", model: model, tenant: tenant, currency: "USD"), sums,
                at: 1_774_999_170)
        }
        return source
    }()

    @Test func linesAreGroupedDearestFirst() async throws {
        try await withServer(source: Self.source) { http async throws in
            let body = try await http.send("GET", "/api/v1/costs?group_by=model,day&tenant=ann").json
            #expect(body["object"] == "costs" && body["truncated"] == false)
            #expect(body["group_by"] == ["model", "day"])
            #expect(
                body["groups"]?[0] == [
                    "model": "large", "day": "2026-03-31T00:00:00Z", "currency": "USD", "requests": 2, "cache_hits": 1,
                    "excluded_requests": 0, "uncompared_requests": 0, "prompt_tokens": 30, "cached_tokens": 0,
                    "completion_tokens": 7, "actual_cost": 4.0, "baseline_cost": 8.0, "cost_savings": 4.0,
                ])
            #expect(body["groups"]?[1]?["model"] == "small")
            let all = try await http.send("GET", "/api/v1/costs").json
            #expect(all["groups"]?.array?.count == 1 && all["groups"]?[0]?["actual_cost"] == 7.0)
            #expect(try await http.send("GET", "/api/v1/costs?since=1774999170").json["groups"]?.array?.count == 1)
            #expect(try await http.send("GET", "/api/v1/costs?until=1774990000").json["groups"] == [])
            let one = try await http.send("GET", "/api/v1/costs?group_by=model&limit=1").json
            #expect(one["groups"]?.array?.count == 1 && one["truncated"] == true)
        }
    }

    @Test(arguments: [
        "group_by=user", "since=yesterday", "limit=0", "limit=x", "users=ann", "hour=1", "until=-5",
        "since=9999999999999999",
    ])
    func whatIsNotUnderstoodIsRefused(query: String) async throws {
        try await withServer(source: Self.source) { http async throws in
            let response = try await http.send("GET", "/api/v1/costs?\(query)")
            #expect(response.status == 400 && response.errorCode == "INVALID_INPUT")
        }
    }

    @Test func theCallerNeedsThePermission() async throws {
        let access: (inout ManagementConfiguration) -> Void = { configuration in
            AccessTests.bearer([("t1", "reader"), ("t2", "accountant")])(&configuration)
            configuration.roles = ["reader": ["health.read"], "accountant": ["cost.read"]]
        }
        try await withServer(access) { http async throws in
            for (token, status) in [("t1", 403), ("t2", 200)] {
                let response = try await http.send(
                    "GET", "/api/v1/costs", headers: AccessTests.authorization(token))
                #expect(response.status == status)
            }
        }
    }
}
