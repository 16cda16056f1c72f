internal import Exchange
internal import Routing
internal import State
internal import Wire

/// How routed requests turned out. Spec selection-learning §4.5, Appendix A.1.
enum OutcomeEndpoints {
    @Sendable static func ingest(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        guard let key = request.idempotencyKey, !key.isEmpty else {
            throw ManagementError(
                .missingIdempotencyKey, "the header Idempotency-Key is missing; any text that names this outcome")
        }
        guard key.utf8.count <= 256 else {
            throw ManagementError(.invalidIdempotencyKey, "Idempotency-Key has more than 256 bytes")
        }
        let now = Timestamp.seconds
        let rate = source.memory.outcomeRate
        guard rate.admits(request.caller.role, at: now) else {
            throw ManagementError(.rateLimited, "more than \(rate.limit) outcomes in a minute; send them later")
        }
        let outcome = try Outcome(request.body)
        let memory = source.memory
        guard let routed = await routed(outcome.replayID, memory) else {
            throw ManagementError(
                .replayNotFound,
                "no routed request \(outcome.replayID.prefix(128)) is remembered; "
                    + "the id is the answer's header x-vsr-replay-id")
        }
        if outcome.target == .model, let model = outcome.targetReference, model != routed.model {
            throw ManagementError(
                .outcomeOwnershipMismatch, "the request was served by \(routed.model), not by \(model.prefix(128))")
        }
        // Counted per role, so that one caller's key cannot swallow another's outcome.
        guard memory.routed.claim("\(request.caller.role)\u{0}\(key)", at: now) else {
            return answer(updated: 0, isRecorded: false, isDuplicate: true)
        }
        await record(outcome, in: memory.replay, at: now)
        guard outcome.target == .model else { return answer(updated: 0, isRecorded: true) }
        let keys = routed.experienceKeys(for: routed.model)
        memory.experience.update(keys) { $0.record(outcome.verdict, score: outcome.score, at: now) }
        if let user = routed.user {
            let isGood = outcome.verdict == .goodFit || outcome.verdict == .overprovisioned
            memory.experience.judge(user: user, model: routed.model, rating: isGood ? outcome.score : 0, at: now)
        }
        return answer(updated: 1, isRecorded: true)
    }

    /// The request that an outcome is told of: a recent one, else one whose replay record is kept.
    private static func routed(_ id: String, _ memory: RouterMemory) async -> RoutedRequest? {
        if let recent = memory.routed.request(id) { return recent }
        guard let record = try? await memory.replay?.store.record(id, includingPayload: false) else { return nil }
        let document = try? JSON(parsing: record.document, limits: JSONLimits(maxBytes: .max))
        return RoutedRequest(
            recipe: record.recipe, decision: record.decision, tier: document?["decision_tier"]?.int ?? 0,
            model: record.selectedModel)
    }

    /// Adds an outcome to the request's replay record. An outcome may come before the record is written.
    private static func record(_ outcome: Outcome, in writer: ReplayWriter?, at now: Double) async {
        guard let writer else { return }
        let text = outcome.json(at: now)
        for _ in 0..<25 {
            let mayCome = writer.backlog > 0
            if (try? await writer.store.addOutcome(text, to: outcome.replayID)) == true || !mayCome { return }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    private static func answer(updated: Int, isRecorded: Bool, isDuplicate: Bool = false) -> ManagementAnswer {
        var members: [(String, JSON)] = [
            ("success", .bool(true)), ("updated", .int(updated)), ("recorded", .bool(isRecorded)),
        ]
        if isDuplicate { members.append(("duplicate", .bool(true))) }
        members.append(("timestamp", .string(Timestamp.now)))
        return ManagementAnswer(.object(members))
    }
}

/// The body of an outcome.
struct Outcome {
    /// What the outcome is about.
    enum Target: String, CaseIterable {
        case model, route, policy, stability, provider, router
    }

    var replayID: String
    var target: Target
    var targetReference: String?
    var verdict: OutcomeVerdict
    /// How much it weighs, 0 to 1.
    var score: Double
    /// Who says so, why, and what else was told.
    private var source: String?
    private var reason: String?
    private var metadata: [(String, JSON)] = []

    /// The outcome as replay records keep it.
    func json(at now: Double) -> [UInt8] {
        var members: [(String, JSON)] = [
            ("timestamp", .string(Timestamp.text(now))), ("source", .string(source ?? "operator")),
            ("target", .string(target.rawValue)), ("verdict", .string(verdict.rawValue)), ("score", .number(score)),
        ]
        if let targetReference { members.append(("target_ref", .string(targetReference))) }
        if let reason { members.append(("reason", .string(reason))) }
        if !metadata.isEmpty { members.append(("metadata", .object(metadata))) }
        return JSON.object(members).serialized()
    }

    private static let sources = ["user", "agent", "eval", "operator", "provider", "router"]

    init(_ body: [UInt8]) throws(ManagementError) {
        guard let document = try? JSONDocument(parsing: body, limits: JSONLimits(maxBytes: 256 << 10)),
            document.root.kind == .object
        else { throw Self.invalid("the body must be a JSON object") }
        let root = document.root
        replayID = try Self.text(root, "replay_id", isRequired: true, limit: 256) ?? ""
        guard let target = Target(rawValue: try Self.text(root, "target", limit: 64) ?? "model") else {
            throw Self.invalid("target must be one of \(Target.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.target = target
        targetReference = try Self.text(root, "target_ref", limit: 512)
        guard let verdict = OutcomeVerdict(rawValue: try Self.text(root, "verdict", isRequired: true, limit: 64) ?? "")
        else {
            throw Self.invalid(
                "verdict must be one of \(OutcomeVerdict.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.verdict = verdict
        source = try Self.text(root, "source", limit: 64)
        reason = try Self.text(root, "reason", limit: 4_096)
        if let source, !Self.sources.contains(source) {
            throw Self.invalid("source must be one of \(Self.sources.joined(separator: ", "))")
        }
        score = 1
        if let given = root["score"], !given.isNull {
            guard let number = given.double, (0...1).contains(number) else {
                throw Self.invalid("score must be a number from 0 to 1")
            }
            score = number
        }
        guard let metadata = root["metadata"], !metadata.isNull else { return }
        guard metadata.kind == .object, metadata.count <= 32 else {
            throw Self.invalid("metadata must be an object with at most 32 members")
        }
        for member in metadata.members
        where member.key.utf8.count > 128 || (member.value.string?.utf8.count ?? .max) > 1_024 {
            throw Self.invalid("metadata has names up to 128 and texts up to 1024 bytes")
        }
        self.metadata = metadata.members.map { ($0.key, JSON($0.value)) }
    }

    private static func text(
        _ root: JSONValue, _ name: String, isRequired: Bool = false, limit: Int
    ) throws(ManagementError) -> String? {
        guard let value = root[name], !value.isNull else {
            if isRequired { throw invalid("\(name) is missing") }
            return nil
        }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= limit else {
            throw invalid("\(name) must be a text of 1 to \(limit) bytes")
        }
        return text
    }

    private static func invalid(_ message: String) -> ManagementError { ManagementError(.invalidOutcome, message) }
}
