import PolicyTestSupport
import Testing

@testable import Policy

@Suite("Global settings")
struct GlobalSettingsTests {
    @Test("The defaults are those of the contract")
    func defaults() {
        let settings = GlobalSettings()
        #expect(settings.router.autoModelAliases == ["vllm-sr/auto", "auto", "MoM"])
        #expect(settings.router.clearsRouteCache)
        #expect(settings.router.modelSelection.method == "knn")
        #expect(settings.services.responseAPI.isEnabled)
        #expect(settings.services.responseAPI.storeBackend == .redis)
        #expect(settings.services.observability.tracing.exporter.endpoint == "vllm-sr-jaeger:4317")
        #expect(settings.services.authorization.identity.userIDHeader == "x-authz-user-id")
        #expect(settings.services.managementAPI.port == 8080)
        #expect(settings.services.managementAPI.authentication.roles["operator"]?.contains("config.write") == true)
        #expect(settings.services.routerReplay.postgres.tableName == "router_replay_records")
        #expect(settings.stores.responseCache.isEnabled)
        #expect(settings.stores.vectorStore == nil)
        #expect(settings.integrations.looper.timeoutSeconds == 1200)
        #expect(settings.integrations.looper.reservedModelNames == ["vllm-sr/remom", "vllm-sr/fusion", "vllm-sr/flow"])
        #expect(settings.integrations.looper.flow.state.redis.address == "localhost:6379")
        #expect(settings.modelCatalog.knowledgeBases.map(\.name) == ["privacy_kb", "mmlu_kb"])
        #expect(settings.modelCatalog.modules.promptGuard.threshold == 0.7)
        #expect(settings.modelCatalog.embeddings.semantic.configuration.prototypeScoring.bestWeight == 0.75)
    }

    @Test("Given values lie over the defaults, key by key")
    func merging() {
        let fixture = GlobalFixture(
            """
            router: {auto_model_names: [], learning: {protection: {tuning: {switch_margin: 0}}}}
            services:
              response_api: {redis: {db: 3}}
              management_api: {auth: {roles: {viewer: [health.read], auditor: [replay.read]}}}
            integrations: {looper: {headers: {x-a: b}, retry_count: 2}}
            """)
        #expect(fixture.errors == [])
        let settings = fixture.settings
        #expect(settings.router.autoModelAliases == [])
        #expect(settings.router.learning.protection.tuning.switchMargin == 0)
        #expect(settings.router.learning.protection.tuning.idleTimeoutSeconds == 300)
        #expect(settings.services.responseAPI.redis.database == 3)
        #expect(settings.services.responseAPI.redis.keyPrefix == "sr:")
        let roles = settings.services.managementAPI.authentication.roles
        #expect(roles.keys.sorted() == ["admin", "auditor", "operator", "viewer"])
        #expect(roles["viewer"] == ["health.read"])
        #expect(roles["admin"] == ["*"])
        #expect(settings.integrations.looper.headers == ["x-a": "b"])
        #expect(settings.integrations.looper.timeoutSeconds == 1200)
    }

    @Test("Lists replace the default list")
    func listsReplace() {
        let fixture = GlobalFixture("model_catalog: {kbs: [{name: mine, source: {path: kb}}]}")
        #expect(fixture.errors == [])
        #expect(fixture.settings.modelCatalog.knowledgeBases.map(\.name) == ["mine"])
    }

    @Test("The old name of the response cache is read with a warning")
    func oldName() {
        let fixture = GlobalFixture("stores:\n  semantic_cache: {ttl_seconds: 5}")
        #expect(fixture.errors == [])
        #expect(fixture.diagnostics.map(\.code) == [.deprecatedKey])
        #expect(fixture.diagnostics.first?.position.line == 2)
        #expect(fixture.settings.stores.responseCache.ttlSeconds == 5)
    }

    @Test("Names are declared even when the file is silent")
    func declaredNames() {
        var context = DecodingContext()
        GlobalSettings.declareNames(GlobalSettings(), &context)
        #expect(context.names(.knowledgeBase) == ["privacy_kb", "mmlu_kb"])
        #expect(context.names(.systemModel).count == 7)
    }

    @Test("A module's own model wins over the capability's")
    func modelPaths() {
        let system = SystemModels()
        #expect(system.modelPath(reference: "prompt_guard", identifier: "mine") == "mine")
        #expect(system.modelPath(reference: "pii_classifier", identifier: "") == "models/mmbert32k-pii-detector-merged")
        #expect(system.modelPath(reference: "", identifier: "") == nil)
        #expect(SystemModels.names.allSatisfy { system[$0] != nil })
    }

    @Test("Weights given override the profile's and the shares add up to 1")
    func sentenceWeights() {
        let text = "model_catalog: {modules: {prompt_compression: {profile: multi-turn, novelty_weight: 0.25}}}"
        let settings = GlobalFixture(text).settings.modelCatalog.modules.promptCompression
        #expect(settings.sentenceWeights.textRank == 0.15)
        #expect(settings.sentenceWeights.novelty == 0.25)
        #expect(settings.sentenceWeights.preservedLastSentences == 5)
        #expect(settings.effectiveSkippedSignals == ["jailbreak", "pii"])
        let weights = PromptCompressionSettings().sentenceWeights
        #expect(abs(weights.textRank + weights.position + weights.tfidf + weights.novelty - 1) < 1e-12)
    }

    @Test("Defaults alone are never reported as missing features")
    func silentDefaults() {
        #expect(GlobalFixture("").unavailable == [])
        #expect(
            GlobalFixture("router: {strategy: priority}\nstores: {response_cache: {enabled: false}}").unavailable == [])
    }

    @Test("What the file turns on and is not built is reported; what protects somebody is marked")
    func unavailable() {
        let fixture = GlobalFixture(
            """
            services:
              observability: {tracing: {exporter: {type: stdout}}}
              ratelimit: {providers: [{type: envoy-ratelimit, address: 'h:1'}]}
              router_replay: {enabled: true, store_backend: milvus}
            stores: {response_cache: {ttl_seconds: 5, backend_type: qdrant, qdrant: {host: h}}}
            model_catalog: {modules: {prompt_guard: {enabled: true}, hallucination_mitigation: {enabled: true}}}
            """)
        let paths = fixture.unavailable.map { "\($0.path) \($0.isSafety)" }
        #expect(
            paths == [
                "global.services.router_replay.store_backend false",
                "global.stores.response_cache.backend_type false",
                "global.model_catalog.modules.hallucination_mitigation true",
            ])
    }

    @Test(
        "The sections of the shared files are read without errors",
        .enabled(if: SharedData.isPresent, "no shared files beside the package"),
        arguments: [
            "reference.yaml", "recipes/agent/config.yaml", "recipes/balance/config.yaml",
            "recipes/accuracy/config.yaml", "recipes/knowledge/config.yaml", "recipes/privacy/config.yaml",
        ])
    func sharedFiles(_ file: String) throws {
        let bytes = try #require(SharedData.bytes("compat/\(file)"))
        let root = try #require(YAMLReader().read(bytes).root)
        let fixture = GlobalFixture(try #require(root["global"]))
        #expect(fixture.errors.map { "\($0.position) \($0.path): \($0.message)" } == [])
    }
}
