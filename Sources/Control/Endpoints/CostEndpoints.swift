internal import Exchange
internal import State
internal import Wire

/// What requests cost.
enum CostEndpoints {
    private static let parameters: Set<String> = ["group_by", "since", "until", "limit"]
    private static let maximumLines = 10_000

    @Sendable static func list(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let now = Int64(Timestamp.seconds)
        let query = try query(request, now)
        let lines: [CostLine]
        do throws(StateError) { lines = try source.memory.costs.lines(query, at: now) } catch {
            throw ManagementError(error)
        }
        return ManagementAnswer([
            "object": "costs", "since": query.since.map { .int(Int($0)) } ?? .null,
            "until": query.until.map { .int(Int($0)) } ?? .null,
            "group_by": .array(query.groups.map { .string($0.rawValue) }),
            "groups": .array(lines.prefix(query.limit).map { self.line($0, query.groups) }),
            "truncated": .bool(lines.count > query.limit),
        ])
    }

    private static func query(_ request: ManagementRequest, _ now: Int64) throws(ManagementError) -> CostQuery {
        var query = CostQuery()
        for (name, value) in request.query {
            if parameters.contains(name) { continue }
            guard let group = CostQuery.Group(rawValue: name), group != .hour, group != .day else {
                throw ManagementError(
                    .invalidInput,
                    "no parameter is named \(name.prefix(40)); there are group_by, since, until, limit, recipe, decision, model and tenant"
                )
            }
            query.filters[group] = value
        }
        for name in (request.query["group_by"] ?? "").split(separator: ",") {
            guard let group = CostQuery.Group(rawValue: String(name)) else {
                let known = CostQuery.Group.allCases.map(\.rawValue).joined(separator: ", ")
                throw ManagementError(.invalidInput, "group_by takes \(known), separated by commas")
            }
            if !query.groups.contains(group) { query.groups.append(group) }
        }
        query.since = try time("since", request, now)
        query.until = try time("until", request, now)
        if let text = request.query["limit"] {
            guard let limit = Int(text), (1...maximumLines).contains(limit) else {
                throw ManagementError(.invalidInput, "limit must be from 1 to \(maximumLines)")
            }
            query.limit = limit
        }
        return query
    }

    /// A moment, in seconds since 1970.
    private static func time(
        _ name: String, _ request: ManagementRequest, _ now: Int64
    ) throws(ManagementError) -> Int64? {
        guard let text = request.query[name] else { return nil }
        guard let moment = ReplayTime.moment(text, now: Double(now)), (0...1e12).contains(moment) else {
            throw ManagementError(
                .invalidInput, "\(name) must be seconds since 1970, a time such as 2026-01-31T12:00:00Z, or 24h, 7d")
        }
        return Int64(moment)
    }

    private static func line(_ line: CostLine, _ groups: [CostQuery.Group]) -> JSON {
        var members: [(String, JSON)] = groups.map { group in
            let name = line.names[group] ?? ""
            guard group == .hour || group == .day else { return (group.rawValue, .string(name)) }
            return (group.rawValue, .string(Timestamp.text(Double(name) ?? 0)))
        }
        let sums = line.sums
        members += [
            ("currency", line.currency.isEmpty ? .null : .string(line.currency)), ("requests", .int(sums.requests)),
            ("cache_hits", .int(sums.cacheHits)), ("excluded_requests", .int(sums.excluded)),
            ("uncompared_requests", .int(sums.uncompared)), ("prompt_tokens", .int(sums.promptTokens)),
            ("cached_tokens", .int(sums.cachedTokens)), ("completion_tokens", .int(sums.completionTokens)),
            ("actual_cost", .number(sums.actual)), ("baseline_cost", .number(sums.baseline)),
            ("cost_savings", .number(sums.savings)),
        ]
        return .object(members)
    }
}
