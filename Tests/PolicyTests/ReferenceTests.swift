import Glibc
import Testing

@testable import Policy

/// The files that the compatibility folder holds, where there is one.
@Suite struct ReferenceTests {
    private static let folder: String? = {
        if let path = getenv("MARTLET_SHARED").map({ String(cString: $0) }) { return path + "/compat" }
        var parts = #filePath.split(separator: "/").dropLast()
        while !parts.isEmpty {
            let path = "/" + parts.joined(separator: "/") + "/shared/compat"
            if access(path, R_OK) == 0 { return path }
            parts.removeLast()
        }
        return nil
    }()

    private static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    @Test(arguments: [
        "reference.yaml", "recipes/accuracy/config.yaml", "recipes/agent/config.yaml", "recipes/balance/config.yaml",
        "recipes/knowledge/config.yaml", "recipes/privacy/config.yaml",
    ])
    func sharedPoliciesLoad(name: String) throws {
        guard let folder = Self.folder, let bytes = Self.bytes("\(folder)/\(name)") else { return }
        let loaded = PolicyLoader(families: TestFamilies.permissive).load(bytes: bytes) { _ in "set" }
        let found = loaded.diagnostics.filter { $0.severity == .error && $0.path.components.first != .key("global") }
        #expect(found.isEmpty, "\(DiagnosticFormatter(file: name, source: bytes).text(found))")
    }
}
