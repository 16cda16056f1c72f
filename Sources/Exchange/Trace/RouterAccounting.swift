internal import Logging
internal import Metrics
internal import NIOCore
internal import Policy
internal import Routing
internal import State
internal import Synchronization
internal import Telemetry
internal import Wire

/// What is counted and logged of every request.
extension Router {
    func requestStarted() {
        requestsInFlight.set(requestCount.add(1, ordering: .relaxed).newValue)
    }

    /// Puts a decision into the record and the metrics.
    func note(_ evaluation: Evaluation, _ recipe: Int, in record: RequestRecord, _ generation: RouterGeneration) {
        record.decision = evaluation.decision?.name
        record.confidence = evaluation.confidence
        record.algorithm = evaluation.selection.method
        record.reasonCode =
            evaluation.decision == nil ? "no_decision" : "decision_\(evaluation.selection.status.rawValue)"
        record.evidenceNanoseconds = evaluation.evidenceNanoseconds
        record.decisionNanoseconds = evaluation.decisionNanoseconds
        record.skippedSignals = evaluation.skipped.count
        let metrics = generation.metrics
        metrics.evaluations.increment()
        metrics.routingLatency.recordNanoseconds(evaluation.evidenceNanoseconds + evaluation.decisionNanoseconds)
        metrics.decisionLatency.recordNanoseconds(evaluation.decisionNanoseconds)
        if let index = evaluation.decisionIndex {
            metrics.decisionMatches[recipe][index].increment()
            metrics.decisionConfidences[recipe][index].record(evaluation.confidence)
        }
        for (family, nanoseconds) in evaluation.familyNanoseconds {
            metrics.signalLatency[family]?.recordNanoseconds(nanoseconds)
        }
        let signals = metrics.signals[recipe]
        for index in signals.indices where evaluation.readings.isRead(index) {
            signals[index].evaluations.increment()
            if evaluation.readings.isMatched(index) { signals[index].matches.increment() }
        }
        for index in evaluation.readings.unknownIndices.prefix(8) {
            record.unknownSignals.append(evaluation.recipe.engine.signals.entries[index].key.description)
        }
    }

    /// Puts what a request cost into the accounts. Requests that no model was asked for are not in them, nor are those
    /// that a backend refused.
    private func account(_ record: RequestRecord, asked: String?, _ generation: RouterGeneration) {
        let isHit = record.path == .cache
        guard record.costs != nil || isHit || (asked != nil && record.status < 400) else { return }
        var sums = CostSums()
        sums.requests = 1
        sums.cacheHits = isHit ? 1 : 0
        if let usage = record.usage {
            sums.promptTokens = usage.promptTokens
            sums.cachedTokens = usage.cachedTokens
            sums.completionTokens = usage.completionTokens
        }
        let model = record.costs?.model ?? asked ?? ""
        if let costs = record.costs {
            sums.actual = costs.actual
            sums.baseline = costs.baseline?.cost ?? 0
            sums.savings = costs.savings ?? 0
            sums.uncompared = costs.baseline == nil ? 1 : 0
            if sums.baseline > 0 { generation.metrics.models[model]?.baselineCost.increment(by: sums.baseline) }
        } else {
            sums.excluded = 1
            generation.metrics.countExcluded(model: model.isEmpty ? "none" : model)
        }
        let now = UTCTime.now().seconds
        generation.memory.costs.add(
            CostKey(
                period: now, recipe: record.recipe ?? "", decision: record.decision ?? "", model: model,
                tenant: record.user ?? "", currency: record.costs?.currency ?? ""), sums, at: now)
    }

    /// Closes a request: metrics and one log line. `model` is the one that answered.
    func finish(_ record: RequestRecord, model: String?, generation: RouterGeneration) {
        requestsInFlight.set(requestCount.subtract(1, ordering: .relaxed).newValue)
        if record.clientVanished { clientDisconnects.increment() }
        let end = NIODeadline.now()
        let asked = model ?? (record.clientVanished ? record.selectedModel : nil)
        record.admission?.settle(record, answeredBy: asked.flatMap { generation.directory.models[$0] })
        account(record, asked: asked, generation)
        if let model, let metrics = generation.metrics.models[model] {
            metrics.requests.increment()
            metrics.completionLatency.recordNanoseconds((end - record.start).nanoseconds)
            if let usage = record.usage {
                metrics.promptTokens.increment(by: usage.promptTokens)
                metrics.completionTokens.increment(by: usage.completionTokens)
                metrics.tokens.increment(by: usage.promptTokens + usage.completionTokens)
            }
            if let first = record.firstByte {
                metrics.timeToFirstToken.recordNanoseconds((first - record.start).nanoseconds)
                if record.isStream, let tokens = record.usage?.completionTokens, tokens > 1 {
                    metrics.timePerOutputToken.recordNanoseconds((end - first).nanoseconds / Int64(tokens))
                }
            }
            if let cost = record.cost, cost > 0 { metrics.cost.increment(by: cost) }
        }
        if let code = record.errorCode {
            Counter(
                label: MetricCatalog.requestErrors.name,
                dimensions: [("model", record.selectedModel ?? "none"), ("reason", code)]
            ).increment()
        }
        if let selected = record.selectedModel, record.recipe != nil {
            let metrics = generation.metrics
            metrics.countRoute(from: record.requestedModel, to: selected, reason: record.reasonCode)
        }
        finishReplay(record, at: end, generation)
        guard logger.logLevel <= .info else { return }
        logger.info("routing_decision", metadata: record.metadata(at: end))
    }
}
