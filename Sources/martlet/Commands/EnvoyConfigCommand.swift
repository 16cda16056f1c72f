import ArgumentParser
import Exchange
import ExtProc
import Policy

struct EnvoyConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envoy-config",
        abstract: "Print an Envoy bootstrap for a policy.",
        discussion: """
            Envoy listens where the policy's listeners say, asks Martlet (`martlet serve`, which then needs other \
            ports or `--port`) about every request, and calls the policy's backends itself. Requests that Martlet \
            does not answer go to the default model.
            """)

    @Option(help: "The policy file; the demo's when not given.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "Where Martlet listens for external processing.")
    var extProcHost = "127.0.0.1"

    @Option(help: "Martlet's port for external processing.")
    var extProcPort = 50_051

    @Option(help: "Envoy's administration port, on loopback.")
    var adminPort = 9_901

    @Option(help: "How long Envoy waits for an answer; Martlet's --ext-proc-deadline-milliseconds must be shorter.")
    var messageTimeoutMilliseconds = 1_000

    @Flag(help: "Refuse requests that Martlet does not answer, in place of sending them to the default model.")
    var failClosed = false

    func validate() throws {
        for port in [extProcPort, adminPort] where !(1...65_535).contains(port) {
            throw ValidationError("ports must be from 1 to 65535")
        }
        guard (1...600_000).contains(messageTimeoutMilliseconds) else {
            throw ValidationError("--message-timeout-milliseconds must be from 1 to 600000")
        }
    }

    func run() throws {
        var options = EnvoyBootstrap.Options()
        options.extProcHost = extProcHost
        options.extProcPort = extProcPort
        options.adminPort = adminPort
        options.messageTimeoutMilliseconds = messageTimeoutMilliseconds
        options.failsOpen = !failClosed
        let policy = try OfflineGeneration.load(config).policy
        guard policy.providers.models.contains(where: { $0.backends.contains { $0.endpoint != nil } }) else {
            throw StartupError(
                message: "no model of this policy has a backend with an address, so Envoy would have nowhere to go; "
                    + "add providers.models[].backend_refs, or write the gateway's own routes (Docs/envoy.md)")
        }
        print(try EnvoyBootstrap(policy, options: options).yaml(), terminator: "")
    }
}
