import Foundation

/// Where this process keeps what outlives it.
struct StateDirectory {
    let path: String

    /// `given`, else `$XDG_STATE_HOME/martlet`, else `~/.local/state/martlet`.
    init(given: String?) {
        let environment = ProcessInfo.processInfo.environment
        if let given {
            path = given
        } else if let base = environment["XDG_STATE_HOME"], !base.isEmpty {
            path = base + "/martlet"
        } else {
            let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
            path = home + "/.local/state/martlet"
        }
    }

    /// Makes the directory, for its owner alone. Throws when that is not possible.
    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Writes a file whole or not at all.
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        return file
    }
}
