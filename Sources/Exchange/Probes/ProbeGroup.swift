internal import Policy

/// Probes that expect one decision. Spec config §15.2.
struct ProbeGroup: Sendable {
    var id = ""
    var model = ""
    var decision = ""
    var recipe: String?
    var algorithm: String?
    var plugins: [String]?
    var forbiddenPlugins: [String] = []
    var pluginMatch = ProbeExpectation.Match.contains
    var alias: String?
    var signals: [String: [String]] = [:]
    var forbiddenSignals: [String: [String]] = [:]
    var signalMatch = ProbeExpectation.Match.contains
    var robustness = ProbeRobustness()
    var objective = ""
    var notes = AnyValue.null
    var variants: [ProbeVariant] = []

    private static var identityKeys: [Key<ProbeGroup>] {
        [
            Key("id", \.id, .name, "Name of the group.", required: true),
            Key("model", \.model, .name, "The model name to ask for."),
            Key("robustness", \.robustness, .object(ProbeRobustness.schema), "How many variants must pass."),
            Key("objective", \.objective, .string, "What the group is for."),
            Key("notes", \.notes, .any, "Notes."),
            Key(
                "variants", \.variants, .list(.object(ProbeVariant.schema, finishing: ProbeVariant.locate)),
                "The requests.", required: true),
        ]
    }

    private static var outcomeKeys: [Key<ProbeGroup>] {
        [
            Key("expected_decision", \.decision, .string, "The decision that must win.", required: true),
            Key("expected_recipe", \.recipe, .name, "The recipe that must decide."),
            Key("expected_algorithm", \.algorithm, .name, "The algorithm that must choose the model."),
            Key("expected_alias", \.alias, .nonEmptyString, "The model that must be chosen."),
            Key("expected_plugins", \.plugins, .list(.name), "Plugins that the decision must have."),
            Key("forbidden_plugins", \.forbiddenPlugins, .list(.name), "Plugins that the decision must not have."),
            Key("plugin_match", \.pluginMatch, .enumeration(), "Whether more plugins may be there."),
        ]
    }

    private static var signalKeys: [Key<ProbeGroup>] {
        let names = ValueType<[String: [String]]>.map(.list(.nonEmptyString))
        return [
            Key("expected_signals", \.signals, names, "Names that must match, by group."),
            Key("forbidden_signals", \.forbiddenSignals, names, "Names that must not match, by group."),
            Key("signal_match", \.signalMatch, .enumeration(), "Whether more names of a group may match."),
        ]
    }

    static let schema = Schema(
        "probed decision", "Probes that expect one decision.", initial: ProbeGroup(),
        keys: identityKeys + outcomeKeys + signalKeys
    ).checking { value, node, context in
        ExpectedSignals.check(value.signals, key: "expected_signals", in: node, &context)
        ExpectedSignals.check(value.forbiddenSignals, key: "forbidden_signals", in: node, &context)
        if value.variants.isEmpty, node["variants"]?.elements?.isEmpty == true {
            context.error(.missingKey, "a probed decision needs at least one variant", key: "variants", in: node)
        }
    }

    var probes: [Probe] {
        variants.map { variant in
            var probe = Probe()
            probe.group = id
            probe.id = variant.id
            probe.content = variant.content
            probe.tools = variant.tools
            probe.model = model
            probe.tags = variant.tags
            probe.position = variant.position
            var expectation = ProbeExpectation()
            expectation.decision = decision
            expectation.recipe = recipe
            expectation.algorithm = algorithm
            expectation.model = alias
            expectation.plugins = plugins
            expectation.forbiddenPlugins = forbiddenPlugins
            expectation.pluginMatch = pluginMatch
            expectation.signals = ExpectedSignals.canonical(signals)
                .merging(ExpectedSignals.canonical(variant.signals)) { _, own in own }
            expectation.forbiddenSignals = ExpectedSignals.canonical(forbiddenSignals)
            expectation.signalMatch = signalMatch
            probe.expectation = expectation
            return probe
        }
    }
}
