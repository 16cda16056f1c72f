import Policy
import Testing

@testable import Routing

#if canImport(Glibc)
import Glibc
#endif

@Suite("Algorithms in shared files")
struct AlgorithmDeclarationsSharedTests {
    static let files =
        ["reference.yaml"]
        + ["agent", "balance", "accuracy", "knowledge", "privacy"].map { "recipes/\($0)/config.yaml" }

    @Test(
        "Those of every decision are read without errors", .enabled(if: AlgorithmSharedData.isPresent), arguments: files
    )
    func decisions(_ file: String) throws {
        let bytes = try #require(AlgorithmSharedData.bytes("compat/\(file)"))
        let root = try #require(YAMLReader().read(bytes).root)
        let routings = [root["routing"]] + (root["recipes"]?.elements ?? []).map { $0["routing"] }
        for decision in routings.flatMap({ $0?["decisions"]?.elements ?? [] }) {
            if let algorithm = decision["algorithm"] { try check(algorithm) }
        }
    }

    static let fragments =
        ["confidence", "fusion", "ratings", "remom", "workflows"].map { "looper/\($0)" }
        + [
            "automix", "hybrid", "kmeans", "knn", "latency-aware", "mlp", "multi-factor", "prompt", "router-dc",
            "static", "svm",
        ]
        .map { "selection/\($0)" }

    @Test(
        "Those of fragments are read without errors", .enabled(if: AlgorithmSharedData.isPresent), arguments: fragments)
    func fragment(_ name: String) throws {
        let bytes = try #require(AlgorithmSharedData.bytes("compat/fragments/algorithm/\(name).yaml"))
        let root = try #require(YAMLReader().read(bytes).root)
        try check(try #require(root["algorithm"] ?? root["routing"]?["decisions"]?.elements?.first?["algorithm"]))
    }

    private func check(_ algorithm: Node) throws {
        let type = try #require(algorithm["type"]?.scalar?.text)
        let family = try AlgorithmDeclarationsTests.family(type)
        guard let block = algorithm[type] else {
            #expect(!family.isBlockRequired)
            return
        }
        var context = DecodingContext()
        #expect(family.decode(block, &context) != nil)
        #expect(context.diagnostics == [], "\(type)")
    }
}

/// Data that stands beside the repository; tests that need it are skipped where it is absent.
enum AlgorithmSharedData {
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
