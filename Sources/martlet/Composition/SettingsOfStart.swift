import Policy

/// The settings that this process heeds when it starts and not when its policy is read again: where it listens, and
/// what keeps its state. A reload that changes one says so, since nothing else would.
struct SettingsOfStart: Sendable {
    /// Where they stand in a policy. Some are single keys of a section whose others follow a reload.
    private static let paths = [
        "listeners", "global.services.management_api", "global.services.response_api",
        "global.services.router_replay.store_backend", "global.services.router_replay.postgres",
        "global.services.router_replay.ttl_seconds", "global.services.costs.retention_days",
        "global.services.observability", "global.router.learning.state_store", "global.stores.vector_store",
    ]

    private let values: [String: String]

    /// The settings of a policy's file as it was read.
    init(_ root: Node?) {
        var values: [String: String] = [:]
        for path in Self.paths {
            var node = root
            for key in path.split(separator: ".") { node = node?[String(key)] }
            if let node { values[path] = Self.canonical(node) }
        }
        self.values = values
    }

    /// The settings that another policy has otherwise, in the order of the list. Their values, which may be secrets, are
    /// not told.
    func changes(in other: SettingsOfStart) -> [String] {
        Self.paths.filter { values[$0] != other.values[$0] }
    }

    /// A node's meaning as a text: the order of keys and the layout of the file are none.
    private static func canonical(_ node: Node) -> String {
        switch node.content {
        case .scalar(let scalar): "\(scalar.mayBeTyped ? "" : "=")\(scalar.text.utf8.count):\(scalar.text)"
        case .sequence(let elements): "[" + elements.map(canonical).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{"
                + entries.map { "\($0.key.utf8.count):\($0.key)=\(canonical($0.value))" }.sorted()
                .joined(separator: ",") + "}"
        }
    }
}
