import Policy
import Routing
import Testing

@testable import Exchange

@Suite struct ReportsTerminalTests {
    @Test func winnerReasonAndModelComeFirst() {
        let lines = ReportsFixture.report().explanationText().split(separator: "\n").map(String.init)
        #expect(lines[0] == "auto → code  confidence 0.9500")
        #expect(lines[1] == "  why    won over 2 other matching: first by priority 100")
        #expect(lines[2] == "  model  coder  static: the only candidate")
        #expect(lines[3] == "  doing  system_prompt")
        #expect(lines[4] == "  text   “Debug this”")
        #expect(lines[5] == "         24 tokens · 1 turn · 1 tool · recipe default")
    }

    @Test func everySignalAndDecisionAppears() {
        let text = ReportsFixture.report().explanationText()
        for key in ReportsFixture.keys { #expect(text.contains(key.description)) }
        for decision in ReportsFixture.recipe.decisions { #expect(text.contains(" \(decision.name) ")) }
        #expect(text.contains("? model_missing  domain:law (safety)"))
        #expect(text.contains("▸ ✓ code"))
        #expect(text.contains("difficulty = 0.5  keyword:code 0.5×1"))
        #expect(text.contains("subjects → math  leads by"))
    }

    @Test func controlCharactersOfOthersNeverReachTheTerminal() {
        let request = EvaluationReport.Request(text: "\u{1B}]0;owned\u{07} \u{202E}x\nnext")
        let text = ReportsFixture.report(request: request).explanationText()
        #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x07 || $0.value == 0x202E })
        #expect(text.contains("“ ]0;owned   x next”"))
    }

    @Test func colourOnlyWhereWanted() {
        let report = ReportsFixture.report()
        #expect(!report.explanationText().contains("\u{1B}"))
        let coloured = report.explanationText(usesColour: true)
        #expect(coloured.contains("\u{1B}[32m✓\u{1B}[0m"))
        var plain = ""
        var isEscape = false
        for scalar in coloured.unicodeScalars {
            if scalar == "\u{1B}" {
                isEscape = true
            } else if isEscape {
                isEscape = scalar != "m"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        let trimmed = plain.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        #expect(trimmed.joined(separator: "\n") == report.explanationText())
    }

    @Test func longListsAreWrapped() {
        var out = TerminalText(usesColour: false, width: 40)
        out.list("  ? missing  ", .uncertain, (1...12).map { "signal:\($0)" })
        let lines = out.text.split(separator: "\n")
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("             signal") })
    }
}
