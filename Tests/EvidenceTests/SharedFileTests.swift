import Evidence
import Policy
import Routing
import Testing

/// Files that others wrote, where they are at hand.
@Suite(.enabled(if: NearbyFile.shared("compat/reference.yaml") != nil, "no shared files beside the package"))
struct SharedFileTests {
    static let recipes = ["agent", "balance", "accuracy", "knowledge", "privacy"].map {
        "compat/recipes/\($0)/config.yaml"
    }

    static let fragments = [
        "authz/rbac", "classifier/label-score", "complexity/escalation", "context/long-context",
        "conversation/agentic-shape", "domain/mmlu", "embedding/image-routing", "embedding/support",
        "event/payment-critical", "fact-check/needs-verification", "jailbreak/patterns", "kb/privacy", "keyword/nlp",
        "keyword/regex", "language/multilingual", "metadata/routing-hints", "modality/multimodal", "pii/strict",
        "preference/power-user", "reask/dissatisfaction", "structure/request-shape", "user-feedback/escalation",
    ].map { "compat/fragments/signal/\($0).yaml" }

    /// Plugins and algorithms are other rooms' business: only what concerns signals counts here.
    private func concernsSignals(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.path.description.contains("signals") || diagnostic.message.contains(" signal is named ")
    }

    @Test(arguments: recipes + fragments + ["compat/reference.yaml"])
    func signalsLoad(_ path: String) throws {
        guard let bytes = NearbyFile.shared(path) else { return }
        let loaded = PolicyLoader(families: PolicyFamilies(signals: SignalFamilies.all)).load(bytes: bytes)
        #expect(loaded.diagnostics.filter { $0.severity == .error && concernsSignals($0) } == [])
    }

    /// The signals of a file's default routing. Composers are left out: only a loader can read conditions.
    private func signals(_ path: String) throws -> (Recipe, GlobalSettings)? {
        guard let bytes = NearbyFile.shared(path), let root = YAMLReader().read(bytes).root else { return nil }
        var context = DecodingContext()
        var recipe = Recipe()
        let global = root["global"].flatMap { GlobalSettings.schema.decode($0, &context) } ?? GlobalSettings()
        for family in SignalFamilies.all {
            for node in root["routing"]?["signals"]?[family.key]?.elements ?? [] {
                guard let configuration = family.decode(node, &context) else { continue }
                recipe.signals.append(
                    SignalDeclaration(
                        family: family.type, name: node["name"]?.scalar?.text ?? "", configuration: configuration,
                        position: node.position))
            }
        }
        return (recipe, global)
    }

    @Test(arguments: recipes + fragments + ["compat/reference.yaml"])
    func signalsCompile(_ path: String) throws {
        guard case (let recipe, var global)? = try signals(path) else { return }
        #expect(!recipe.signals.isEmpty)
        if path.contains("image-routing") {
            global.modelCatalog.embeddings.semantic.configuration.modelType = .multimodal
        }
        let made = try EvidenceEngine(recipe: recipe, global: global, resources: EvidenceResources())
        #expect(made.catalog.count >= recipe.signals.count)
        var reader = made.begin(EvidenceRequest("Please compare at least two ways, first this, then that?"))
        #expect(reader.read(Array(0..<made.catalog.count)).count == made.catalog.count)
    }
}
