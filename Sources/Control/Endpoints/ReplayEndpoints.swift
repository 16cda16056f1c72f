internal import Exchange
internal import State
internal import Wire

/// Records of routed requests: listed, read, added up, and put in the order of a session. Spec pipeline-api §5.12.
enum ReplayEndpoints {
    /// Larger answers are refused; a smaller limit makes them smaller.
    static let maximumAnswerBytes = 4 << 20
    private static let detail = "replay.detail"

    @Sendable static func list(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let writer = try writer(source)
        let filter = try ReplayFilter(request.query)
        let limit = try number(request.query, "limit", default: 20, in: 1...100)
        let offset = try number(request.query, "offset", default: 0, in: 0...Int(Int32.max))
        let isDetailed = request.query["showDetails"] == "true" && request.caller.may(detail)
        let page: ReplayPage
        let outcomes: [String: [[UInt8]]]
        do throws(StateError) {
            page = try await writer.page(filter, limit: limit, offset: offset, includingPayload: isDetailed)
            outcomes = try await writer.store.outcomes(of: page.records.map(\.id))
        } catch { throw ManagementError(error) }
        let end = offset + page.records.count
        var members: [(String, JSON)] = [
            ("object", "router_replay.list"), ("count", .int(page.records.count)), ("total", .int(page.total)),
            ("limit", .int(limit)), ("offset", .int(offset)), ("has_more", .bool(end < page.total)),
        ]
        if end < page.total { members.append(("next_offset", .int(end))) }
        members.append(
            ("data", .array(page.records.map { json($0, outcomes[$0.id] ?? [], isDetailed: isDetailed) })))
        return try answer(.object(members))
    }

    @Sendable static func record(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let writer = try writer(source)
        let id = request.parameters["id"] ?? ""
        let isDetailed = request.caller.may(detail)
        let found: ReplayRecord?
        let outcomes: [String: [[UInt8]]]
        do throws(StateError) {
            found = try await writer.record(id, includingPayload: isDetailed)
            outcomes = try await writer.store.outcomes(of: [id])
        } catch { throw ManagementError(error) }
        guard let found else {
            throw ManagementError(
                .replayNotFound,
                "there is no record \(id.prefix(128)); the id is the answer's header x-vsr-replay-id")
        }
        return try answer(json(found, outcomes[id] ?? [], isDetailed: isDetailed))
    }

    @Sendable static func aggregate(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let store = try writer(source).store
        let filter = try ReplayFilter(request.query)
        let sum: ReplayAggregate
        do throws(StateError) { sum = try await store.aggregate(filter) } catch { throw ManagementError(error) }
        return try answer(json(sum))
    }

    /// The turns of a session, oldest first, with what was asked and answered where texts are kept.
    @Sendable static func trajectory(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let store = try writer(source).store
        guard let session = request.query["session_id"], !session.isEmpty else {
            throw ManagementError(.invalidInput, "session_id is missing: /v1/router_replay/trajectory?session_id=…")
        }
        var filter = ReplayFilter()
        filter.sessionID = session
        let isDetailed = request.caller.may(detail)
        let page: ReplayPage
        do throws(StateError) {
            page = try await store.page(filter, limit: 500, offset: 0, includingPayload: isDetailed)
        } catch { throw ManagementError(error) }
        let turns = page.records.reversed().flatMap { ReplayTrajectory.messages(of: $0, isDetailed: isDetailed) }
        return try answer([
            "object": "router_replay.trajectory", "session_id": .string(session),
            "record_count": .int(page.records.count), "has_more": .bool(page.total > page.records.count),
            "messages": .array(turns),
        ])
    }

    // MARK: Parts

    private static func writer(_ source: any ManagementSource) throws(ManagementError) -> ReplayWriter {
        guard let writer = source.memory.replay else {
            throw ManagementError(.replayUnavailable, "this router keeps no replay records")
        }
        return writer
    }

