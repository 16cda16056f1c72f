import Foundation
import Testing

/// The commands that do not serve: what they print, and how they end.
@Suite(.serialized, .blocking) struct CommandTests {
    static let demo = Surroundings.root + "/Recipes/demo.yaml"
    static let broken = Surroundings.fixture("broken.yaml")

    // MARK: check

    @Test(.timeLimit(.minutes(1))) func checkPassesAGoodFile() throws {
        let result = try CommandResult.martlet("check", Self.demo, environment: ["MARTLET_DEMO_BACKEND": "127.0.0.1:1"])
        #expect(result.code == 0)
        #expect(result.output.contains("no errors"), "\(result.output)")
        #expect(result.errors.isEmpty)
        let quiet = try CommandResult.martlet(
            "check", "--quiet", Self.demo, environment: ["MARTLET_DEMO_BACKEND": "127.0.0.1:1"])
        #expect(quiet.code == 0 && quiet.output.isEmpty)
        let json = try CommandResult.martlet(
            "check", "--json", Self.demo, environment: ["MARTLET_DEMO_BACKEND": "127.0.0.1:1"])
        #expect(json.code == 0)
        #expect(try Diagnostics(json.output).all.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func checkFindsEveryMistake() throws {
        let result = try CommandResult.martlet("check", "--json", Self.broken)
        #expect(result.code == 2)
        let found = try Diagnostics(result.output).all.filter { $0["severity"] as? String == "error" }
        let places = Set(found.map { "\($0["line"] as? Int ?? 0) \($0["code"] as? String ?? "")" })
        #expect(
            places == ["13 unknown_value", "15 unknown_key", "20 dangling_reference", "21 dangling_reference"],
            "\(result.output)")
        let suggestions = Dictionary(
            found.map { ($0["line"] as? Int ?? 0, $0["suggestion"] as? String) }, uniquingKeysWith: { $1 })
        #expect(suggestions[15] == "context")
        #expect(suggestions[20] == "deep")
        #expect(suggestions[21] == "small")
        for diagnostic in found {
            #expect(diagnostic["column"] is Int && diagnostic["path"] is String && diagnostic["file"] is String)
        }
    }

    @Test(.timeLimit(.minutes(1))) func checkShowsTheLineAndWhatWasMeant() throws {
        let result = try CommandResult.martlet("check", Self.broken)
        #expect(result.code == 2)
        #expect(result.output.contains("broken.yaml:15:"))
        #expect(result.output.contains("did you mean context?"))
        #expect(result.output.contains("contxt:"), "the line itself is shown")
        #expect(!result.output.contains("\u{1B}"), "colour although this is no terminal")
    }

    @Test(.timeLimit(.minutes(1))) func checkSaysThatAFileIsNotThere() throws {
        let result = try CommandResult.martlet("check", "--json", "/nowhere/policy.yaml")
        #expect(result.code == 2)
        #expect((result.output + result.errors).contains("/nowhere/policy.yaml"))
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["a: [", "\t- x", "a: &a [*a]", "- list", "just text", "", "\u{0}"])
    func checkSurvivesAnything(_ text: String) throws {
        let directory = try TemporaryDirectory()
        let result = try CommandResult.martlet("check", "--json", try directory.write(text, to: "policy.yaml"))
        #expect(result.code == 2, "\(result.output)\(result.errors)")
        #expect(try !Diagnostics(result.output).all.isEmpty)
    }

    // MARK: version, reference, usage

    @Test(.timeLimit(.minutes(1))) func versionIsPrinted() throws {
        let long = try CommandResult.martlet("version")
        #expect(long.code == 0)
        #expect(long.output.contains("configuration contract: v0.3"))
        let short = try CommandResult.martlet("--version").output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(long.output.hasPrefix("martlet \(short)\n"))
    }

    @Test(.timeLimit(.minutes(1))) func referenceNamesTheKeys() throws {
        let result = try CommandResult.martlet("reference")
        #expect(result.code == 0)
        for key in ["default_model", "backend_refs", "keywords", "role_bindings", "fast_response", "trusted_proxies"] {
            #expect(result.output.contains(key), "\(key)")
        }
    }

    /// A command line that cannot be meant, and a word of what is said about it.
    static let mistakes: [(arguments: [String], word: String)] = [
        (["surve"], "surve"), (["serve", "--prot", "1"], "--prot"), (["serve", "--port", "70000"], "65535"),
        (["serve", "--port", "many"], "--port"), (["serve", "--demo", "--config", "x"], "--config"),
        (["serve", "--workers", "0"], "256"), (["serve", "--log-level", "loud"], "notice"),
        (["serve", "--log-format", "xml"], "json"), (["check"], "file"), (["mock", "--fault", "expolde"], "expolde"),
        (["mock", "--threads", "0"], "64"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: mistakes)
    func aUsageErrorIsASentence(_ row: (arguments: [String], word: String)) throws {
        let result = try CommandResult.martlet(row.arguments)
        #expect(result.code == 64, "\(row.arguments)")
        #expect(result.output.isEmpty)
        #expect(result.errors.contains(row.word), "\(result.errors)")
        #expect(result.errors.contains("Usage: martlet") || result.errors.contains("--help"), "\(result.errors)")
    }

    // MARK: Help and completions

    static let subcommands = [
        "serve", "check", "explain", "eval", "replay", "mock", "envoy-config", "bench", "models", "reference",
        "version",
    ]

    @Test(.timeLimit(.minutes(1)), arguments: [""] + subcommands)
    func helpIsAsRecorded(_ name: String) throws {
        let result = try CommandResult.martlet(
            (name.isEmpty ? [] : [name]) + ["--help"], environment: ["COLUMNS": "100"])
        #expect(result.code == 0)
        try Snapshot(name.isEmpty ? "help" : "help-\(name)").compare(result.output)
    }

    @Test(.timeLimit(.minutes(1))) func theHelpNamesEverySubcommand() throws {
        let help = try CommandResult.martlet("--help").output
        for name in Self.subcommands { #expect(help.contains("\n  \(name) "), "\(name)") }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["bash", "zsh", "fish"])
    func completionsAreGenerated(_ shell: String) throws {
        let result = try CommandResult.martlet("--generate-completion-script", shell)
        #expect(result.code == 0)
        for word in Self.subcommands + ["mock-backends"] { #expect(result.output.contains(word), "\(word)") }
        guard shell == "bash" else { return }
        let directory = try TemporaryDirectory()
        let script = try directory.write(result.output, to: "completions.bash")
        #expect(try CommandResult.run("/usr/bin/env", ["bash", "-n", script]).code == 0)
    }
}
