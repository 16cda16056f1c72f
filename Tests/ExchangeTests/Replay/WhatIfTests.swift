import Policy
import State
import Testing
import Wire

@testable import Exchange

/// Recorded requests, decided anew.
@Suite struct WhatIfTests {
    /// Three requests: one for each decision. Without texts only their readings are known.
    private func traffic(keepsTexts: Bool) async throws -> [ReplayRecord] {
        let fixture = try ReplayFixture()
        try fixture.ask("Prove it.")
        try fixture.ask("hello")
        _ = try fixture.router.answer(ReplayFixture.body("the password"))
        return try await fixture.records().map { record in
            var record = record
            if !keepsTexts { record.payload = [] }
            return record
        }
    }

    private func report(_ records: [ReplayRecord], against policy: String) async throws -> WhatIfReport {
        let whatIf = WhatIf(try RouterFixture.generation(policy))
        var report = WhatIfReport()
        for record in records { report.add(await whatIf.decide(record)) }
        return report
    }

    @Test(arguments: [true, false]) func theSamePolicyChangesNothing(keepsTexts: Bool) async throws {
        let report = try await report(try await traffic(keepsTexts: keepsTexts), against: ReplayFixture.policy())
        #expect(report.records == 3 && report.decided == 3 && report.fromText == (keepsTexts ? 3 : 0))
        #expect(report.routes.isEmpty && report.models.isEmpty && report.unpriced == 0)
        #expect(report.concerns(tolerance: 0).isEmpty)
        #expect(report.costs["USD"]?.count == 2)
    }

    @Test(arguments: [true, false]) func anotherModelIsPricedForTheSameTokens(keepsTexts: Bool) async throws {
        let report = try await report(
            try await traffic(keepsTexts: keepsTexts), against: ReplayFixture.policy(mathsModel: "small"))
        #expect(report.routes.isEmpty)
        #expect(report.models.map(\.key) == [.init(old: "big", new: "small")])
        let costs = try #require(report.costs["USD"])
        #expect(abs(costs.old - (0.0012 + 0.00012)) < 1e-12 && abs(costs.new - 0.00024) < 1e-12)
        #expect(report.concerns(tolerance: 0) == [.model])
        #expect(report.concerns(tolerance: 0.4).isEmpty, "one of three is a third")
    }

    @Test func whatMovedARequestMovesItAgain() async throws {
        var records = try await traffic(keepsTexts: true)
        // Learning had served the proof by the small model, whose tokens it was billed for.
        (records[0].selectedModel, records[0].actualCost) = ("small", 0.00012)
        let same = try #require(try await report(records, against: ReplayFixture.policy()).costs["USD"])
        #expect(abs(same.old - same.new) < 1e-12 && abs(same.old - 0.00024) < 1e-12)
    }

    @Test func aRefusalThatIsGoneIsAMatterOfSafety() async throws {
        let records = try await traffic(keepsTexts: true)
        let report = try await report(records, against: ReplayFixture.policy(refused: "[passphrase]"))
        #expect(report.noLongerRefused.count == 1 && report.noLongerRefused.examples == [records[2].id])
        #expect(report.routes.map(\.key) == [.init(old: "refuse", new: "rest")])
        #expect(report.concerns(tolerance: 1) == [.safety], "safety has no tolerance")
        #expect(report.unpriced == 1, "what a refused request would have cost nobody knows")
    }

    @Test func aNewRefusalCostsNothing() async throws {
        let report = try await report(
            try await traffic(keepsTexts: true), against: ReplayFixture.policy(refused: "[password, hello]"))
        #expect(report.newlyRefused.count == 1 && report.noLongerRefused.count == 0)
        #expect(report.concerns(tolerance: 0) == [.route, .model])
        #expect((report.costs["USD"]?.new ?? 1) < (report.costs["USD"]?.old ?? 0))
    }

    @Test func aSignalThatIsDeclaredAnewIsNotKnown() async throws {
        let records = try await traffic(keepsTexts: false)
        let report = try await report(records, against: ReplayFixture.policy(proofs: "[prove, hello]"))
        // The refused one is decided by a decision that outranks the signal.
        #expect(report.decided == 1 && report.undecided[.unread]?.count == 2)
        #expect(report.concerns(tolerance: 0) == [.undecided])
        // With the texts the new signal is read.
        let read = try await self.report(
            try await traffic(keepsTexts: true), against: ReplayFixture.policy(proofs: "[prove, hello]"))
        #expect(read.decided == 3 && read.routes.map(\.key) == [.init(old: "rest", new: "maths")])
        #expect(read.concerns(tolerance: 0) == [.route, .model, .cost])
    }

    @Test func aNameThatIsNoLongerRoutedIsSaidSo() async throws {
        let policy = ReplayFixture.policy() + "\n  router: {auto_model_names: [other]}"
        let report = try await report(try await traffic(keepsTexts: true), against: policy)
        #expect(report.undecided[.notRouted]?.count == 3 && report.decided == 0)
    }

    @Test func identitiesAreReplayed() async throws {
        let roles = """

            version: v0.3
            providers:
              models: [{name: big, backend_refs: [{endpoint: "127.0.0.1:1"}]}, {name: small, backend_refs: [{endpoint: "127.0.0.1:1"}]}]
            routing:
              modelCards: [{name: big}, {name: small}]
              signals:
                role_bindings: [{name: staff, role: insider, subjects: [{kind: Group, name: staff}]}]
              decisions:
                - {name: inside, priority: 9, rules: {operator: AND, conditions: [{type: authz, name: insider}]}, modelRefs: [{model: big}]}
                - {name: rest, priority: 1, rules: {operator: AND, conditions: []}, modelRefs: [{model: small}]}
            global:
              services:
                router_replay: {enabled: true}
                authz: {identity: {trusted_proxies: ["10.0.0.0/8"]}}
            """
        let fixture = try ReplayFixture(roles)
        try fixture.ask(
            "hello", headers: [("x-authz-user-id", "ann"), ("x-authz-user-groups", "staff")], peer: "10.0.0.1")
        let records = try await fixture.records()
        #expect(records.map(\.decision) == ["inside"])
        #expect(try await report(records, against: roles).routes.isEmpty)
    }

    @Test func theReportNamesWhatChanges() async throws {
        let records = try await traffic(keepsTexts: true)
        let report = try await report(
            records, against: ReplayFixture.policy(mathsModel: "small", refused: "[passphrase]"))
        let text = report.text()
        #expect(text.contains("3 of 3 recorded requests decided anew, 3 from their texts"))
        #expect(text.contains("refuse → rest  such as \(records[2].id)"))
        #expect(text.contains("big → small  such as \(records[0].id)"))
        #expect(text.contains("1 were refused and are served now"))
        let json = report.answer()
        #expect(json["models"]?["count"] == 2 && json["safety"]?["no_longer_refused"]?["count"] == 1)
        #expect(json["costs"]?[0]?["currency"] == "USD")
    }
}
