/// The keys under which the evaluation API groups signals by family. Spec signals-decisions §5.4.
enum SignalGroups {
    /// Condition types with their group keys, in the order of the API.
    static let all: [(family: String, key: String)] = [
        ("keyword", "keywords"), ("embedding", "embeddings"), ("domain", "domains"), ("fact_check", "fact_check"),
        ("user_feedback", "user_feedback"), ("reask", "reask"), ("preference", "preferences"),
        ("language", "language"), ("context", "context"), ("structure", "structure"), ("complexity", "complexity"),
        ("modality", "modality"), ("authz", "authz"), ("jailbreak", "jailbreak"), ("pii", "pii"), ("kb", "kb"),
        ("conversation", "conversation"), ("event", "event"), ("metadata", "metadata"), ("classifier", "classifier"),
        ("projection", "projection"),
    ]

    private static let keys = Dictionary(all.map { ($0.family, $0.key) }, uniquingKeysWith: { first, _ in first })

    /// The group of a family; families that the API does not name are their own group.
    static func key(_ family: String) -> String { keys[family] ?? family }

    /// The group that a probe or a person names, by group key or by condition type; nil when there is none.
    static func canonicalKey(_ name: String) -> String? {
        if name == "projections" { return "projection" }
        if name == "reasks" { return "reask" }
        return keys[name] ?? (all.contains { $0.key == name } ? name : nil)
    }
}

/// Names of signals by group, groups in the order of the API.
struct GroupedNames: Sendable, Hashable {
    private(set) var names: [String: [String]] = [:]

    /// Adds a name to the group of a family, once.
    mutating func add(_ family: String, _ name: String) {
        let key = SignalGroups.key(family)
        if names[key]?.contains(name) != true { names[key, default: []].append(name) }
    }

    /// The names of a group.
    subscript(key: String) -> [String] { names[key] ?? [] }

    /// The groups that have names, in the order of the API; unlisted groups follow by name.
    var groups: [(key: String, names: [String])] {
        let listed = SignalGroups.all.map(\.key)
        let others = names.keys.filter { !listed.contains($0) }.sorted()
        return (listed + others).compactMap { key in names[key].map { (key, $0) } }
    }
}
