internal import HTTPTypes
internal import Wire

/// A request whose caller may make it and whose body is read.
struct ManagementRequest: Sendable {
    var method = HTTPRequest.Method.get
    /// Without query and slash at its end.
    var path = ""
    var contentType = ""
    /// The parts of the path that the endpoint names in braces, by name.
    var parameters: [String: String] = [:]
    /// The query, by name; of repeated names the last.
    var query: [String: String]
    var body: [UInt8]
    var caller: AccessControl.Caller
    /// The header `Idempotency-Key`, where there is one.
    var idempotencyKey: String?
}

/// An answer without what every answer has.
struct ManagementAnswer: Sendable {
    var status = HTTPResponse.Status.ok
    var contentType = "application/json"
    var headers: [(HTTPField.Name, String)] = []
    var body: [UInt8]

    init(body: [UInt8], contentType: String = "application/json", headers: [(HTTPField.Name, String)] = []) {
        self.body = body
        self.contentType = contentType
        self.headers = headers
    }

    init(_ json: JSON, status: HTTPResponse.Status = .ok) {
        self.status = status
        body = json.serialized()
    }
}

/// One endpoint: what it is called, who may call it and what it does. The list of endpoints, routing and access all
/// come from this.
struct Endpoint: Sendable {
    var method: HTTPRequest.Method
    /// A part in braces, as in `/v1/router_replay/{id}`, stands for any one part.
    var path: String
    /// The permission that a caller needs.
    var permission: String
    /// Whether it answers without a token.
    var isPublic = false
    var description: String
    var handle: @Sendable (ManagementRequest, any ManagementSource) async throws(ManagementError) -> ManagementAnswer

    /// The named parts of a path that this endpoint answers; nil when it is another's path.
    func parameters(in path: String) -> [String: String]? {
        guard self.path.contains("{") else { return self.path == path ? [:] : nil }
        let pattern = self.path.split(separator: "/", omittingEmptySubsequences: false)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard pattern.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (expected, given) in zip(pattern, parts) {
            if expected.hasPrefix("{") {
                guard !given.isEmpty else { return nil }
                parameters[String(expected.dropFirst().dropLast())] = String(given)
            } else if expected != given {
                return nil
            }
        }
        return parameters
    }
}

/// All endpoints. A new one is one line here.
enum Endpoints {
    static let all: [Endpoint] = own + DocumentEndpoints.all

