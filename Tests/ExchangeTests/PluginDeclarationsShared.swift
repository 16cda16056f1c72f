import Policy
import PolicyTestSupport
import Testing

@testable import Exchange

@Suite("Plugins in shared files")
struct PluginDeclarationsSharedTests {
    static let files =
        ["reference.yaml"]
        + ["agent", "balance", "accuracy", "knowledge", "privacy"].map { "recipes/\($0)/config.yaml" }

    @Test(
        "Those of every decision are read without errors",
        .enabled(if: SharedData.isPresent, "no shared files beside the package"), arguments: files)
    func decisions(_ file: String) throws {
        let bytes = try #require(SharedData.bytes("compat/\(file)"))
        let root = try #require(YAMLReader().read(bytes).root)
        let routings = [root["routing"]] + (root["recipes"]?.elements ?? []).map { $0["routing"] }
        for decision in routings.flatMap({ $0?["decisions"]?.elements ?? [] }) {
            for plugin in decision["plugins"]?.elements ?? [] { try check(plugin) }
        }
    }

    static let fragments = [
        "content-safety/hybrid", "context-compression/tool-output", "fast-response/busy", "hallucination/fact-check",
        "header-mutation/tenant-routing", "image-gen/basic", "memory/session-memory", "rag/milvus", "rag/qdrant",
        "request-params/budget-tier", "response-cache/high-recall", "response-cache/memory",
        "response-jailbreak/strict", "router-replay/debug", "system-prompt/expert",
        "tool-selection/add-from-database", "tool-selection/filter-request-tools", "tools/semantic-select",
    ]

    @Test(
        "Those of fragments are read without errors",
        .enabled(if: SharedData.isPresent, "no shared files beside the package"), arguments: fragments)
    func fragment(_ name: String) throws {
        let bytes = try #require(SharedData.bytes("compat/fragments/plugin/\(name).yaml"))
        let root = try #require(YAMLReader().read(bytes).root)
        let plugins = root["plugins"]?.elements ?? [root["plugin"]].compactMap { $0 }
        #expect(!plugins.isEmpty)
        for plugin in plugins { try check(plugin) }
    }

    private func check(_ plugin: Node) throws {
        let type = try #require(plugin["type"]?.scalar?.text)
        let family = try #require(PluginDeclarations.all.first { ([$0.type] + $0.deprecatedNames).contains(type) })
        var context = DecodingContext()
        #expect(family.decode(try #require(plugin["configuration"]), &context) != nil)
        #expect(context.diagnostics == [], "\(type)")
    }
}
