internal import Policy

/// Responses in Redis, which every process with the same prefix shares. They are as durable as the server makes them
/// (`appendfsync always`: every acknowledged one).
///
/// Keys: `<prefix>response:{<tenant digest>}:<id>`, a hash, and `<prefix>conversation:{<tenant digest>}:<digest>`, a
/// sorted set of ids. Both end by their time to live. Spec pipeline-api §4.3.5.
public struct RedisResponseStore: ResponseStore {
    private let pool: RedisPool
    private let prefix: String
    /// Responses of a conversation that can be found by its name.
    private static let conversationLimit = 512
    /// Longer ids are nobody's.
    private static let maximumIDBytes = 256

    /// A store whose keys begin with a prefix.
    public init(_ pool: RedisPool, prefix: String) {
        self.pool = pool
        self.prefix = prefix
    }

    public func put(_ response: StoredResponse) async throws(StateError) {
        var keys = [key(response.id, response.tenant)]
        if let conversation = response.conversationID { keys.append(self.conversation(conversation, response.tenant)) }
        var words = [
            Array("\(Int64(response.expiresAt * 1_000))".utf8), Array("\(response.createdAt)".utf8),
            Array(response.id.utf8), Array("\(-Self.conversationLimit - 1)".utf8),
        ]
        for (name, value) in Self.fields(response) { words += [Array(name.utf8), value] }
        _ = try await pool.script(Self.putScript, keys: keys, words)
    }

    public func get(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse? {
        guard id.utf8.count <= Self.maximumIDBytes else { return nil }
        let value = try await pool.command([Array("HGETALL".utf8), key(id, tenant)])
        return Self.response(value, tenant, now)
    }

    public func latest(
        conversation: String, tenant: String, at now: Double
    ) async throws(StateError) -> StoredResponse? {
        let value = try await pool.script(
            Self.latestScript, keys: [self.conversation(conversation, tenant)],
            [key("", tenant), Array("\(now)".utf8)])
        return Self.response(value, tenant, now)
    }

    public func delete(_ id: String, tenant: String) async throws(StateError) -> Bool {
        guard id.utf8.count <= Self.maximumIDBytes else { return false }
        return try await pool.command([Array("DEL".utf8), key(id, tenant)]).integer == 1
    }

    // MARK: Keys

    private func key(_ id: String, _ tenant: String) -> [UInt8] {
        Array("\(prefix)response:{\(Self.digest(tenant))}:\(id)".utf8)
    }

    private func conversation(_ name: String, _ tenant: String) -> [UInt8] {
        Array("\(prefix)conversation:{\(Self.digest(tenant))}:\(Self.digest(name))".utf8)
    }

    /// 128 bits: names of hostile length or form cost nothing.
    private static func digest(_ text: String) -> String { String(SHA256.hexadecimal(Array(text.utf8)).prefix(32)) }

    // MARK: Fields

    private static func fields(_ response: StoredResponse) -> [(String, [UInt8])] {
        var fields: [(String, [UInt8])] = [
            ("id", Array(response.id.utf8)), ("tenant", Array(response.tenant.utf8)),
            ("created_at", Array("\(response.createdAt)".utf8)), ("expires_at", Array("\(response.expiresAt)".utf8)),
            ("input", response.input), ("output", response.output), ("object", response.object),
        ]
        for (name, value) in [
            ("previous_id", response.previousID), ("conversation_id", response.conversationID),
            ("instructions", response.instructions),
        ] {
            if let value { fields.append((name, Array(value.utf8))) }
        }
        return fields
    }

    private static func response(_ value: RedisValue, _ tenant: String, _ now: Double) -> StoredResponse? {
        guard let parts = value.array, parts.count >= 2 else { return nil }
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = parts[index].bytes, let bytes = parts[index + 1].bytes else { return nil }
            fields[String(decoding: name, as: UTF8.self)] = bytes
        }
        func text(_ name: String) -> String? { fields[name].map { String(decoding: $0, as: UTF8.self) } }
        guard let id = text("id"), text("tenant") == tenant, let createdAt = text("created_at").flatMap(Double.init),
            let expiresAt = text("expires_at").flatMap(Double.init), now < expiresAt, let input = fields["input"],
            let output = fields["output"], let object = fields["object"]
        else { return nil }
        return StoredResponse(
            id: id, tenant: tenant, createdAt: createdAt, expiresAt: expiresAt, previousID: text("previous_id"),
            conversationID: text("conversation_id"), instructions: text("instructions"), input: input, output: output,
            object: object)
    }

    // MARK: Scripts

    private static let putScript: StaticString = """
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], unpack(ARGV, 5))
        redis.call('PEXPIREAT', KEYS[1], ARGV[1])
        if KEYS[2] then
          redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
          redis.call('ZREMRANGEBYRANK', KEYS[2], 0, ARGV[4])
          local time = redis.call('TIME')
          local left = ARGV[1] - time[1] * 1000
          if left > redis.call('PTTL', KEYS[2]) then redis.call('PEXPIREAT', KEYS[2], ARGV[1]) end
        end
        return 1
        """

    private static let latestScript: StaticString = """
        for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, -1)) do
          local key = ARGV[1] .. id
          local expires = redis.call('HGET', key, 'expires_at')
          if not expires then redis.call('ZREM', KEYS[1], id)
          elseif tonumber(expires) > tonumber(ARGV[2]) then return redis.call('HGETALL', key) end
        end
        return {}
        """
}
