/// A side effect that a decision declares. Spec config §7.6.
public struct Emission: Sendable, Hashable {
    public var kind = "retention"
    public var retention = Retention()

    /// A retention directive that says nothing.
    public init() {}

    /// The declaration of one entry of `emits`.
    public static let schema = Schema<Emission>(
        "emission", "A side effect of a decision.", initial: Emission(),
        keys: [
            Key("kind", \.kind, .enumeration(["retention"]), "Always `retention`.", required: true),
            Key("retention", \.retention, .object(Retention.schema), "How long answers are kept.", required: true),
        ])
}

/// How long a decision's answers and its choice of a model are kept. Each set field goes out as a header.
public struct Retention: Sendable, Hashable {
    /// Nothing is written to the cache.
    public var drop: Bool?
    /// How many turns a cache entry lives.
    public var ttlTurns: Int?
    public var keepCurrentModel: Bool?
    public var preferPrefixRetention: Bool?

    /// Nothing set.
    public init() {}

    /// The declaration of `retention`.
    public static let schema = Schema<Retention>(
        "retention", "How long answers and the chosen model are kept.", initial: Retention(),
        keys: [
            Key("drop", \.drop, .boolean, "Nothing is written to the cache."),
            Key("ttl_turns", \.ttlTurns, .count, "How many turns a cache entry lives."),
            Key("keep_current_model", \.keepCurrentModel, .boolean, "The session stays on its model."),
            Key("prefer_prefix_retention", \.preferPrefixRetention, .boolean, "The backend should keep the prefix."),
        ]
    ).checking { value, node, context in
        if value.drop == true, let turns = value.ttlTurns, turns > 0 {
            context.error(.conflict, "drop and ttl_turns exclude each other", key: "ttl_turns", in: node)
        }
        if value.ttlTurns == 0, value.drop != true {
            context.warning(.noEffect, "ttl_turns 0 has no effect; write drop: true", key: "ttl_turns", in: node)
        }
        if value == Retention() { context.warning(.noEffect, "retention says nothing", at: node.position) }
    }
}
