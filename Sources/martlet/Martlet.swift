import ArgumentParser

/// The command. Every subcommand is one file under `Commands`; what they put together is under `Composition`.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A semantic router for mixtures of language models.",
        discussion: """
            Clients call one logical model ("auto"); Martlet reads the request, decides by your policy and sends it \
            to the right model. Start with `martlet serve`, which needs no configuration.
            """,
        version: MartletVersion.current,
        subcommands: [
            ServeCommand.self, CheckCommand.self, ExplainCommand.self, EvalCommand.self, ReplayCommand.self,
            MockCommand.self, EnvoyConfigCommand.self, ModelsCommand.self, BenchCommand.self, ReferenceCommand.self,
            VersionCommand.self,
        ])
}

/// The version of this build.
enum MartletVersion {
    static let current = "0.1.0"
}
