/// Headers that a trusted proxy sets.
public struct IdentityHeaderSettings: Sendable {
    public var userIDHeader = "x-authz-user-id"
    public var userGroupsHeader = "x-authz-user-groups"
    public var trustedProxies: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "identity", "Headers that a trusted proxy sets.", initial: IdentityHeaderSettings()
    ) {
        Key("user_id_header", \.userIDHeader, .headerName, "Header with the user's identifier.")
        Key(
            "user_groups_header", \.userGroupsHeader, .headerName, "Header with the user's groups, separated by commas."
        )
        Key(
            "trusted_proxies", \.trustedProxies, .list(.addressRange),
            "Addresses, ranges such as 10.0.0.0/8, or loopback, whose identity headers are believed.")
    }
}

/// A source of credentials for backends.
public struct CredentialProvider: Sendable {
    /// Where credentials come from.
    public enum Source: String, Sendable, CaseIterable {
        case headerInjection = "header-injection"
        case staticConfig = "static-config"
    }

    public var type = Source.headerInjection
    public var headers: [String: String] = [:]

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "authz provider", "A source of credentials for backends.", initial: CredentialProvider()
    ) {
        Key("type", \.type, .enumeration(), "Where credentials come from.", required: true)
        Key("headers", \.headers, .map(.headerName), "Header with the credential, by name of the model provider.")
    }
}

/// Who a request comes from and which credentials it carries.
public struct AuthorizationSettings: Sendable {
    public var failsOpen = false
    public var identity = IdentityHeaderSettings()
    public var providers: [CredentialProvider] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "authz", "Who a request comes from and which credentials it carries.", initial: AuthorizationSettings()
    ) {
        Key("fail_open", \.failsOpen, .boolean, "Let requests without credentials pass.")
        Key("identity", \.identity, merging: IdentityHeaderSettings.schema, "Headers that a trusted proxy sets.")
        Key(
            "providers", \.providers, .list(.object(CredentialProvider.schema)),
            "Sources of credentials, tried in order.")
    }
}
