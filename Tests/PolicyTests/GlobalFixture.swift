import Testing

@testable import Policy

#if canImport(Glibc)
import Glibc
#endif

/// The `global` section of a policy, read from text.
struct GlobalFixture {
    var settings = GlobalSettings()
    var diagnostics: [Diagnostic] = []
    var origins: [PolicyPath: SourcePosition] = [:]

    var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    /// The features that the text turns on and that are not built.
    var unavailable: [UnavailableFeature] {
        GlobalSettings.unavailable(in: settings) { origins[$0] != nil }
    }

    init(_ text: String) {
        let result = YAMLReader().read(Array(text.utf8))
        diagnostics = result.diagnostics
        if let root = result.root { decode(root) }
    }

    init(_ node: Node) {
        decode(node)
    }

    private mutating func decode(_ node: Node) {
        var context = DecodingContext()
        context.within(.key("global")) { context in
            if let value = GlobalSettings.schema.decode(node, &context) { settings = value }
        }
        GlobalSettings.declareNames(settings, &context)
        context.resolveReferences()
        diagnostics += context.diagnostics
        origins = context.origins
    }
}

/// Data that stands beside the repository; tests that need it are skipped where it is absent.
enum GlobalSharedData {
    static var isPresent: Bool { bytes("compat/reference.yaml") != nil }

    static func bytes(_ path: String) -> [UInt8]? {
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
