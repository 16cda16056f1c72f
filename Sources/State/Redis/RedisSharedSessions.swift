public import Routing

/// Sessions in Redis: one hash each with the state and its version, which ends by its time to live. A change is a script
/// that compares the version first, so that no turn is lost.
public struct RedisSharedSessions: SharedSessions {
    private let pool: RedisPool
    private let prefix: String
    private let lifetime: Duration
    private let timeout: Duration

    /// Sessions under a prefix that live so long after their last turn. `timeout` bounds every call.
    public init(_ pool: RedisPool, prefix: String, lifetime: Duration, timeout: Duration) {
        self.pool = pool
        self.prefix = prefix
        self.lifetime = lifetime
        self.timeout = timeout
    }

    public func load(_ key: SessionKey) async throws(StateError) -> SharedSession {
        let value = try await pool.command(
            [Array("HMGET".utf8), name(key), Array("version".utf8), Array("state".utf8)], within: timeout)
        return Self.session(value.array ?? [])
    }

    public func replace(
        _ key: SessionKey, _ found: SharedSession, with state: SessionState?
    ) async throws(StateError) -> SharedSession? {
        let version = withUnsafeBytes(of: UInt64.random(in: 0 ... .max)) { Array($0) }
        let milliseconds = max(1, lifetime.components.seconds) * 1_000
        let value = try await pool.script(
            Self.replaceScript, keys: [name(key)],
            [found.version, version, state.map(SessionRecord.bytes) ?? [], Array("\(milliseconds)".utf8)],
            within: timeout)
        guard let current = value.array, !current.isEmpty else { return nil }
        return Self.session(current)
    }

    private func name(_ key: SessionKey) -> [UInt8] {
        func digits(_ number: UInt64) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return Array("\(prefix)\(digits(key.high))\(digits(key.low))".utf8)
    }

    /// Bytes that are no state are as good as none, but they keep their version, so that they can be replaced.
    private static func session(_ parts: [RedisValue]) -> SharedSession {
        guard parts.count == 2 else { return SharedSession(state: nil, version: []) }
        return SharedSession(
            state: parts[1].bytes.flatMap { SessionRecord.state($0) }, version: parts[0].bytes ?? [])
    }

    private static let replaceScript: StaticString = """
        local version = redis.call('HGET', KEYS[1], 'version') or ''
        if version == ARGV[2] then return {} end
        if version ~= ARGV[1] then return {version, redis.call('HGET', KEYS[1], 'state') or ''} end
        if ARGV[3] == '' then redis.call('DEL', KEYS[1])
        else
          redis.call('HSET', KEYS[1], 'version', ARGV[2], 'state', ARGV[3])
          redis.call('PEXPIRE', KEYS[1], ARGV[4])
        end
        return {}
        """
}
