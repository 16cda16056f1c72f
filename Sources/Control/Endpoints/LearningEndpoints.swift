internal import Exchange
internal import Routing
internal import State
internal import Wire

/// What was learned: listed, put back, forgotten, and gone back to.
enum LearningEndpoints {
    @Sendable static func list(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let store = source.memory.experience
        let isMeant = selection(request)
        let records = store.all().filter { isMeant($0.key) }.map { key, value in record(key, value) }
        let marks = store.checkpoints.map { mark -> JSON in
            ["checkpoint": .int(mark.number), "at": .number(mark.at)]
        }
        return ManagementAnswer([
            "version": 1, "sessions": .int(source.memory.sessions.count),
            "latencies": .array(source.memory.latencies.map(latency)), "records": .array(records),
            "checkpoints": .array(marks),
        ])
    }

    /// What is observed of a model or backend, in milliseconds.
    private static func latency(_ observed: ObservedLatencies) -> JSON {
        var members: [(String, JSON)] = [("model", .string(observed.model))]
        if let backend = observed.backend { members.append(("backend", .string(backend))) }
        for (name, profile) in [("ttft", observed.timeToFirstToken), ("tpot", observed.timePerOutputToken)] {
            guard let profile else { continue }
            members.append(("\(name)_samples", .int(profile.count)))
            for percentile in [50, 95] {
                members.append(("\(name)_p\(percentile)_ms", .number(profile.percentile(percentile) * 1_000)))
            }
        }
        if let inFlight = observed.inFlight { members.append(("in_flight", .int(inFlight))) }
        if let isFailing = observed.isFailing { members.append(("failing", .bool(isFailing))) }
        return .object(members)
    }

    @Sendable static func restore(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        guard let document = try? JSONDocument(parsing: request.body, limits: JSONLimits(maxBytes: 64 << 20)),
            document.root["version"]?.double == 1, let given = document.root["records"], given.kind == .array
        else {
            throw ManagementError(
                .invalidInput, "the body must be what GET /api/v1/learning prints: version 1 and records")
        }
        var records: [(key: ExperienceKey, value: Experience)] = []
        for entry in given.elements {
            guard let record = parsed(entry) else {
                throw ManagementError(.invalidInput, "records[\(records.count)] is no learned record")
            }
            records.append(record)
        }
        let store = source.memory.experience
        store.checkpoint(at: Timestamp.seconds)
        store.restore(records)
        return ManagementAnswer(["success": true, "restored": .int(records.count)])
    }

    @Sendable static func reset(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let store = source.memory.experience
        let mark = store.checkpoint(at: Timestamp.seconds)
        return ManagementAnswer([
            "success": true, "forgotten": .int(store.reset(selection(request))), "checkpoint": .int(mark),
        ])
    }

    @Sendable static func checkpoint(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        ManagementAnswer([
            "success": true, "checkpoint": .int(source.memory.experience.checkpoint(at: Timestamp.seconds)),
        ])
    }

    @Sendable static func rollBack(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        var number: Int?
        if let given = request.query["checkpoint"] {
            guard let parsed = Int(given) else { throw ManagementError(.invalidInput, "checkpoint must be a number") }
            number = parsed
        }
        guard let restored = source.memory.experience.rollBack(to: number, where: selection(request)) else {
            throw ManagementError(.notFound, "there is no such checkpoint; GET /api/v1/learning lists them")
        }
        return ManagementAnswer(["success": true, "restored": .int(restored)])
    }

    /// The records that the query means: those of a decision, else all.
    private static func selection(_ request: ManagementRequest) -> (ExperienceKey) -> Bool {
        guard let decision = request.query["decision"] else { return { _ in true } }
        let place = ExperienceKey.Place.decision(recipe: request.query["recipe"] ?? "default", name: decision)
        return { $0.place == place }
    }

    // MARK: Records

    private static func record(_ key: ExperienceKey, _ value: Experience) -> JSON {
        let (place, recipe, name) = key.place.columns
        var members: [(String, JSON)] = [("place", .string(place))]
        if !recipe.isEmpty { members.append(("recipe", .string(recipe))) }
        if !name.isEmpty { members.append(("name", .string(name))) }
        members += [
            ("model", .string(key.model)), ("good_fit", .number(value.good)),
            ("underpowered", .number(value.underpowered)), ("overprovisioned", .number(value.overprovisioned)),
            ("failed", .number(value.failed)), ("comparisons", .number(value.comparisons)),
            ("updated_at", .number(value.updated)),
        ]
        for (name, number) in [
            ("latency_seconds", value.latency), ("cache_hit_ratio", value.cacheHits),
            ("input_cost_multiplier", value.inputCost), ("rating", value.rating),
        ] {
            if let number { members.append((name, .number(number))) }
        }
        return .object(members)
    }

    private static func parsed(_ entry: JSONValue) -> (key: ExperienceKey, value: Experience)? {
        guard let place = entry["place"]?.string, let model = entry["model"]?.string,
            let known = ExperienceKey.Place(
                place, recipe: entry["recipe"]?.string ?? "", name: entry["name"]?.string ?? "")
        else { return nil }
        func count(_ name: String) -> Double? {
            guard let value = entry[name] else { return 0 }
            return value.double.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
        guard let good = count("good_fit"), let under = count("underpowered"), let over = count("overprovisioned"),
            let failed = count("failed"), let comparisons = count("comparisons"), let updated = count("updated_at")
        else { return nil }
        var value = Experience()
        (value.good, value.underpowered, value.overprovisioned, value.failed) = (good, under, over, failed)
        (value.comparisons, value.updated) = (comparisons, updated)
        value.latency = entry["latency_seconds"]?.double
        value.cacheHits = entry["cache_hit_ratio"]?.double
        value.inputCost = entry["input_cost_multiplier"]?.double
        value.rating = entry["rating"]?.double.map { min(max($0, 100), 3_000) }
        return (ExperienceKey(known, model: model), value)
    }
}
