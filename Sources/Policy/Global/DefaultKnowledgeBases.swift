extension KnowledgeBase {
    /// The knowledge bases that exist while the policy lists none.
    public static let builtIn = [privacy, mmlu]

    private static let privacy = {
        let containment = [
            "prompt_injection", "credential_exfiltration", "jailbreak_role", "system_prompt_extraction",
        ]
        let policy = [
            "proprietary_code", "internal_document", "pii", "business_strategy", "trade_secret_ip",
            "operational_infrastructure", "locality_directive", "customer_data",
        ]
        let frontier = ["architecture_analysis", "root_cause_analysis", "multi_step_tradeoffs"]
        let local = ["generic_coding", "simple_task", "general_knowledge"]
        return KnowledgeBase(
            name: "privacy_kb", path: "knowledge_bases/privacy/", threshold: 0.55,
            labelThresholds: ["prompt_injection": 0.7],
            groups: [
                "security_containment": containment, "privacy_policy": policy, "frontier_reasoning": frontier,
                "local_standard": local, "private": containment + policy, "public": frontier + local,
            ],
            metric: ("private_vs_public", "private", "public"))
    }()

    private static let mmlu = KnowledgeBase(
        name: "mmlu_kb", path: "knowledge_bases/mmlu/", threshold: 0.25, labelThresholds: [:],
        groups: [
            "escalate": [
                "biology", "business", "computer science", "economics", "history", "math", "other", "philosophy",
                "psychology",
            ],
            "keep": ["chemistry", "engineering", "health", "law", "physics"],
        ],
        metric: ("escalate_vs_keep", "escalate", "keep"))

    private init(
        name: String, path: String, threshold: Double, labelThresholds: [String: Double], groups: [String: [String]],
        metric: (name: String, positive: String, negative: String)
    ) {
        self.init()
        self.name = name
        source.path = path
        self.threshold = threshold
        self.labelThresholds = labelThresholds
        self.groups = groups
        var margin = KnowledgeBaseMetric()
        margin.name = metric.name
        margin.positiveGroup = metric.positive
        margin.negativeGroup = metric.negative
        metrics = [margin]
    }
}
