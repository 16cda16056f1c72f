public import Policy

/// Where the management API listens and who may use it. Spec config §11.2.1.
public struct ManagementConfiguration: Sendable {
    /// A bearer token with its role. The token is never printed.
    public struct Token: Sendable {
        public var value: Secret
        public var role: String

        /// A token with a role.
        public init(value: Secret, role: String) {
            self.value = value
            self.role = role
        }
    }

    /// An IP address or `localhost`.
    public var address: String
    /// 0 lets the system choose.
    public var port: Int
    public var allowsRemoteExposure: Bool
    public var mode: ManagementAuthentication.Mode
    public var tokens: [Token]
    /// Permissions by role.
    public var roles: [String: [String]]
    /// The most bytes of a request body.
    public var maximumBodyBytes = 10 << 20
    /// The most bytes of an upload's body, where files are kept.
    public var maximumUploadBytes = 0
    /// The most connections at a time.
    public var maximumConnections = 256
    public var timeLimits = RequestTimeLimits()

    /// The configuration that a policy asks for; tokens come from the environment, blank ones do not count.
    public init(
        _ settings: ManagementAPISettings = ManagementAPISettings(), environment: (String) -> String? = { _ in nil }
    ) {
        address = settings.bindAddress
        port = settings.port
        allowsRemoteExposure = settings.allowsRemoteExposure
        mode = settings.authentication.mode
        roles = settings.authentication.roles
        tokens = settings.authentication.tokens.compactMap { token in
            guard let value = environment(token.environmentVariable), !value.allSatisfy(\.isWhitespace) else {
                return nil
            }
            return Token(value: Secret(value), role: token.role)
        }
    }

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool {
        let host = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The rules of exposure that the configuration breaks; a server with any does not start.
    public var problems: [ManagementStartError] {
        var problems: [ManagementStartError] = []
        if !isLoopback {
            if !allowsRemoteExposure { problems.append(.remoteExposureNotAllowed(address: address)) }
            if mode != .bearer {
                problems.append(.remoteExposureNeedsBearer(address: address))
            } else if tokens.isEmpty {
                problems.append(.remoteExposureNeedsToken(address: address))
            }
        }
        for token in tokens where roles[token.role] == nil { problems.append(.unknownRole(token.role)) }
        return problems
    }
}

/// Why the management API does not start.
public enum ManagementStartError: Error, Sendable, Hashable, CustomStringConvertible {
    case remoteExposureNotAllowed(address: String)
    case remoteExposureNeedsBearer(address: String)
    case remoteExposureNeedsToken(address: String)
    case unknownRole(String)

    /// A stable code.
    public var code: String {
        switch self {
        case .remoteExposureNotAllowed: "remote_exposure_not_allowed"
        case .remoteExposureNeedsBearer: "remote_exposure_needs_bearer"
        case .remoteExposureNeedsToken: "remote_exposure_needs_token"
        case .unknownRole: "unknown_role"
        }
    }

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .remoteExposureNotAllowed(let address):
            "the management API would listen on \(address), which others can reach: set "
                + "global.services.management_api.remote_exposure: true, or bind to 127.0.0.1"
        case .remoteExposureNeedsBearer(let address):
            "the management API would listen on \(address) without authentication: set "
                + "global.services.management_api.auth.mode: bearer"
        case .remoteExposureNeedsToken(let address):
            "the management API would listen on \(address), but no environment variable of "
                + "global.services.management_api.auth.tokens holds a token: set one"
        case .unknownRole(let role):
            "a management token has the role \(role), which global.services.management_api.auth.roles does not have"
        }
    }
}