    private static let own: [Endpoint] = [
        Endpoint(
            method: .get, path: "/health", permission: "health.read", isPublic: true,
            description: "Whether the process is alive", handle: StatusEndpoints.health),
        Endpoint(
            method: .get, path: "/ready", permission: "ready.read",
            description: "Whether requests are served; lists missing models and constructs without effect",
            handle: StatusEndpoints.ready),
        Endpoint(
            method: .get, path: "/startup-status", permission: "ready.read", description: "How far starting has come",
            handle: StatusEndpoints.ready),
        Endpoint(
            method: .get, path: "/metrics", permission: "metrics.read", description: "Metrics in Prometheus' format",
            handle: StatusEndpoints.metrics),
        Endpoint(
            method: .get, path: "/api/v1", permission: "docs.read", description: "This list",
            handle: StatusEndpoints.catalogue),
        Endpoint(
            method: .post, path: "/api/v1/eval", permission: "classify.invoke",
            description: "Evaluates a request with all signals; ?trace=true explains every decision",
            handle: EvaluationEndpoints.evaluate),
        Endpoint(
            method: .post, path: "/api/v1/classify/intent", permission: "classify.invoke",
            description: "Category, decision and model of a request", handle: EvaluationEndpoints.intent),
        Endpoint(
            method: .get, path: "/config/router", permission: "config.read",
            description: "The effective configuration with the origin of each value, secrets masked",
            handle: ConfigurationEndpoints.effective),
        Endpoint(
            method: .get, path: "/config/hash", permission: "config.read",
            description: "Whether the file on disk is the one that serves", handle: ConfigurationEndpoints.hash),
        Endpoint(
            method: .get, path: "/v1/models", permission: "config.read",
            description: "The models that clients can ask for",
            handle: ConfigurationEndpoints.models),
        Endpoint(
            method: .post, path: "/v1/router/outcomes", permission: "learning.ingest",
            description: "Tells how a routed request turned out; needs the header Idempotency-Key",
            handle: OutcomeEndpoints.ingest),
        Endpoint(
            method: .get, path: "/api/v1/learning", permission: "replay.read",
            description: "What was learned of each model, by decision; what it prints can be put back",
            handle: LearningEndpoints.list),
        Endpoint(
            method: .post, path: "/api/v1/learning", permission: "learning.ingest",
            description: "Puts learned records back", handle: LearningEndpoints.restore),
        Endpoint(
            method: .post, path: "/api/v1/learning/reset", permission: "learning.ingest",
            description: "Forgets what was learned; ?decision=NAME&recipe=NAME forgets one decision",
            handle: LearningEndpoints.reset),
        Endpoint(
            method: .post, path: "/api/v1/learning/checkpoint", permission: "learning.ingest",
            description: "Marks the learned state, so that it can be gone back to",
            handle: LearningEndpoints.checkpoint),
        Endpoint(
            method: .post, path: "/api/v1/learning/rollback", permission: "learning.ingest",
            description: "Goes back to the last mark; ?checkpoint=N to another, ?decision=NAME for one decision",
            handle: LearningEndpoints.rollBack),
        Endpoint(
            method: .get, path: "/v1/memory", permission: "data.read",
            description: "What is remembered of a user; ?user_id=NAME&type=episodic&status=quarantined",
            handle: MemoryEndpoints.list),
        Endpoint(
            method: .post, path: "/v1/memory", permission: "data.write",
            description: "Remembers something of a user: user_id, content, type", handle: MemoryEndpoints.create),
        Endpoint(
            method: .delete, path: "/v1/memory", permission: "data.write",
            description: "Forgets what is remembered of a user; ?user_id=NAME&type=episodic",
            handle: MemoryEndpoints.deleteAll),
        Endpoint(
            method: .get, path: "/v1/memory/quarantine", permission: "data.read",
            description: "What is kept apart of all users, with the reason; ?limit=20&offset=0",
            handle: MemoryEndpoints.quarantine),
        Endpoint(
            method: .post, path: "/v1/memory/{id}/release", permission: "data.write",
            description: "Lets a memory that was kept apart be used; ?user_id=NAME", handle: MemoryEndpoints.release),
        Endpoint(
            method: .get, path: "/v1/memory/{id}", permission: "data.read",
            description: "One memory of a user; ?user_id=NAME", handle: MemoryEndpoints.get),
        Endpoint(
            method: .delete, path: "/v1/memory/{id}", permission: "data.write",
            description: "Forgets one memory of a user; ?user_id=NAME", handle: MemoryEndpoints.delete),
        Endpoint(
            method: .get, path: "/api/v1/costs", permission: "cost.read",
            description: "What requests cost; ?group_by=model,decision,recipe,tenant,hour,day&since=24h",
            handle: CostEndpoints.list),
        Endpoint(
            method: .get, path: "/v1/router_replay", permission: "replay.read",
            description: "Records of routed requests, newest first; filters in the query", handle: ReplayEndpoints.list
        ),
        Endpoint(
            method: .get, path: "/v1/router_replay/aggregate", permission: "replay.read",
            description: "Records added up: models, decisions, signals, tokens, costs",
            handle: ReplayEndpoints.aggregate),
        Endpoint(
            method: .get, path: "/v1/router_replay/trajectory", permission: "replay.read",
            description: "The turns of one session, oldest first; ?session_id=NAME",
            handle: ReplayEndpoints.trajectory),
        Endpoint(
            method: .get, path: "/v1/router_replay/{id}", permission: "replay.read",
            description: "One record; texts need the permission replay.detail", handle: ReplayEndpoints.record),
        Endpoint(
            method: .get, path: "/info/models", permission: "config.read",
            description: "The models behind signals and their state", handle: StatusEndpoints.models),
    ]
}