    private static func number(
        _ query: [String: String], _ name: String, default value: Int, in range: ClosedRange<Int>
    ) throws(ManagementError) -> Int {
        guard let text = query[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw ManagementError(
                .invalidInput, "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func answer(_ json: JSON) throws(ManagementError) -> ManagementAnswer {
        let answer = ManagementAnswer(json)
        guard answer.body.count <= maximumAnswerBytes else {
            throw ManagementError(
                .bodyTooLarge, "the answer has more than \(maximumAnswerBytes) bytes; ask for fewer with ?limit=")
        }
        return answer
    }

    private static func json(_ record: ReplayRecord, _ outcomes: [[UInt8]], isDetailed: Bool) -> JSON {
        var members = parsed(record.document)
        if let place = members.firstIndex(where: { $0.0 == "id" }) { members[place].1 = .string(record.id) }
        if !outcomes.isEmpty {
            members.append(("outcomes", .array(outcomes.map { .object(shown(parsed($0), isDetailed: isDetailed)) })))
        }
        if isDetailed { members += parsed(record.payload) }
        return .object(members)
    }

    /// Without `replay.detail` the free texts of outcomes are left out.
    private static func shown(_ outcome: [(String, JSON)], isDetailed: Bool) -> [(String, JSON)] {
        isDetailed ? outcome : outcome.filter { $0.0 != "reason" && $0.0 != "metadata" }
    }

    private static func parsed(_ bytes: [UInt8]) -> [(String, JSON)] {
        (try? JSON(parsing: bytes, limits: JSONLimits(maxBytes: .max)))?.object ?? []
    }

    private static func json(_ sum: ReplayAggregate) -> JSON {
        func counts(_ values: some Sequence<ReplayAggregate.Count>) -> JSON {
            .array(values.map { ["name": .string($0.name), "count": .int($0.count)] })
        }
        let tokens = sum.tokens
        return [
            "object": "router_replay.aggregate", "record_count": .int(sum.recordCount),
            "lifecycle": .object(sum.lifecycle.map { ($0.name, .int($0.count)) }),
            "summary": [
                "total_saved": .number(sum.baselineCost - sum.actualCost), "baseline_spend": .number(sum.baselineCost),
                "actual_spend": .number(sum.actualCost), "currency": .string(sum.currency),
                "cost_record_count": .int(sum.pricedRecords), "excluded_record_count": .int(sum.excludedRecords),
            ],
            "model_selection": counts(sum.models.prefix(10)), "decision_distribution": counts(sum.decisions),
            "signal_distribution": counts(sum.signals),
            "token_volume": [
                "prompt": .int(tokens.reduce(0) { $0 + $1.prompt }),
                "cached": .int(tokens.reduce(0) { $0 + $1.cached }),
                "completion": .int(tokens.reduce(0) { $0 + $1.completion }),
            ],
            "token_breakdown": .array(
                tokens.prefix(8).map {
                    [
                        "model": .string($0.model), "prompt": .int($0.prompt), "cached": .int($0.cached),
                        "completion": .int($0.completion),
                    ]
                }),
            "available_recipes": .array(sum.recipes.map { .string($0.name) }),
            "available_decisions": .array(sum.decisions.map { .string($0.name) }),
            "available_models": .array(sum.models.map { .string($0.name) }),
        ]
    }
}

extension ReplayFilter {
    /// The filter that a query names. Names that mean nothing are refused: a filter that is not heeded shows what was
    /// not asked for.
    init(_ query: [String: String]) throws(ManagementError) {
        self.init()
        let paging = ["limit", "offset", "showDetails"]
        let known = ["search", "recipe", "decision", "model", "session_id", "cache_status", "since", "until"]
        if let other = query.keys.sorted().first(where: { !paging.contains($0) && !known.contains($0) }) {
            throw ManagementError(
                .invalidInput, "\(other.prefix(64)) is no filter; known are \(known.joined(separator: ", "))")
        }
        search = query["search"]
        recipe = query["recipe"]
        decision = query["decision"]
        model = query["model"]
        sessionID = query["session_id"]
        if let text = query["cache_status"] {
            guard let status = CacheStatus(rawValue: text) else {
                throw ManagementError(
                    .invalidInput,
                    "cache_status must be one of \(CacheStatus.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            cacheStatus = status
        }
        since = try Self.moment(query["since"], "since")
        until = try Self.moment(query["until"], "until")
    }

    private static func moment(_ text: String?, _ name: String) throws(ManagementError) -> Double? {
        guard let text else { return nil }
        guard let moment = ReplayTime.moment(text, now: Timestamp.seconds) else {
            throw ManagementError(
                .invalidInput, "\(name) must be seconds since 1970, a time such as 2026-01-31T12:00:00Z, or 24h, 7d")
        }
        return moment
    }
}

extension ManagementError {
    /// A failure of the store behind the API.
    init(_ error: StateError) { self.init(.stateUnavailable, error.description) }
}
