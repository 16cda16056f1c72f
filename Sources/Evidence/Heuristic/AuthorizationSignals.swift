public import Policy
public import Routing

/// The configuration of a role binding: who has a role. Spec config §5.11.
public struct RoleBinding: SignalConfiguration {
    /// A user or a group that has the role.
    public struct Subject: Sendable, Hashable {
        /// What a subject is.
        public enum Kind: String, Sendable, CaseIterable {
            case user = "User"
            case group = "Group"
        }

        public var kind = Kind.user
        public var name = ""

        /// Nobody.
        public init(kind: Kind = .user, name: String = "") {
            self.kind = kind
            self.name = name
        }

        static let schema = Schema<Subject>(
            "subject", "A user or a group.", initial: Subject(),
            keys: [
                Key("kind", \.kind, .enumeration(caseInsensitive: true), "What the subject is.", required: true),
                Key("name", \.name, .nonEmptyString, "The user's identifier or the group's name.", required: true),
            ])
    }

    public var name = ""
    public var description = ""
    public var role = ""
    public var subjects: [Subject] = []

    /// A binding of nobody.
    public init() {}

    /// The declaration.
    public static let schema = Schema<RoleBinding>(
        "role binding", "Gives a role to users and groups. Rules use the binding's name or the role.",
        initial: RoleBinding(),
        keys: commonKeys + [
            Key("role", \.role, .name, "The role that the subjects have.", required: true),
            Key("subjects", \.subjects, .list(.object(Subject.schema)), "Who has it.", required: true),
        ]
    ).checking { _, node, context in
        if let subjects = node["subjects"]?.elements, subjects.isEmpty {
            context.error(.missingKey, "a role binding needs at least one subject", key: "subjects", in: node)
        }
    }
}

/// The authz family: the caller's roles.
public enum AuthorizationSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "authz", key: "role_bindings", schema: RoleBinding.schema.description,
        decode: { node, context in RoleBinding.schema.decode(node, &context) },
        ruleNames: { declaration in
            guard let binding = declaration.configuration as? RoleBinding, binding.role != declaration.name else {
                return [declaration.name]
            }
            return [declaration.name, binding.role]
        })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations: a signal for each binding's name and each role, over all bindings that it names.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let bindings = builder.configurations(declarations, as: RoleBinding.self)
        let failsOpen = builder.global.services.authorization.failsOpen
        let names = bindings.map(\.declaration.name) + bindings.map(\.configuration.role)
        for name in names {
            let meant = bindings.filter { $0.declaration.name == name || $0.configuration.role == name }
            let rule = AuthorizationRule(bindings: meant.map(\.configuration), failsOpen: failsOpen)
            builder.add(SignalKey(family.type, name), rule, cost: cost, declaredAs: name)
        }
    }
}

/// A compiled role: it matches when any binding names the caller or one of the caller's groups. Names are compared
/// exactly. The value is the number of bindings that do.
struct AuthorizationRule: SignalRule {
    private struct Binding {
        var name: String
        /// UTF-8, since equal strings may differ in their bytes.
        var users: Set<[UInt8]>
        var groups: Set<[UInt8]>
    }

    private let bindings: [Binding]
    private let failsOpen: Bool

    init(bindings: [RoleBinding], failsOpen: Bool) {
        self.bindings = bindings.map { binding in
            Binding(
                name: binding.name,
                users: Set(binding.subjects.filter { $0.kind == .user }.map { Array($0.name.utf8) }),
                groups: Set(binding.subjects.filter { $0.kind == .group }.map { Array($0.name.utf8) }))
        }
        self.failsOpen = failsOpen
    }

    func read(_ scan: inout RequestScan) -> Reading {
        guard let identity = scan.identity, !identity.userID.isEmpty else {
            return failsOpen ? .unmatched(value: 0) : .unknown(.identityMissing)
        }
        let user = Array(identity.userID.utf8)
        let groups = identity.groups.map { Array($0.utf8) }
        let holding = bindings.filter { binding in
            binding.users.contains(user) || groups.contains(where: binding.groups.contains)
        }
        guard !holding.isEmpty else { return .unmatched(value: 0) }
        return .matched(value: Double(holding.count), details: holding.prefix(8).map(\.name))
    }
}
