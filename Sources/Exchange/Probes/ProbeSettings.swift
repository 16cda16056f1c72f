internal import Policy

/// How a remote run is paced. Runs in this process need neither.
struct ProbeRunSettings: Sendable {
    var timeout = 300
    var concurrency = 1

    static let schema = Schema(
        "evaluation", "How a remote run is paced.", initial: ProbeRunSettings(),
        keys: [
            Key("request_timeout_seconds", \.timeout, .integer(1...1_200), "Seconds a request may take."),
            Key("concurrency", \.concurrency, .integer(1...64), "Requests at a time."),
        ])
}

/// The declaration of pass rates.
enum ProbeRates {
    static let acceptance = Schema(
        "acceptance", "What a run must reach.", initial: ProbeAcceptance(),
        keys: [
            Key("min_probe_pass_rate", \.probePassRate, .number(0...100), "Per cent of the probes that must pass."),
            Key(
                "min_decision_pass_rate", \.decisionPassRate, .number(0...100),
                "Per cent of the decisions of which every probe must pass."),
        ])
}

/// What a file must cover. The shares of declarations that some probe asserts are for the file's author and are not
/// judged by a run.
struct ProbeCoverage: Sendable {
    var signals = 0.0
    var projections = 0.0
    var algorithms = 0.0
    var plugins = 0.0
    var shapes: [String] = []
    var tagCounts: [String: Int] = [:]
    var tagPassRates: [String: Double] = [:]

    static let kinds = ["language", "negative", "collision", "fallback", "stress", "tools", "multi_turn"]

    static let schema = Schema(
        "coverage", "What the file must cover.", initial: ProbeCoverage(),
        keys: [
            Key("min_signal_assertion_percent", \.signals, .number(0...100), "Share of signals that are asserted."),
            Key(
                "min_projection_assertion_percent", \.projections, .number(0...100),
                "Share of projections that are asserted."),
            Key(
                "min_algorithm_assertion_percent", \.algorithms, .number(0...100),
                "Share of algorithms that are asserted."),
            Key("min_plugin_assertion_percent", \.plugins, .number(0...100), "Share of plugins that are asserted."),
            Key(
                "required_request_shapes", \.shapes, .list(.enumeration(["text", "messages", "tools"])),
                "Shapes of requests that must occur."),
            Key("min_tag_counts", \.tagCounts, .map(.count), "Least number of probes by kind of tag."),
            Key(
                "min_tag_pass_rate", \.tagPassRates, .map(.number(0...100)),
                "Per cent of the probes that must pass by kind of tag."),
        ]
    ).checking { value, node, context in
        for (key, names) in [
            ("min_tag_counts", Array(value.tagCounts.keys)), ("min_tag_pass_rate", Array(value.tagPassRates.keys)),
        ] {
            for name in names.sorted() where !kinds.contains(name) {
                context.error(
                    .unknownValue, "unknown kind of tag \"\(name)\"", key: key, in: node,
                    suggestion: NearestName.among(kinds, to: name))
            }
        }
    }
}

/// What share of a group's variants must pass.
struct ProbeRobustness: Sendable {
    var minimumPassRate: Double?

    static let schema = Schema(
        "robustness", "What share of the variants must pass.", initial: ProbeRobustness(),
        keys: [Key("min_pass_rate", \.minimumPassRate, .number(0...100), "Per cent of the variants.")])
}

/// Expected names by signal group.
enum ExpectedSignals {
    /// Reports groups that do not exist.
    static func check(_ signals: [String: [String]], key: String, in node: Node, _ context: inout DecodingContext) {
        let groups = SignalGroups.all.map(\.key)
        for name in signals.keys.sorted() where SignalGroups.canonicalKey(name) == nil {
            context.error(
                .unknownValue, "unknown signal group \"\(name)\"", key: key, in: node,
                suggestion: NearestName.among(groups, to: name))
        }
    }

    /// The same with every group under its own key.
    static func canonical(_ signals: [String: [String]]) -> [String: [String]] {
        Dictionary(
            signals.map { (SignalGroups.canonicalKey($0.key) ?? $0.key, $0.value) }, uniquingKeysWith: { $0 + $1 })
    }
}
