import Foundation
import Testing

/// What users read must be true.
@Suite(.serialized, .blocking) struct DocumentationTests {
    @Test(.timeLimit(.minutes(1))) func theConfigurationReferenceIsMadeFromTheDeclarations() throws {
        let result = try CommandResult.martlet("reference")
        #expect(result.code == 0)
        let page = try String(contentsOfFile: Self.root + "/Docs/configuration.md", encoding: .utf8)
        // Compared outside the expectation, which would print both pages.
        let isCurrent = result.output.split(separator: "\n") == page.split(separator: "\n")
        #expect(isCurrent, "Docs/configuration.md is out of date: run make docs")
    }

    @Test(.timeLimit(.minutes(1))) func theJSONSchemaIsJSON() throws {
        let result = try CommandResult.martlet("reference", "--json-schema")
        let schema = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect((schema?["$defs"] as? [String: Any])?.isEmpty == false)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["demo.yaml"])
    func theRecipesHaveNoProblems(name: String) throws {
        let result = try CommandResult.martlet("check", Self.root + "/Recipes/" + name)
        #expect(result.code == 0)
        #expect(result.output.contains("no errors, no warnings"), "\(result.output)")
    }

    @Test func everyLinkOfTheDocumentsLeadsSomewhere() throws {
        let pages =
            ["README.md", "CONTRIBUTING.md"]
            + (try FileManager.default.contentsOfDirectory(atPath: Self.root + "/Docs").map { "Docs/" + $0 })
        for page in pages where page.hasSuffix(".md") {
            let text = try String(contentsOfFile: Self.root + "/" + page, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)#]+)(#[^)]*)?\)/) {
                let target = String(match.1)
                if target.contains("://") { continue }
                let base = URL(fileURLWithPath: Self.root + "/" + page).deletingLastPathComponent()
                #expect(
                    FileManager.default.fileExists(atPath: base.appendingPathComponent(target).path),
                    "\(page) links to \(target)")
            }
        }
    }

    /// The lines of the page, one after the other, in an empty directory; only where the programs lie is the test's.
    @Test(
        .timeLimit(.minutes(2)),
        .enabled(if: EnvoyProcess.binary != nil, "run Scripts/prepare test to install Envoy"))
    func theQuickStartBesideEnvoyWorks() throws {
        let page = try String(contentsOfFile: Self.root + "/Docs/envoy.md", encoding: .utf8)
        let blocks = page.matches(of: /```sh\n(.*?)```/.dotMatchesNewlines()).map { String($0.1) }
        try #require(blocks.count == 2)
        let binaries = URL(fileURLWithPath: Surroundings.binary).deletingLastPathComponent().path
        let lines = blocks.joined().split(separator: "\n").filter { line in
            !line.contains("venv") && !line.contains("pip install") && !line.hasPrefix("PATH=")
        }
        // The page leaves its Envoy running; a test does not.
        let frame = ["trap 'kill $(jobs -p)' EXIT", "MARTLET=\(Self.root)", "PATH=\(binaries):$PATH"]
        let script = (frame + lines.map(String.init)).joined(separator: "\n")
            .replacingOccurrences(of: "env/bin/envoy", with: EnvoyProcess.binary ?? "")
        let result = try CommandResult.run("/bin/bash", ["-c", script])
        let answers = result.output.components(separatedBy: "HTTP/1.1 ").dropFirst()
        try #require(answers.count == 2, "\(result.output)\n\(result.errors)")
        let (routed, unrouted) = (answers[1], answers[2])
        #expect(routed.hasPrefix("200") && routed.contains("x-vsr-selected-model: large"))
        #expect(unrouted.hasPrefix("200") && !unrouted.contains("x-vsr-"))
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}
