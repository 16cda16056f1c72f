#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Data that stands beside the repository; tests that need it are skipped where it is absent.
package enum SharedData {
    /// Whether it is there.
    package static var isPresent: Bool { bytes("compat/reference.yaml") != nil }

    /// The bytes of a file, such as `compat/reference.yaml`.
    package static func bytes(_ path: String) -> [UInt8]? {
        guard let folder else { return nil }
        guard let file = fopen("\(folder)/\(path)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    private static let folder: String? = {
        if let given = getenv("MARTLET_SHARED") { return String(cString: given) }
        var parts = #filePath.split(separator: "/").map(String.init)
        while !parts.isEmpty {
            parts.removeLast()
            let candidate = "/" + (parts + ["shared"]).joined(separator: "/")
            if access(candidate + "/compat/reference.yaml", R_OK) == 0 { return candidate }
        }
        return nil
    }()
}
