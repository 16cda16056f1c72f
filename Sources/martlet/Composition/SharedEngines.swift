import Logging
import Policy
import State

/// Servers beside this process that keep state, as the policy names them when the process starts.
struct SharedEngines: Sendable {
    /// Nil where responses are kept on this machine.
    private(set) var responses: (any ResponseStore)?
    /// Nil where replay records are kept on this machine.
    private(set) var replay: (any ReplayStore)?
    /// Nil where sessions are this process's own.
    private(set) var sessions: (any SharedSessions)?
    private var redis: [RedisPool] = []
    private var postgres: [PostgresPool] = []
    private let logger: Logger

    /// Connects to what is named, later: a server that is away does not keep this process from starting. Throws when the
    /// settings can never work.
    init(_ settings: GlobalSettings?, logger: Logger) throws(StateError) {
        self.logger = logger
        guard let settings else { return }
        let responseAPI = settings.services.responseAPI
        if responseAPI.isEnabled { try keepResponses(responseAPI) }
        if settings.router.learning.stateStore.backend == .redis { try shareSessions(settings.router.learning) }
        let records = settings.services.routerReplay
        if records.storeBackend == .postgres, !records.postgres.host.isEmpty {
            let pool = PostgresPool(PostgresEndpoint(records.postgres), logger: logger)
            postgres.append(pool)
            replay = try PostgresReplayStore(
                pool, table: records.postgres.tableName, lifetime: Double(records.ttlSeconds))
        }
    }

    private mutating func keepResponses(_ settings: ResponseAPISettings) throws(StateError) {
        switch settings.storeBackend {
        case .memory: break
        case .redis:
            guard !settings.redis.address.isEmpty else { return }
            guard !settings.redis.isCluster, !settings.redis.usesTLS else {
                throw StateError(
                    .unusable, "global.services.response_api.redis: clusters and TLS are not built yet; turn them off")
            }
            var endpoint = try Self.endpoint(settings.redis.address, "global.services.response_api.redis.address")
            endpoint.password = settings.redis.password
            endpoint.database = settings.redis.database
            endpoint.connections = settings.redis.poolSize
            endpoint.retries = settings.redis.maximumRetries
            endpoint.connectTimeout = .seconds(max(1, settings.redis.connectTimeoutSeconds))
            endpoint.timeout = .seconds(max(1, settings.redis.readTimeoutSeconds, settings.redis.writeTimeoutSeconds))
            let pool = RedisPool(endpoint, logger: logger)
            redis.append(pool)
            responses = RedisResponseStore(pool, prefix: settings.redis.keyPrefix)
        case .postgres:
            let pool = PostgresPool(PostgresEndpoint(settings.postgres), logger: logger)
            postgres.append(pool)
            responses = try PostgresResponseStore(pool, table: settings.postgres.tableName)
        }
    }

    private mutating func shareSessions(_ settings: LearningSettings) throws(StateError) {
        let store = settings.stateStore
        var endpoint = try Self.endpoint(store.redis.address, "global.router.learning.state_store.redis.address")
        endpoint.password = store.redis.password
        endpoint.database = store.redis.database
        endpoint.retries = 1
        let timeout = Duration.milliseconds(store.timeoutMilliseconds > 0 ? store.timeoutMilliseconds : 50)
        endpoint.timeout = timeout
        let lifetime = store.ttlSeconds > 0 ? store.ttlSeconds : max(1, settings.protection.tuning.idleTimeoutSeconds)
        let pool = RedisPool(endpoint, logger: logger)
        redis.append(pool)
        sessions = RedisSharedSessions(
            pool, prefix: store.redis.keyPrefix, lifetime: .seconds(lifetime), timeout: timeout)
    }

    private static func endpoint(_ text: String, _ key: String) throws(StateError) -> RedisEndpoint {
        guard let address = EngineAddress(text, defaultPort: 6_379) else {
            throw StateError(.unusable, "\(key) is not HOST:PORT")
        }
        return RedisEndpoint(address)
    }

    /// Asks every server once, so that one that is away is said at the start.
    func check() async {
        for pool in redis { _ = try? await pool.command("PING") }
        for pool in postgres { _ = try? await pool.execute("SELECT 1") }
    }

    /// Ends all connections.
    func close() {
        redis.forEach { $0.close() }
        postgres.forEach { $0.close() }
    }
}
