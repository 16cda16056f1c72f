import PolicyTestSupport
import Testing

@testable import Policy

@Suite("Declarations of global settings")
struct GlobalDeclarationTests {
    static let sample = DeclarationSample(GlobalSettings.schema.description)

    static func decode(_ node: Node, _ context: inout DecodingContext) {
        _ = GlobalSettings.schema.decode(node, &context)
    }

    @Test("Every key is documented once and has a default that it accepts itself")
    func audit() {
        let audit = DeclarationAudit(GlobalSettings.schema.description)
        #expect(audit.problems == [])
        #expect(audit.keyCount > 500)
    }

    @Test("A document with every key is read")
    func everyKey() {
        #expect(DeclarationMistakes.rejectionsOfSample(Self.sample, Self.decode) == [])
    }

    /// A part of the settings that can be decoded alone.
    struct Section: Sendable, CustomTestStringConvertible {
        var description: SchemaDescription
        var decode: @Sendable (Node, inout DecodingContext) -> Void
        var testDescription: String { description.name }

        init<Value: Sendable>(_ schema: Schema<Value>) {
            description = schema.description
            decode = { _ = schema.decode($0, &$1) }
        }
    }

    static let sections = [
        Section(RouterSettings.schema), Section(ClassificationAPISettings.schema), Section(ResponseAPISettings.schema),
        Section(ObservabilitySettings.schema), Section(AuthorizationSettings.schema), Section(RateLimitSettings.schema),
        Section(CostSettings.schema),
        Section(RouterReplaySettings.schema), Section(StartupStatusSettings.schema),
        Section(ManagementAPISettings.schema), Section(ResponseCacheStore.schema), Section(MemoryStore.schema),
        Section(VectorStoreSettings.schema), Section(ToolsIntegration.schema), Section(LooperIntegration.schema),
        Section(EmbeddingsCatalog.schema), Section(SystemModels.schema), Section(ExternalModel.schema),
        Section(KnowledgeBase.schema), Section(ModelModules.schema),
    ]

    @Test(
        "A misspelling, a wrong type and a value out of range are diagnosed on their line, at every key",
        arguments: sections)
    func everyMistake(_ section: Section) {
        let sample = DeclarationSample(section.description)
        #expect(sample.sites.count > 1)
        #expect(DeclarationMistakes.undiagnosed(sample, section.decode) == [])
    }

    @Test("The sections tested one by one are the whole")
    func completeness() {
        let groups: Set<String> = ["router", "services", "stores", "integrations", "model_catalog"]
        let covered = Self.sections.reduce(0) { $0 + DeclarationAudit($1.description).keyCount }
        let whole = DeclarationAudit(GlobalSettings.schema.description).keyCount
        let top = GlobalSettings.schema.description.keys().filter { $0.status == .supported }.map(\.name)
        #expect(Set(top) == groups)
        // Beside the sections' own keys there are the groups', the old names' and what leads to the sections.
        #expect(whole - covered < 30)
    }

    @Test("Every removed key says what to write instead")
    func removedKeys() {
        let cases = [
            "modules: {}", "model_catalog: {classifiers: []}", "model_catalog: {embeddings: {bert: {}}}",
            "router: {model_selection: {elo: {}}}", "router: {model_selection: {session_aware: {}}}",
            "router: {model_selection: {method: elo}}",
            "model_catalog: {modules: {prompt_guard: {use_vllm: true}}}",
        ]
        for text in cases {
            let result = GlobalFixture(text)
            #expect(result.errors.map(\.code) == [.removedKey], "\(text)")
            #expect(result.errors.first?.message.contains("use") == true, "\(text)")
        }
    }

    @Test("Secrets do not appear in a description of the settings")
    func secrets() {
        let result = GlobalFixture("stores: {memory: {valkey: {password: hunter2}}}")
        #expect(result.errors == [])
        #expect(!"\(result.settings)".contains("hunter2"))
        #expect(result.settings.stores.memory.valkey.password.reveal() == "hunter2")
    }
}
