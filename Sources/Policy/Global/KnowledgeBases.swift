/// Where the labels and examples are.
public struct KnowledgeBaseSource: Sendable {
    public var path = ""
    public var manifest = "labels.json"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "source", "Where the labels and examples are.", initial: KnowledgeBaseSource()
    ) {
        Key("path", \.path, .nonEmptyString, "Folder, relative to the policy's folder.", required: true)
        Key("manifest", \.manifest, .nonEmptyString, "File in it with labels and examples.")
    }
}

/// A number made of two groups.
public struct KnowledgeBaseMetric: Sendable {
    /// How it is made.
    public enum Kind: String, Sendable, CaseIterable {
        case groupMargin = "group_margin"
    }

    public var name = ""
    public var kind = Kind.groupMargin
    public var positiveGroup = ""
    public var negativeGroup = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "kb metric", "A number made of two groups.", initial: KnowledgeBaseMetric()
    ) {
        Key("name", \.name, .name, "Name by which score inputs refer to it.", required: true)
        Key("type", \.kind, .enumeration(), "How it is made.")
        Key("positive_group", \.positiveGroup, .name, "Group whose score counts for it.", required: true)
        Key("negative_group", \.negativeGroup, .name, "Group whose score counts against it.", required: true)
    }
}

/// Labelled examples that requests are compared with. Spec config §11.5.4.
public struct KnowledgeBase: Sendable {
    public var name = ""
    public var source = KnowledgeBaseSource()
    public var threshold = 0.0
    public var labelThresholds: [String: Double] = [:]
    public var groups: [String: [String]] = [:]
    public var metrics: [KnowledgeBaseMetric] = []
    public var prototypeScoring = PrototypeScoring()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "knowledge base",
        "Labelled examples that requests are compared with. Spec config §11.5.4.",
        initial: KnowledgeBase()
    ) {
        Key("name", \.name, .name, "Name by which signals refer to it.", required: true)
        Key("source", \.source, merging: KnowledgeBaseSource.schema, "Where the labels and examples are.")
        Key("threshold", \.threshold, .fraction, "Least similarity of a label.")
        Key("label_thresholds", \.labelThresholds, .map(.fraction), "Least similarity of single labels.")
        Key("groups", \.groups, .map(.list(.nonEmptyString)), "Labels that are counted together.")
        Key("metrics", \.metrics, .list(.object(KnowledgeBaseMetric.schema)), "Numbers made of groups.")
        Key(
            "prototype_scoring", \.prototypeScoring, merging: PrototypeScoring.schema,
            "How examples are merged and scored.")
    }.checking { value, node, context in
        if node["source"] == nil {
            context.error(.missingKey, "a knowledge base needs a source", key: "source", of: node)
        }
        context.inside("groups", of: node) { groups, context in
            for (name, labels) in value.groups.sorted(by: { $0.key < $1.key }) {
                if name.allSatisfy(\.isWhitespace) {
                    context.error(.invalidValue, "a group's name must not be blank", key: name, of: groups)
                }
                if labels.isEmpty {
                    context.error(.invalidValue, "a group needs at least one label", key: name, of: groups)
                }
                if Set(labels).count != labels.count {
                    context.error(
                        .duplicateName, "a label stands twice in the group \"\(name)\"", key: name, of: groups)
                }
            }
        }
        context.rejectDuplicates(value.metrics.map(\.name), "metric", under: "metrics", of: node)
        for metric in node["metrics"]?.elements ?? [] {
            if let name = metric["name"]?.scalar?.text, ["best_score", "best_matched_score"].contains(name) {
                context.error(
                    .invalidValue, "\"\(name)\" is a built-in metric", at: metric["name"]?.position ?? node.position)
            }
            for key in ["positive_group", "negative_group"] {
                guard let group = metric[key], let name = group.scalar?.text, value.groups[name] == nil else {
                    continue
                }
                context.error(
                    .danglingReference, "no group is named \"\(name)\"", at: group.position,
                    suggestion: NearestName.among(value.groups.keys.sorted(), to: name))
            }
        }
    }
}
