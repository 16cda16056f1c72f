import Policy
import Routing
import Testing

@testable import Evidence

/// Examples that the model cannot read are no secret.
@Suite struct UnreadableExampleTests {
    static let reader = ScriptedReader(
        vectors: ["east": [1, 0], "name": [0, 1]], labels: [.jailbreak: ["benign", "jailbreak"]])

    static func warnings(_ signals: String) throws -> [Diagnostic] {
        let manifest = #"{"labels": {"pii": {"exemplars": ["name"]}, "odd": {"exemplars": ["你好", "name"]}}}"#
        return try learned(
            signals, ScriptedModels(embedding: reader, classifiers: [.jailbreak: reader]),
            file: { _ in Array(manifest.utf8) }
        ).warnings
    }

    @Test(arguments: [
        ("embeddings: [{ name: e, threshold: 0.5, candidates: [east, 你好] }]", "candidates"),
        ("preferences: [{ name: p, description: east, examples: [name, 你好] }]", "examples"),
        (
            "complexity: [{ name: c, threshold: 0.1, hard: { candidates: [east] }, easy: { candidates: [east, 你好] } }]",
            "easy.candidates"
        ),
        ("jailbreak: [{ name: j, method: contrastive, jailbreak_patterns: [east, 你好] }]", "jailbreak_patterns"),
        (
            "jailbreak: [{ name: j, method: hybrid, jailbreak_patterns: [east], benign_patterns: [name, 你好] }]",
            "benign_patterns"
        ),
        ("kb: [{ name: b, kb: privacy_kb, target: { kind: group, value: private } }]", "kb"),
    ])
    func eachFamilyWarnsWithThePlace(_ row: (signals: String, place: String)) throws {
        let warnings = try Self.warnings("    " + row.signals)
        let warning = try #require(warnings.first)
        #expect(warnings.count == 1 && warning.severity == .warning && warning.code == .noEffect)
        #expect("\(warning.path)".hasSuffix(row.place), "\(warning.path)")
        #expect(warning.message.contains("1 of 2") && warning.message.contains("你好"))
        #expect(warning.position.line > 1)
    }

    @Test func whatIsReadNeedsNoWarning() throws {
        #expect(try Self.warnings("    embeddings: [{ name: e, threshold: 0.5, candidates: [east, name] }]") == [])
        #expect(try Self.warnings("    jailbreak: [{ name: j }]") == [])
    }
}
