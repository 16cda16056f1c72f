/// A bearer token and what it may do.
public struct ManagementToken: Sendable {
    public var environmentVariable = ""
    public var role = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "token", "A bearer token and what it may do.", initial: ManagementToken()
    ) {
        Key("env", \.environmentVariable, .nonEmptyString, "Environment variable that holds the token.", required: true)
        Key("role", \.role, .nonEmptyString, "Role that the token has.", required: true)
    }
}

/// Who may use the management API.
public struct ManagementAuthentication: Sendable {
    /// How callers prove who they are.
    public enum Mode: String, Sendable, CaseIterable {
        case disabled
        case bearer
    }

    public var mode = Mode.disabled
    public var tokens: [ManagementToken] = []
    public var roles: [String: [String]] = ManagementPermission.builtInRoles

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "auth", "Who may use the management API.", initial: ManagementAuthentication()
    ) {
        Key("mode", \.mode, .enumeration(), "How callers prove who they are.")
        Key("tokens", \.tokens, .list(.object(ManagementToken.schema)), "Bearer tokens.")
        Key(
            "roles", \.roles, mergingMap: .list(.managementPermission),
            "Permissions by role; roles given here join or replace the built-in ones.")
    }.checking { value, node, context in
        for (index, token) in value.tokens.enumerated() where value.roles[token.role] == nil {
            let roles = value.roles.keys.sorted()
            let position = node["tokens"]?.elements?[safely: index]?["role"]?.position ?? node.position
            context.error(
                .danglingReference, "no role is named \"\(token.role)\"", at: position,
                suggestion: NearestName.among(roles, to: token.role))
        }
    }
}

/// The management API. Spec config §11.2.1.
public struct ManagementAPISettings: Sendable {
    public var bindAddress = "127.0.0.1"
    public var port = 8080
    public var allowsRemoteExposure = false
    public var authentication = ManagementAuthentication()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "management_api", "The management API. Spec config §11.2.1.", initial: ManagementAPISettings()
    ) {
        Key("bind_address", \.bindAddress, .string, "IP address or localhost.")
        Key("port", \.port, .integer(1...65_535), "TCP port.")
        Key("remote_exposure", \.allowsRemoteExposure, .boolean, "Listen on addresses that others can reach.")
        Key("auth", \.authentication, merging: ManagementAuthentication.schema, "Who may use it.")
    }.checking { value, node, context in
        for problem in value.exposureProblems {
            context.error(problem.code, problem.message, key: problem.key, of: node)
        }
    }

    /// A rule of exposure that the settings break.
    public struct ExposureProblem: Sendable, Hashable {
        public var key: String
        public var code: Diagnostic.Code
        public var message: String
    }

    /// The rules of exposure that the settings break; to be asked again when flags have overridden them.
    public var exposureProblems: [ExposureProblem] {
        var problems: [ExposureProblem] = []
        if bindAddress != "localhost", !AddressText.isIPAddress(bindAddress) {
            problems.append(
                .init(key: "bind_address", code: .invalidValue, message: "expected an IP address or localhost"))
        }
        if ["0.0.0.0", "::", "[::]"].contains(bindAddress), !allowsRemoteExposure {
            problems.append(
                .init(key: "bind_address", code: .conflict, message: "a wildcard address needs remote_exposure: true"))
        }
        if allowsRemoteExposure, authentication.mode != .bearer {
            problems.append(
                .init(key: "remote_exposure", code: .conflict, message: "remote exposure needs auth.mode: bearer"))
        } else if allowsRemoteExposure, authentication.tokens.isEmpty {
            problems.append(
                .init(
                    key: "remote_exposure", code: .conflict,
                    message: "remote exposure needs at least one auth.tokens entry"))
        }
        return problems
    }
}

/// The permissions of the management API. Spec config §11.2.1.
public enum ManagementPermission {
    /// Every permission; `*` stands for all of them and for reading secrets.
    public static let all = [
        "health.read", "ready.read", "docs.read", "classify.invoke", "config.read", "config.write", "secret_view",
        "learning.ingest", "replay.read", "replay.detail", "data.read", "data.write", "metrics.read", "cost.read",
        "cache.read", "cache.invalidate", "cache.manage", "compression.read", "compression.preview",
        "compression.manage",
    ]

    /// The roles that exist without being declared.
    public static let builtInRoles: [String: [String]] = [
        "viewer": viewer,
        "operator": viewer + [
            "config.write", "learning.ingest", "replay.detail", "data.write", "cache.invalidate", "compression.preview",
        ],
        "admin": ["*"],
    ]

    private static let viewer = [
        "health.read", "ready.read", "docs.read", "metrics.read", "cost.read", "config.read", "replay.read",
        "data.read",
        "cache.read", "compression.read", "classify.invoke",
    ]
}

extension ValueType where Value == String {
    /// A permission of the management API, or `*`.
    static var managementPermission: ValueType { enumeration(ManagementPermission.all + ["*"]) }
}
