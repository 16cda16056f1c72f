import Foundation

/// Where the tests find the command, their fixtures and what may lie beside the package.
enum Surroundings {
    static let fixtures =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        + "/Fixtures"

    /// The package's root: the nearest directory upward that holds a package with this test target.
    static let root: String = ancestors(of: fixtures).first { exists($0 + "/Package.swift") } ?? fixtures

    /// The built command: `MARTLET_BINARY`, or beside the test bundle, or in the package's build directory.
    static let binary: String = {
        if let given = ProcessInfo.processInfo.environment["MARTLET_BINARY"] { return given }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = ([bundle] + CommandLine.arguments).flatMap { ancestors(of: $0) }.map { $0 + "/martlet" }
        let built = [root + "/.build/debug/martlet", root + "/.build/release/martlet"]
        return (beside + built).first { FileManager.default.isExecutableFile(atPath: $0) && !isDirectory($0) }
            ?? built[0]
    }()

    /// Files for compatibility tests that are kept outside the package; nil when they are not here.
    static let compatibility: String? = {
        if let given = ProcessInfo.processInfo.environment["MARTLET_SHARED"] { return given + "/compat" }
        return ancestors(of: root).map { $0 + "/shared/compat" }.first(where: isDirectory)
    }()

    /// Python packages that the tests use; nil when they were not installed.
    static let pythonPackages: String? = {
        let directory = root + "/.deps/python"
        return isDirectory(directory + "/openai") ? directory : nil
    }()

    static func fixture(_ name: String) -> String { fixtures + "/" + name }

    static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw TestFailure("cannot read \(path)") }
        return String(decoding: data, as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A path's directory and all above it.
    private static func ancestors(of path: String) -> [String] {
        var directories: [String] = []
        var url = URL(fileURLWithPath: path).deletingLastPathComponent()
        while directories.last != url.path, url.path != "/" {
            directories.append(url.path)
            url = url.deletingLastPathComponent()
        }
        return directories
    }
}

/// A directory that goes away with its last user.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = TestRun.directory + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file whole, by way of a rename, and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        return file
    }
}
