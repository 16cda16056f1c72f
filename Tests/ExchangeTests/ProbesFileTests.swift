import Foundation
import Policy
import Testing
import Wire

@testable import Exchange

@Suite struct ProbesFileTests {
    static let full = """
        schema_version: v1
        name: agent
        description: Everything that the format has.
        routing_assets: {yaml: config.yaml, dsl: recipe.dsl}
        router_eval_endpoint: /api/v1/eval
        evaluation: {request_timeout_seconds: 300, concurrency: 4}
        acceptance: {min_probe_pass_rate: 90.0, min_decision_pass_rate: 50}
        coverage:
          min_signal_assertion_percent: 1.7
          min_projection_assertion_percent: 0
          min_algorithm_assertion_percent: 100
          min_plugin_assertion_percent: 100
          required_request_shapes: [text, messages, tools]
          min_tag_counts: {language: 1}
          min_tag_pass_rate: {language: 100.0}
        decisions:
          - id: first
            expected_decision: code
            model: auto
            expected_recipe: default
            expected_algorithm: static
            expected_plugins: [router_replay]
            forbidden_plugins: [tools]
            plugin_match: exact
            expected_alias: vendor/model
            expected_signals: {keywords: [code], projection: [hard]}
            forbidden_signals: {context: [long]}
            signal_match: exact
            robustness: {min_pass_rate: 50}
            objective: Why.
            notes: Anything.
            variants:
              - id: padded
                query: two words
                repeat: 2
                padding: {text: pad, repeat: 2, placement: around}
                tags: [language:zh, stress:context]
                expected_signals: {keywords: [other]}
                display_prompt: short
                playground: {enabled: true}
              - id: chat
                messages:
                  - {role: user, content: [{type: text, text: ab}]}
                  - {role: assistant, content: fine}
                  - {role: user, content: now}
                tools:
                  - {type: function, function: {name: look, description: Looks.}}
                generated_text: {message_index: 0, content_index: 0, target_text_bytes: 5, character: z}
                tags: [multi-turn]
        """

    func read(_ text: String) -> (file: ProbeFile?, diagnostics: [Diagnostic]) { ProbeFile.read(Array(text.utf8)) }

    @Test func everyKeyIsRead() throws {
        let (file, diagnostics) = read(Self.full)
        #expect(diagnostics.isEmpty)
        let probes = try #require(file).probes
        #expect(probes.map(\.name) == ["first/padded", "first/chat"])
        let padded = probes[0]
        #expect(padded.content == .text("pad pad two words two words pad pad"))
        #expect(padded.model == "auto")
        #expect(padded.tags == ["language:zh", "stress:context"])
        let wanted = padded.expectation
        #expect(wanted.decision == "code")
        #expect(wanted.recipe == "default")
        #expect(wanted.algorithm == "static")
        #expect(wanted.model == "vendor/model")
        #expect(wanted.plugins == ["router_replay"])
        #expect(wanted.forbiddenPlugins == ["tools"])
        #expect(wanted.pluginMatch == .exact)
        #expect(wanted.signals == ["keywords": ["other"], "projection": ["hard"]])
        #expect(wanted.forbiddenSignals == ["context": ["long"]])
        #expect(wanted.signalMatch == .exact)
        #expect(probes[1].expectation.signals["keywords"] == ["code"])
        let acceptance = try #require(file).acceptance
        #expect(acceptance.probePassRate == 90)
        #expect(acceptance.decisionPassRate == 50)
        #expect(acceptance.groupPassRates == ["first": 50])
        #expect(acceptance.tagCounts == ["language": 1])
        #expect(acceptance.tagPassRates == ["language": 100])
        #expect(acceptance.shapes == ["text", "messages", "tools"])
    }

    @Test func messagesBecomeAConversation() throws {
        let probe = try #require(read(Self.full).file).probes[1]
        let conversation = try probe.conversation()
        #expect(conversation.turns.map(\.text) == ["abzzz", "fine", "now"])
        #expect(conversation.currentUserText == "now")
        #expect(conversation.tools.map(\.name) == ["look"])
        #expect(conversation.model == "auto")
        #expect(probe.shapes == ["messages", "tools"])
    }

    @Test func plainForm() throws {
        let (file, diagnostics) = read(
            """
            probes:
              - {prompt: What is 2+2?, decision: easy, model: small, tags: [math]}
              - {prompt: Hello, decision: ""}
            """)
        #expect(diagnostics.isEmpty)
        let probes = try #require(file).probes
        #expect(probes.map(\.name) == ["easy/probe-1", "none/probe-2"])
        #expect(probes[0].expectation.model == "small")
        #expect(probes[0].tags == ["math"])
        #expect(probes[1].expectation.decision == "")
        #expect(probes[1].position.line == 3)
        #expect(try probes[1].conversation().currentUserText == "Hello")
    }

