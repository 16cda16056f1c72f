import Policy
import PolicyTestSupport
import Testing

@testable import Routing

@Suite("Algorithms in shared files")
struct AlgorithmDeclarationsSharedTests {
    static let files =
        ["reference.yaml"]
        + ["agent", "balance", "accuracy", "knowledge", "privacy"].map { "recipes/\($0)/config.yaml" }

    @Test(
        "Those of every decision are read without errors",
        .enabled(if: SharedData.isPresent, "no shared files beside the package"), arguments: files
    )
    func decisions(_ file: String) throws {
        let bytes = try #require(SharedData.bytes("compat/\(file)"))
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
        "Those of fragments are read without errors",
        .enabled(if: SharedData.isPresent, "no shared files beside the package"), arguments: fragments)
    func fragment(_ name: String) throws {
        let bytes = try #require(SharedData.bytes("compat/fragments/algorithm/\(name).yaml"))
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
