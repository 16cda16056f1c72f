@testable import Policy

/// Small families that stand in for those of the rooms above.
enum TestFamilies {
    struct Keywords: Sendable {
        var name = ""
        var description = ""
        var keywords: [String] = []
        var threshold = 0.0
        var secret: Secret?

        static func schema(_ type: String) -> Schema<Keywords> {
            Schema<Keywords>(
                "\(type) signal", "A signal of the family \(type).", initial: Keywords(),
                keys: [
                    Key("name", \.name, .name, "Its name.", required: true),
                    Key("description", \.description, .string, "What it is."),
                    Key("keywords", \.keywords, .list(.string), "Words."),
                    Key("mmlu_categories", \.keywords, .list(.string), "Labels."),
                    Key("threshold", \.threshold, .fraction, "A bound."),
                    Key("api_secret", \.secret, .secret, "A secret."),
                ])
        }
    }

    /// A declaration of nothing but a name.
    private static let named: @Sendable (String) -> Node = { name in
        let place = SourcePosition(line: 1, column: 1)
        let text = Node(.scalar(Node.Scalar(text: name, isPlain: false)), at: place)
        return Node(.mapping([Node.Entry(key: "name", keyPosition: place, value: text)]), at: place)
    }

    private static let ruleNamesOfAnything: @Sendable (SignalDeclaration) -> [String] = { signal in
        if signal.family == "complexity" { return ["easy", "medium", "hard"].map { "\(signal.name):\($0)" } }
        if signal.family == "authz", case .mapping(let values)? = signal.configuration as? AnyValue,
            case .string(let role)? = values["role"]
        {
            return [signal.name, role]
        }
        return [signal.name]
    }

    static func signal(
        _ type: String, _ key: String, levels: [String] = [], isScoreInput: Bool = true, hasLabels: Bool = false,
        canBePartitioned: Bool = false, isImplicit: Bool = false, availability: Availability = .available
    ) -> SignalFamily {
        let schema = Keywords.schema(type)
        return SignalFamily(
            type: type, key: key, schema: schema.description, decode: { schema.decode($0, &$1) },
            ruleNames: { signal in levels.isEmpty ? [signal.name] : levels.map { "\(signal.name):\($0)" } },
            checkLeaf: { leaf, _, context in
                if hasLabels, leaf.predicate == nil {
                    context.error(.missingKey, "a classifier leaf needs a predicate", at: leaf.position)
                }
            },
            isScoreInput: isScoreInput, hasLabels: hasLabels, canBePartitioned: canBePartitioned,
            implicitDeclaration: isImplicit ? named : nil,
            availability: availability)
    }

    struct Block: Sendable {
        var depth = 1
        static let schema = Schema<Block>(
            "test block", "A block.", initial: Block(),
            keys: [Key("depth", \.depth, .integer(1...9), "How deep.")])
    }

    static func algorithm(_ type: String, hasBlock: Bool = true, isRequired: Bool = false) -> AlgorithmFamily {
        AlgorithmFamily(
            type: type, schema: hasBlock ? Block.schema.description : nil, isBlockRequired: isRequired,
            decode: { hasBlock ? Block.schema.decode($0, &$1) : nil },
            checkDecision: { decision, use, _, context in
                if use.type == "prompt", decision.modelReferences.count < 2 {
                    context.error(.invalidValue, "prompt needs two models", at: use.position)
                }
            },
            availability: type == "hybrid" ? .unavailable("not built") : .available)
    }

    struct Settings: Sendable {
        var enabled = false
        var arguments: AnyValue?
        static let schema = Schema<Settings>(
            "test settings", "Settings.", initial: Settings(),
            keys: [
                Key("enabled", \.enabled, .boolean, "Whether it works."),
                Key("tool_arguments", \.arguments, .any, "A template."),
            ])
    }

    static func plugin(_ type: String, old: [String] = [], guards: Bool = false) -> PluginFamily {
        PluginFamily(
            type: type, deprecatedNames: old, schema: Settings.schema.description,
            decode: { Settings.schema.decode($0, &$1) },
            availability: {
                ($0 as? Settings)?.enabled == true && guards ? .unavailableSafety("not built") : .available
            })
    }