    /// A wrong file, the line of its only error, and the error's code.
    static let wrong: [(String, Int, Diagnostic.Code)] = [
        ("probes:\n  - {prompt: a, decision: b, modle: c}", 2, .unknownKey),
        ("probes:\n  - {prompt: a}", 2, .missingKey),
        ("name: empty", 1, .missingKey),
        ("schema_version: v2\nprobes:\n  - {prompt: a, decision: b}", 1, .unknownValue),
        ("decisions:\n  - id: a\n    expected_decision: b", 2, .missingKey),
        ("decisions:\n  - id: a\n    expected_decision: b\n    variants: []", 4, .missingKey),
        (group("      - {id: x}"), 5, .conflict),
        (group("      - {id: x, query: q, messages: [{role: user, content: c}]}"), 5, .conflict),
        (group("      - id: x\n        query: q\n        generated_text: {target_text_bytes: 5}"), 7, .conflict),
        (group("      - id: x\n        query: q\n        repeat: 10001"), 7, .outOfRange),
        (group("      - id: x\n        query: q\n        repeat: 0"), 7, .outOfRange),
        (group("      - id: x\n        query: q\n        padding: {repeat: 2}"), 7, .missingKey),
        (group("      - id: x\n        query: q\n        padding: {text: t, placement: above}"), 7, .unknownValue),
        (group("      - id: x\n        query: q\n        expected_signals: {keyords: [a]}"), 7, .unknownValue),
        (group("      - id: x\n        query: q\n        playground: {enabled: false}"), 7, .missingKey),
        (
            group(
                "      - id: x\n        messages: [{role: user, content: c}]\n"
                    + "        generated_text: {message_index: 3, target_text_bytes: 5}"), 7, .invalidValue
        ),
        (group("      - {id: x, query: q}\n      - {id: x, query: r}"), 6, .duplicateName),
        ("acceptance: {min_probe_pass_rate: 101}\nprobes:\n  - {prompt: a, decision: b}", 1, .outOfRange),
        ("coverage:\n  min_tag_counts: {languages: 1}\nprobes:\n  - {prompt: a, decision: b}", 2, .unknownValue),
        ("evaluation: {concurrency: 65}\nprobes:\n  - {prompt: a, decision: b}", 1, .outOfRange),
        ("probes: ]", 1, .yamlSyntax),
    ]

    static func group(_ variants: String) -> String {
        "decisions:\n  - id: a\n    expected_decision: b\n    variants:\n" + variants
    }

    @Test(arguments: wrong) func mistakesAreFoundInPlace(text: String, line: Int, code: Diagnostic.Code) {
        let (file, diagnostics) = read(text)
        #expect(file == nil)
        #expect(diagnostics.map(\.code) == [code], "\(diagnostics)")
        #expect(diagnostics.first?.position.line == line, "\(diagnostics)")
    }

    @Test func misspeltKeysGetTheNearestOne() {
        let diagnostics = read("probes:\n  - {promt: a, decision: b}").diagnostics
        #expect(diagnostics.first { $0.code == .unknownKey }?.suggestion == "prompt")
        #expect(
            read(Self.group("      - {id: x, query: q, expected_signals: {keyword_: [a]}}")).diagnostics.first?
                .suggestion
                == "keywords")
    }

    @Test func hugeRequestsAreRefused() {
        let long = String(repeating: "x", count: 2_000)
        let diagnostics = read(Self.group("      - {id: x, query: \(long), repeat: 10000}")).diagnostics
        #expect(diagnostics.map(\.code) == [.tooLarge])
    }

    @Test func fixturesAreNotSilentlyIgnored() {
        let (file, diagnostics) = read("fixtures: {images: {a: {}}}\nprobes:\n  - {prompt: a, decision: b}")
        #expect(file != nil)
        #expect(diagnostics.map(\.code) == [.noEffect])
        #expect(diagnostics.first?.severity == .warning)
    }

    @Test func realFilesAreRead() throws {
        guard let folder = Self.sharedFolder else { return }
        for (name, count) in [("agent", 27), ("balance", 57), ("accuracy", 13)] {
            let path = folder.appendingPathComponent("compat/recipes/\(name)/probes.yaml")
            guard let data = try? Data(contentsOf: path) else { continue }
            let (file, diagnostics) = ProbeFile.read(Array(data))
            #expect(diagnostics.isEmpty, "\(name): \(diagnostics)")
            let probes = try #require(file).probes
            #expect(probes.count == count)
            for probe in probes { _ = try probe.conversation() }
        }
    }

    /// The folder with reference data: `MARTLET_SHARED`, or `shared` beside a folder above this file.
    static var sharedFolder: URL? {
        if let path = ProcessInfo.processInfo.environment["MARTLET_SHARED"] { return URL(fileURLWithPath: path) }
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent("shared")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
        }
        return nil
    }
}
