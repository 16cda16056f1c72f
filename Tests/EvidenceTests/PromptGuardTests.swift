import Policy
import Routing
import Testing

@testable import Evidence

@Suite struct PromptGuardTests {
    private static func reader(problem: UnknownReason? = nil) -> FakeReader {
        FakeReader(labels: [.jailbreak: ["benign", "jailbreak", "injection"]], problem: problem) { _, source in
            source == .text("attack") ? [0.1, 0.6, 0.3] : [0.9, 0.1, 0]
        }
    }

    private static func verdict(
        _ text: String, positives: [String] = [], threshold: Double = 0.5, blocks: Bool = false,
        problem: UnknownReason? = nil
    ) async throws -> PromptGuard.Verdict {
        var settings = PromptGuardSettings()
        (settings.threshold, settings.positiveLabels) = (threshold, positives)
        settings.failureAction = blocks ? .block : .allow
        let reader = Self.reader(problem: problem)
        let labels = try #require(reader.labels(of: .jailbreak))
        return await (try #require(PromptGuard(reader, labels: labels, settings))).read(text, within: .seconds(1))
    }

    @Test func theRiskIsTheSumOfTheLabelsThatAreAttacks() async throws {
        #expect(try await Self.verdict("attack") == .attack(risk: 0.6))
        #expect(try await Self.verdict("attack", threshold: 0.8) == .harmless)
        let both = ["jailbreak", "injection"]
        #expect(try await Self.verdict("attack", positives: both, threshold: 0.8) == .attack(risk: 0.6 + 0.3))
        #expect(try await Self.verdict("else", positives: both) == .harmless)
        #expect(try await Self.verdict("else", threshold: 0) == .attack(risk: 0.1))
    }

    @Test func whatCannotBeReadIsWhatThePolicySays() async throws {
        #expect(try await Self.verdict("attack", problem: .timeout) == .harmless)
        #expect(try await Self.verdict("attack", blocks: true, problem: .timeout) == .unread(.timeout))
        #expect(try await Self.verdict("attack", blocks: true, problem: .unreadable) == .harmless)
    }

    @Test func aGuardThatCallsEverythingHarmlessIsNone() {
        var settings = PromptGuardSettings()
        settings.positiveLabels = ["none"]
        #expect(PromptGuard(Self.reader(), labels: ["benign", "jailbreak"], settings) == nil)
    }

    @Test func withoutAModelOrSwitchedOffThereIsNone() {
        var catalog = ModelCatalog()
        #expect(PromptGuard(catalog, NoModels()) == nil)
        catalog.modules.promptGuard.isEnabled = false
        #expect(PromptGuard(catalog, NoModels()) == nil)
    }
}
