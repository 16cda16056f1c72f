import Foundation
import Testing

/// The commands that decide without serving: they call no model, and nothing listens.
@Suite(.serialized, .blocking) struct OfflineCommandTests {
    static let gateway = Surroundings.fixture("gateway.yaml")
    static let broken = Surroundings.fixture("broken.yaml")
    static let backend = ["BACKEND": "127.0.0.1:1"]

    @Test(.timeLimit(.minutes(1))) func explainShowsTheWinnerAndWhy() throws {
        let result = try CommandResult.martlet(
            "explain", "--config", Self.gateway, "Prove it.", environment: Self.backend)
        #expect(result.code == 0, "\(result.errors)")
        for word in ["hard", "large", "deep", "refuse", "rest"] {
            #expect(result.output.contains(word), "\(word) is missing in\n\(result.output)")
        }
        #expect(!result.output.contains("\u{1B}"), "colour although this is no terminal")
    }

    @Test(.timeLimit(.minutes(1))) func explainPrintsJSON() throws {
        let result = try CommandResult.martlet(
            "explain", "--json", "--config", Self.gateway, "Prove it.", environment: Self.backend)
        #expect(result.code == 0, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect((report["outcome"] as? [String: Any])?["decision"] as? String == "hard")
        #expect((report["selection"] as? [String: Any])?["model"] as? String == "large")
        let signals = report["signals"] as? [[String: Any]] ?? []
        let deep = signals.first { $0["name"] as? String == "deep" }
        #expect(deep?["result"] as? String == "matched")
        #expect((report["decisions"] as? [Any])?.count == 5)
    }

    @Test(.timeLimit(.minutes(1))) func explainReadsARequest() throws {
        let directory = try TemporaryDirectory()
        let body = String(decoding: try MartletProcess.body("Say xyzzy."), as: UTF8.self)
        let file = try directory.write(body, to: "request.json")
        let result = try CommandResult.martlet(
            "explain", "--json", "--config", Self.gateway, "--request", file, environment: Self.backend)
        #expect(result.code == 0, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect((report["outcome"] as? [String: Any])?["decision"] as? String == "refuse")
        let bad = try directory.write("{", to: "bad.json")
        let refused = try CommandResult.martlet(
            "explain", "--config", Self.gateway, "--request", bad, environment: Self.backend)
        #expect(refused.code != 0 && refused.output.isEmpty && !refused.errors.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func explainNeedsNoPolicy() throws {
        let result = try CommandResult.martlet("explain", "Prove it step by step.")
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("hard_work"))
    }

    @Test(.timeLimit(.minutes(1))) func evalCountsHitsAndMisses() throws {
        let arguments = ["eval", "--config", Self.gateway, "--probes", Surroundings.fixture("probes.yaml")]
        let json = try CommandResult.martlet(arguments + ["--json"], environment: Self.backend)
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any], "\(json.errors)")
        #expect(report["total"] as? Int == 5)
        #expect(report["passed"] as? Int == 4)
        let misses = report["misses"] as? [[String: Any]] ?? []
        #expect(misses.map { $0["expected"] as? String } == ["hard"])
        #expect(misses.map { $0["got"] as? String } == ["rest"])
        #expect(misses.map { $0["line"] as? Int } == [7])
        let text = try CommandResult.martlet(arguments, environment: Self.backend)
        #expect(text.output.contains("4 of 5 probes pass"), "\(text.output)")
        #expect(text.code == 0)
        #expect(try CommandResult.martlet(arguments + ["--enforce"], environment: Self.backend).code == 1)
    }

    @Test(.timeLimit(.minutes(1))) func evalRefusesFilesThatItCannotUse() throws {
        let probes = Surroundings.fixture("probes.yaml")
        for (policy, file) in [(Self.broken, probes), (Self.gateway, Self.gateway), (Self.gateway, "/nowhere.yaml")] {
            let result = try CommandResult.martlet(
                "eval", "--config", policy, "--probes", file, environment: Self.backend)
            #expect(result.code == 2, "\(policy) \(file): \(result.errors)")
            #expect(result.output.isEmpty)
            #expect(!result.errors.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func modelsAreListed() throws {
        let result = try CommandResult.martlet("models", "--config", Self.gateway, environment: Self.backend)
        #expect(result.code == 0, "\(result.errors)")
        for name in ["auto", "small", "large", "nowhere"] { #expect(result.output.contains("  \(name)  "), "\(name)") }
        #expect(try CommandResult.martlet("models", "--config", Self.broken).code == 2)
    }
}
