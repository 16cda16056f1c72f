import ArgumentParser

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version and the configuration contract it reads.")

    func run() {
        print("martlet \(MartletVersion.current)")
        print("configuration contract: v0.3")
    }
}
