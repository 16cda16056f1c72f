public import Policy

/// One request with what the policy must make of it.
public struct Probe: Sendable {
    /// What is sent.
    public enum Content: Sendable, Hashable {
        /// One user message.
        case text(String)
        /// Chat messages, each as the API takes them.
        case messages([AnyValue])
    }

    /// The group that it belongs to: an entry of `decisions`, or the decision of a plain probe.
    public var group = ""
    public var id = ""
    public var content = Content.text("")
    public var tools: [AnyValue] = []
    /// The model name to ask for; empty for the default recipe.
    public var model = ""
    public var tags: [String] = []
    public var expectation = ProbeExpectation()
    public var position = SourcePosition(line: 1, column: 1)

    /// A probe that expects nothing.
    public init() {}

    /// `group/id`.
    public var name: String { "\(group)/\(id)" }
}

/// What a probe expects. Nil is not checked.
public struct ProbeExpectation: Sendable, Hashable {
    /// Whether more than what is expected may be there.
    public enum Match: String, Sendable, CaseIterable {
        case contains
        case exact
    }

    /// The decision that must win; empty for none.
    public var decision = ""
    public var recipe: String?
    public var algorithm: String?
    /// The model that must be chosen.
    public var model: String?
    public var plugins: [String]?
    public var forbiddenPlugins: [String] = []
    public var pluginMatch = Match.contains
    /// Names that must match, by signal group.
    public var signals: [String: [String]] = [:]
    /// Names that must not match, by signal group.
    public var forbiddenSignals: [String: [String]] = [:]
    public var signalMatch = Match.contains

    /// No expectation.
    public init() {}
}

/// What a run of probes must reach. Rates are percentages.
public struct ProbeAcceptance: Sendable, Hashable {
    public var probePassRate: Double?
    public var decisionPassRate: Double?
    /// By group: the share of its probes that must pass.
    public var groupPassRates: [String: Double] = [:]
    /// By kind of tag, such as `language` or `negative`: how many probes there must be.
    public var tagCounts: [String: Int] = [:]
    /// By kind of tag: the share of its probes that must pass.
    public var tagPassRates: [String: Double] = [:]
    /// Request shapes of which there must be a probe: `text`, `messages`, `tools`.
    public var shapes: [String] = []

    /// Nothing is required.
    public init() {}
}

extension Probe {
    /// Whether it counts for a kind of tag of the acceptance rules. Spec config §15.3.
    func isOfKind(_ kind: String) -> Bool {
        if kind == "tools", shapes.contains("tools") { return true }
        if kind == "multi_turn", shapes.contains("messages") { return true }
        return tags.contains { tag in
            if tag == kind || tag.hasPrefix(kind + ":") || tag == "class:\(kind)" { return true }
            switch kind {
            case "tools": return tag == "shape:tools"
            case "multi_turn": return tag == "shape:messages" || tag == "multi-turn"
            default: return false
            }
        }
    }

    /// The shapes that it has: `text` or `messages`, and `tools`.
    var shapes: [String] {
        let shape: String
        switch content {
        case .text: shape = "text"
        case .messages: shape = "messages"
        }
        return tools.isEmpty ? [shape] : [shape, "tools"]
    }
}