    static let all = PolicyFamilies(
        signals: [
            signal("keyword", "keywords"), signal("embedding", "embeddings", canBePartitioned: true),
            signal("domain", "domains", canBePartitioned: true, isImplicit: true),
            signal("complexity", "complexity", levels: ["easy", "medium", "hard"]), signal("modality", "modality"),
            signal("classifier", "classifiers", isScoreInput: false, hasLabels: true),
            signal("jailbreak", "jailbreak", availability: .unavailableSafety("not built")),
        ],
        algorithms: [
            algorithm("static", hasBlock: false), algorithm("automix"), algorithm("hybrid"),
            algorithm("prompt", isRequired: true),
        ],
        plugins: [
            plugin("system_prompt"), plugin("response_cache", old: ["semantic-cache"]), plugin("guard", guards: true),
        ])

    /// Families that take anything, for files that are about other things.
    static let permissive: PolicyFamilies = {
        let signals = [
            ("keyword", "keywords"), ("embedding", "embeddings"), ("domain", "domains"), ("fact_check", "fact_check"),
            ("user_feedback", "user_feedbacks"), ("reask", "reasks"), ("preference", "preferences"),
            ("language", "language"), ("context", "context"), ("structure", "structure"), ("complexity", "complexity"),
            ("modality", "modality"), ("authz", "role_bindings"), ("jailbreak", "jailbreak"), ("pii", "pii"),
            ("kb", "kb"), ("conversation", "conversation"), ("event", "events"), ("metadata", "metadata"),
            ("classifier", "classifiers"),
        ]
        let anything = SchemaDescription(name: "anything", documentation: "Anything.", keys: { [] })
        let algorithms = [
            "static", "knn", "kmeans", "svm", "mlp", "router_dc", "hybrid", "multi_factor", "automix", "latency_aware",
            "prompt", "confidence", "ratings", "remom", "fusion", "workflows",
        ]
        let plugins = [
            "response_cache", "context_compression", "system_prompt", "header_mutation", "hallucination",
            "response_jailbreak", "router_replay", "memory", "rag", "image_gen", "fast_response", "request_params",
            "tools", "tool_selection",
        ]
        return PolicyFamilies(
            signals: signals.map { type, key in
                SignalFamily(
                    type: type, key: key, schema: anything, decode: { node, _ in AnyValue(node) },
                    ruleNames: ruleNamesOfAnything,
                    isScoreInput: type != "metadata" && type != "classifier", hasLabels: type == "classifier",
                    canBePartitioned: type == "domain" || type == "embedding",
                    implicitDeclaration: type == "domain" ? named : nil)
            },
            algorithms: algorithms.map {
                AlgorithmFamily(type: $0, schema: anything, decode: { node, _ in AnyValue(node) })
            },
            plugins: plugins.map {
                PluginFamily(
                    type: $0, deprecatedNames: $0 == "response_cache" ? ["semantic-cache", "semantic_cache"] : [],
                    schema: anything, decode: { node, _ in AnyValue(node) })
            })
    }()
}

/// Loads a text with the test families.
func load(_ text: String, environment: [String: String] = [:]) -> LoadedPolicy {
    PolicyLoader(families: TestFamilies.all).load(bytes: Array(text.utf8)) { environment[$0] }
}

/// The errors of a text as `line code`.
func errors(_ text: String, environment: [String: String] = [:]) -> [String] {
    load(text, environment: environment).diagnostics.filter { $0.severity == .error }.map {
        "\($0.position.line) \($0.code.rawValue)"
    }
}

/// The warnings of a text as `line code`.
func warnings(_ text: String, environment: [String: String] = [:]) -> [String] {
    load(text, environment: environment).diagnostics.filter { $0.severity == .warning }.map {
        "\($0.position.line) \($0.code.rawValue)"
    }
}

/// A generator of random numbers that gives the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
