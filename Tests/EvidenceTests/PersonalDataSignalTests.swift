import Policy
import Routing
import Testing
import Wire

@testable import Evidence

/// Personal data: formats by rules, names by a model. Spec signals-decisions §4.10.
@Suite struct PersonalDataSignalTests {
    static func entity(_ kind: String, _ confidence: Double) -> TextFindings.Entity {
        TextFindings.Entity(kind: kind, range: 0..<1, confidence: confidence)
    }

    static func models(
        _ entities: [String: [TextFindings.Entity]], problems: [String: UnknownReason] = [:]
    ) -> ScriptedModels {
        let reader = ScriptedReader(labels: [.personalData: ["O", "B-PERSON", "I-PERSON"]]) { need in
            guard case .text(let text) = need.source else { return TextFindings(problem: .failed) }
            if let problem = problems[text] { return TextFindings(problem: problem) }
            var found = TextFindings()
            found.entities = entities[text] ?? []
            found.coverage = 0.75
            return found
        }
        return ScriptedModels(classifiers: [.personalData: reader])
    }

    static func made(_ settings: String, _ models: ScriptedModels, module: String = "") throws -> EvidenceEngine {
        try learned(
            "    pii: [{ name: p\(settings.isEmpty ? "" : ", ")\(settings) }]", models,
            modules: "{ classifier: { pii: { \(module) } } }")
    }

    static func read(
        _ entities: [TextFindings.Entity], _ settings: String = "threshold: 0.85", text: String = "x",
        module: String = ""
    ) async throws -> Reading? {
        await (try made(settings, models([text: entities]), module: module)).ask("pii:p", text)
    }

    // MARK: what counts

    @Test func kindsOverTheThresholdThatAreNotAllowedMatch() async throws {
        let mixed = [Self.entity("EMAIL_ADDRESS", 0.97), Self.entity("US_SSN", 0.91)]
        let reading = try await Self.read(mixed, "threshold: 0.85, pii_types_allowed: [EMAIL_ADDRESS]")
        #expect(reading == .matched(confidence: 0.91, value: 0.91, coverage: 0.75, details: ["US_SSN"]))
        let strict = try await Self.read(mixed, "threshold: 0.95, pii_types_allowed: [email_address]")
        #expect(strict == .unmatched(value: 0, coverage: 0.75))
        #expect(try await Self.read([Self.entity("PERSON", 0.88)])?.details == ["PERSON"])
    }

    @Test(arguments: [
        ("", "", false), ("threshold: 0.85", "", true), ("", "threshold: 0.8", true), ("threshold: 0", "", false),
    ])
    func anOmittedThresholdIsTheModules(_ row: (signal: String, module: String, isMatch: Bool)) async throws {
        let reading = try await Self.read([Self.entity("PERSON", 0.88)], row.signal, module: row.module)
        #expect(reading?.isMatched == row.isMatch)
    }

    @Test func kindsAreNamedSurestFirst() async throws {
        let reading = try await Self.read([
            Self.entity("PERSON", 0.9), Self.entity("STREET_ADDRESS", 0.99), Self.entity("PERSON", 0.95),
            Self.entity("AGE", 0.95),
        ])
        #expect(reading?.details == ["STREET_ADDRESS", "AGE", "PERSON"] && reading?.confidence == 0.99)
    }

    // MARK: places

    @Test(arguments: ["LOCATION", "GPE", "ORGANIZATION", "DATE_TIME", "ZIP_CODE", "TITLE"])
    func aPlaceAloneIsNobodys(_ kind: String) async throws {
        #expect(try await Self.read([Self.entity(kind, 0.99)])?.outcome == .unmatched)
        let beside = try await Self.read([Self.entity(kind, 0.99), Self.entity("PERSON", 0.9)])
        #expect(beside?.details == [kind, "PERSON"] && beside?.confidence == 0.99)
        let unsure = try await Self.read([Self.entity(kind, 0.99), Self.entity("PERSON", 0.5)])
        #expect(unsure?.outcome == .unmatched, "a person that may be none does not make it one")
    }

    @Test func allowedPlacesCoverLocations() async throws {
        let entities = [Self.entity("LOCATION", 0.99), Self.entity("PERSON", 0.9)]
        let reading = try await Self.read(entities, "threshold: 0.85, pii_types_allowed: [GPE]")
        #expect(reading?.details == ["PERSON"])
    }

    // MARK: rules

    @Test(arguments: [
        ("Write to jane.doe@example.com today.", "EMAIL_ADDRESS"), ("Card 4111 1111 1111 1111, please.", "CREDIT_CARD"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN_CODE"),
    ])
    func formatsAreFoundByRules(_ row: (text: String, kind: String)) async throws {
        #expect(try await Self.read([], text: row.text)?.details == [row.kind])
        let allowed = try await Self.read([], "pii_types_allowed: [\(row.kind)]", text: row.text)
        #expect(allowed?.outcome == .unmatched)
    }

    @Test func invalidFormatsAreNone() async throws {
        for text in ["Card 4111 1111 1111 1112, please.", "IBAN DE89 3704 0044 0532 0130 01.", "jane at example"] {
            #expect(try await Self.read([], text: text)?.outcome == .unmatched, "\(text)")
        }
    }

    // MARK: what is read

    @Test func toolResultsAreReadAndHistoryOnRequest() async throws {
        let entities = ["before": [Self.entity("PERSON", 0.95)]]
        let history = EvidenceRequest.turns((.user, "before"), (.assistant, "answer"), (.user, "ask"))
        #expect(await (try Self.made("", Self.models(entities))).ask("pii:p", history)?.outcome == .unmatched)
        let made = try Self.made("include_history: true", Self.models(entities))
        #expect(await made.ask("pii:p", history)?.isMatched == true)
        let agent = EvidenceRequest.turns((.user, "ask"), (.assistant, ""), (.tool, "before"))
        #expect(await (try Self.made("", Self.models(entities))).ask("pii:p", agent)?.isMatched == true)
    }

    @Test(arguments: [UnknownReason.timeout, .failed, .unreadable, .overloaded])
    func aFailureIsNoAllClear(_ problem: UnknownReason) async throws {
        let models = Self.models([:], problems: ["ask": problem, "mail jane.doe@example.com": problem])
        let made = try Self.made("", models)
        #expect(await made.ask("pii:p", "ask") == .unknown(problem))
        #expect(await made.ask("pii:p", "mail jane.doe@example.com")?.details == ["EMAIL_ADDRESS"], "rules still find")
        let agent = EvidenceRequest.turns((.user, "fine"), (.assistant, ""), (.tool, "ask"))
        #expect(await made.ask("pii:p", agent) == .unknown(problem))
        #expect(try made.read("pii", "p", "fine") == .unknown(.failed), "without findings of the model")
    }

    @Test func aModelWithoutSpansIsMissing() async throws {
        let models = ScriptedModels(classifiers: [.personalData: ScriptedReader(labels: [.domain: ["law"]])])
        #expect(await (try Self.made("", models)).ask("pii:p", "x") == .unknown(.modelMissing))
        #expect(await (try Self.made("", ScriptedModels())).ask("pii:p", "x") == .unknown(.modelMissing))
        let off = try Self.made("", Self.models([:]), module: "enabled: false")
        #expect(await off.ask("pii:p", "x") == .unknown(.disabled))
        #expect(off.catalog.entries.allSatisfy { $0.isSafety })
    }
}
