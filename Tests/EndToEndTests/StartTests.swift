import Foundation
import Testing

/// The first minute of a new user.
@Suite(.serialized, .blocking) struct StartTests {
    @Test(.timeLimit(.minutes(1))) func serveWithoutConfigurationOffersALineThatWorks() throws {
        let martlet = try MartletProcess.serve([])
        let banner = try Deadline(5).poll("the banner") {
            martlet.process.output.contains("curl ") ? martlet.process.output : nil
        }
        #expect(banner.contains("http://127.0.0.1:\(martlet.port)/v1"))
        #expect(banner.contains("127.0.0.1:\(martlet.managementPort)"))
        for name in ["small", "medium", "large", "hard_work", "everyday_work", "small_talk", "refuse_secrets"] {
            #expect(banner.contains(name), "the banner does not name \(name):\n\(banner)")
        }
        #expect(banner.contains("/state/martlet"), "no state directory in\n\(banner)")
        #expect(!banner.contains("\u{1B}"), "colour although this is no terminal")

        let result = try CommandResult.run("/bin/sh", ["-c", try Self.curl(in: banner)])
        #expect(result.code == 0)
        #expect(result.output.hasPrefix("HTTP/1.1 200 "), "\(result.output)")
        let headers = result.output.lowercased()
        #expect(headers.contains("x-vsr-selected-decision: hard_work"))
        #expect(headers.contains("x-vsr-selected-model: large"))
        #expect(martlet.process.stop() == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aPortInUseIsSaidAndEndsTheProcess() throws {
        let taken = try Socket.listening()
        let result = try CommandResult.martlet("serve", "--demo", "--port", "\(taken.port)", "--no-management")
        #expect(result.code != 0)
        #expect(result.errors.contains("cannot listen"), "\(result.errors)")
        #expect(result.errors.contains("\(taken.port)"), "which port? \(result.errors)")
    }

    @Test(.timeLimit(.minutes(1))) func aPolicyWithErrorsIsNotServed() throws {
        let result = try CommandResult.martlet(
            "serve", "--config", Surroundings.fixture("broken.yaml"), "--port", "0", "--no-management")
        #expect(result.code == 2)
        #expect(result.errors.contains("broken.yaml:13:"), "\(result.errors)")
    }

    @Test(.timeLimit(.minutes(1))) func stateIsKeptWhereTheEnvironmentSays() throws {
        let home = try TemporaryDirectory()
        let given = try MartletProcess.serve(["--demo", "--state-directory", home.path + "/given"])
        #expect(Surroundings.isDirectory(home.path + "/given"))
        given.process.stop()
        let martlet = try MartletProcess.serve(["--demo"], environment: ["XDG_STATE_HOME": "", "HOME": home.path])
        #expect(Surroundings.isDirectory(home.path + "/.local/state/martlet"), "HOME is not honoured")
        martlet.process.stop()
    }

    /// The line to try, with its continuations.
    private static func curl(in banner: String) throws -> String {
        let lines = banner.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.contains("curl ") }) else { throw TestFailure("no curl line") }
        var command = ""
        for line in lines[start...] {
            command += line + "\n"
            if !line.hasSuffix("\\") { break }
        }
        return command
    }
}
