import Foundation
import Testing

/// OpenAI's own Python client.
@Suite(.blocking) struct PythonClientTests {
    @Test(
        .enabled(if: Surroundings.pythonPackages != nil, "run Scripts/prepare test to install the client"),
        .timeLimit(.minutes(1)))
    func theOpenAIClientWorks() throws {
        let martlet = try MartletProcess.serve(["--demo"])
        let result = try CommandResult.run(
            "/usr/bin/env",
            ["python3", Surroundings.fixture("python_client.py"), "http://127.0.0.1:\(martlet.port)/v1"],
            environment: [
                "PYTHONPATH": Surroundings.pythonPackages ?? "", "PYTHONDONTWRITEBYTECODE": "1",
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            ])
        #expect(result.code == 0, "\(result.output)\n\(result.errors)")
        for line in result.output.split(separator: "\n") { #expect(line.hasPrefix("ok "), "\(line)") }
        #expect(result.output.split(separator: "\n").count == 12)
    }
}
