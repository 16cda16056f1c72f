public import Policy

/// A file of probes: requests with the decisions that a policy must take for them. Spec config §15.2, and a plain
/// form of our own, a list `probes` of prompts with decisions.
public struct ProbeFile: Sendable {
    public var name: String
    public var probes: [Probe]
    public var acceptance: ProbeAcceptance

    /// A file with probes.
    public init(name: String = "", probes: [Probe], acceptance: ProbeAcceptance = ProbeAcceptance()) {
        self.name = name
        self.probes = probes
        self.acceptance = acceptance
    }

    /// Reads a file. It is nil when there are errors; the diagnostics list all of them, in the order of the file.
    public static func read(_ bytes: [UInt8]) -> (file: ProbeFile?, diagnostics: [Diagnostic]) {
        let document = YAMLReader().read(bytes)
        guard let root = document.root else { return (nil, document.diagnostics) }
        var context = DecodingContext()
        let draft = ProbeDocument.schema.decode(root, &context)
        var probes: [Probe] = []
        if let draft {
            if draft.groups.isEmpty, draft.plain.isEmpty {
                context.error(.missingKey, "the file has neither decisions nor probes", at: root.position)
            }
            probes = draft.probes
            reportDuplicates(probes, &context)
        }
        let diagnostics = (document.diagnostics + context.diagnostics).sorted { $0.position < $1.position }
        guard let draft, !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
        return (ProbeFile(name: draft.name, probes: probes, acceptance: draft.allAcceptance), diagnostics)
    }

    private static func reportDuplicates(_ probes: [Probe], _ context: inout DecodingContext) {
        var lines: [String: Int] = [:]
        for probe in probes {
            if let line = lines[probe.name] {
                context.error(
                    .duplicateName, "another probe is named \"\(probe.name)\" already on line \(line)",
                    at: probe.position)
            } else {
                lines[probe.name] = probe.position.line
            }
        }
    }
}

/// A file as it stands.
struct ProbeDocument: Sendable {
    var schemaVersion = "v1"
    var name = ""
    var description = ""
    var assets: [String: String] = [:]
    var endpoint = ""
    var evaluation = ProbeRunSettings()
    var acceptance = ProbeAcceptance()
    var coverage = ProbeCoverage()
    var fixtures = AnyValue.null
    var groups: [ProbeGroup] = []
    var plain: [PlainProbe] = []

    private static var headKeys: [Key<ProbeDocument>] {
        [
            Key("schema_version", \.schemaVersion, .enumeration(["v1"]), "The format."),
            Key("name", \.name, .string, "The recipe's name."),
            Key("description", \.description, .string, "What the probes are for."),
            Key("routing_assets", \.assets, .map(.string), "The policy files that the probes belong to."),
            Key("router_eval_endpoint", \.endpoint, .string, "Where a remote run sends the probes."),
            Key("evaluation", \.evaluation, .object(ProbeRunSettings.schema), "How a remote run is paced."),
        ]
    }

    private static var bodyKeys: [Key<ProbeDocument>] {
        [
            Key("acceptance", \.acceptance, .object(ProbeRates.acceptance), "What a run must reach."),
            Key("coverage", \.coverage, .object(ProbeCoverage.schema), "What the file must cover."),
            Key("fixtures", \.fixtures, .any, "Images for probes."),
            Key("decisions", \.groups, .list(.object(ProbeGroup.schema)), "Probes by the decision they expect."),
            Key("probes", \.plain, .list(.object(PlainProbe.schema, finishing: PlainProbe.locate)), "Plain probes."),
        ]
    }

    static let schema = Schema(
        "probe file", "Requests and what a policy must make of them.", initial: ProbeDocument(),
        keys: headKeys + bodyKeys
    ).checking { value, node, context in
        if value.fixtures != .null {
            context.warning(
                .noEffect, "image fixtures are not sent: no image signal is evaluated", key: "fixtures", in: node)
        }
    }

    /// The probes of both forms, in the order of the file.
    var probes: [Probe] {
        groups.flatMap(\.probes) + plain.enumerated().map { $1.probe(number: $0 + 1) }
    }

    /// The rules of all sections together.
    var allAcceptance: ProbeAcceptance {
        var all = acceptance
        all.tagCounts = coverage.tagCounts
        all.tagPassRates = coverage.tagPassRates
        all.shapes = coverage.shapes
        for group in groups { all.groupPassRates[group.id] = group.robustness.minimumPassRate }
        return all
    }
}

/// A prompt with the decision that it must lead to.
struct PlainProbe: Sendable {
    var id = ""
    var prompt = ""
    var decision = ""
    var model: String?
    var tags: [String] = []
    var position = SourcePosition(line: 1, column: 1)

    static let schema = Schema(
        "probe", "A prompt with the decision that it must lead to.", initial: PlainProbe(),
        keys: [
            Key("id", \.id, .name, "Its name; numbered where there is none."),
            Key("prompt", \.prompt, .nonEmptyString, "The user's message.", required: true),
            Key("decision", \.decision, .string, "The decision that must win; empty for none.", required: true),
            Key("model", \.model, .nonEmptyString, "The model that must be chosen."),
            Key("tags", \.tags, .list(.nonEmptyString), "Tags."),
        ])

    static let locate: @Sendable (inout PlainProbe, Node, inout DecodingContext) -> Void = { value, node, _ in
        value.position = node.position
    }

    func probe(number: Int) -> Probe {
        var probe = Probe()
        probe.group = decision.isEmpty ? "none" : decision
        probe.id = id.isEmpty ? "probe-\(number)" : id
        probe.content = .text(prompt)
        probe.tags = tags
        probe.expectation.decision = decision
        probe.expectation.model = model
        probe.position = position
        return probe
    }
}
