import Foundation

/// Finds what is shipped beside the binary: recipes and models.
struct ResourceLocator {
    /// Directories that are searched, in order.
    let roots: [String]

    init() {
        var roots: [String] = []
        if let given = ProcessInfo.processInfo.environment["MARTLET_RESOURCES"] { roots.append(given) }
        var directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<5 {
            roots.append(directory.path)
            directory = directory.deletingLastPathComponent()
        }
        roots.append("/usr/share/martlet")
        roots.append("/usr/local/share/martlet")
        roots.append(FileManager.default.currentDirectoryPath)
        self.roots = roots
    }

    /// The first existing file of a relative path, such as `Recipes/demo.yaml`.
    func find(_ relativePath: String) -> String? {
        roots.lazy.map { $0 + "/" + relativePath }.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// The bytes of a file that is found, or nil.
    func bytes(_ relativePath: String) -> [UInt8]? {
        find(relativePath).flatMap { FileManager.default.contents(atPath: $0) }.map { [UInt8]($0) }
    }
}
