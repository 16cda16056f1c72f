public import Routing

/// A session as a shared store holds it.
public struct SharedSession: Sendable, Hashable {
    /// Nil when there is none.
    public var state: SessionState?
    /// Names this very state, so that a change can be refused when another came before it; empty without a state.
    public var version: [UInt8]

    /// A session as it was found.
    public init(state: SessionState?, version: [UInt8]) {
        self.state = state
        self.version = version
    }
}

/// Sessions that several processes share. Every call has a short deadline of its own.
public protocol SharedSessions: Sendable {
    /// What is known of a session.
    func load(_ key: SessionKey) async throws(StateError) -> SharedSession
    /// Puts a state in place of the one that was found; nil forgets it. Returns nil when that is done, else what another
    /// process has put there meanwhile.
    func replace(
        _ key: SessionKey, _ found: SharedSession, with state: SessionState?
    ) async throws(StateError) -> SharedSession?
}

extension SharedSessions {
    /// Changes a session, again on what others have made of it, at most so often. False when it could not be done.
    public func update(
        _ key: SessionKey, attempts: Int = 8, _ change: @Sendable (inout SessionState?) -> Void
    ) async throws(StateError) -> Bool {
        var found = try await load(key)
        for _ in 0..<attempts {
            var state = found.state
            change(&state)
            if state == found.state { return true }
            guard let newer = try await replace(key, found, with: state) else { return true }
            found = newer
        }
        return false
    }
}
