internal import HTTPTypes
internal import Policy

/// Who may do what. In mode `disabled` every caller of this machine may do everything.
struct AccessControl: Sendable {
    /// What a caller may do.
    struct Caller: Sendable, Hashable {
        var role: String
        var permissions: [String]

        func may(_ permission: String) -> Bool { permissions.contains("*") || permissions.contains(permission) }
    }

    private struct KnownToken: Sendable {
        var digest: [UInt8]
        var caller: Caller
    }

    private let mode: ManagementAuthentication.Mode
    private let tokens: [KnownToken]
    /// Whether names other than this machine's are refused.
    private let checksHost: Bool

    init(_ configuration: ManagementConfiguration) {
        mode = configuration.mode
        checksHost = configuration.mode == .disabled
        tokens = configuration.tokens.map { token in
            KnownToken(
                digest: SHA256.digest(token.value.reveal().utf8),
                caller: Caller(role: token.role, permissions: configuration.roles[token.role] ?? []))
        }
    }

    /// Refuses requests that a page in a browser could have been tricked into sending to this machine: those under
    /// another name (DNS rebinding) and those from another site.
    func checkOrigin(_ head: HTTPRequest) throws(ManagementError) {
        guard checksHost else { return }
        guard let authority = head.authority, Self.isThisMachine(authority) else {
            throw ManagementError(
                .forbidden,
                "the Host header must name this machine: localhost, 127.0.0.1 or [::1]; "
                    + "for other names use bearer tokens"
            )
        }
        guard let origin = head.headerFields[.origin] else { return }
        let name = ["http://", "https://"].first { origin.hasPrefix($0) }.map { origin.dropFirst($0.count) }
        guard let name, Self.isThisMachine(String(name)) else {
            throw ManagementError(.forbidden, "requests from other sites are refused")
        }
    }

    /// The caller that a request's token names.
    func authenticate(_ head: HTTPRequest) throws(ManagementError) -> Caller {
        guard mode == .bearer else { return Caller(role: "admin", permissions: ["*"]) }
        guard !tokens.isEmpty else {
            throw ManagementError(
                .authenticationNotConfigured, "bearer tokens are asked for, but no environment variable holds one")
        }
        guard let header = head.headerFields[.authorization], header.utf8.count <= 8_192,
            header.prefix(7).lowercased() == "bearer "
        else { throw ManagementError(.unauthorized, "send Authorization: Bearer with a management token") }
        let digest = SHA256.digest(header.utf8.dropFirst(7).drop { $0 == UInt8(ascii: " ") })
        var caller: Caller?
        for token in tokens where Self.areEqual(token.digest, digest) { caller = caller ?? token.caller }
        guard let caller else { throw ManagementError(.unauthorized, "the token is not known") }
        return caller
    }

    /// Compares two digests in a time that does not depend on where they differ.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    /// Whether an authority, with or without a port, is this machine's own name.
    static func isThisMachine(_ authority: String) -> Bool {
        let name: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            name = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            name = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(name.count)
        }
        guard rest.isEmpty || (rest.first == ":" && UInt16(rest.dropFirst()) != nil) else { return false }
        return ["localhost", "127.0.0.1", "[::1]"].contains(name.lowercased())
    }
}
