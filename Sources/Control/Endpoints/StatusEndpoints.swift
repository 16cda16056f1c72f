internal import Evidence
internal import Exchange
internal import HTTPTypes
internal import Wire

/// Health, readiness, information. Spec pipeline-api §5.3.
enum StatusEndpoints {
    @Sendable static func health(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        ManagementAnswer(.object([("status", "healthy"), ("service", "classification-api")]))
    }

    @Sendable static func ready(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        let status = source.startupStatus
        let generation = source.currentGeneration
        var members = state(status)
        members.append(("generation", .int(generation.number)))
        members += generation.readiness.members
        return ManagementAnswer(.object(members), status: status.isReady ? .ok : .serviceUnavailable)
    }

    @Sendable static func metrics(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        ManagementAnswer(body: source.metricsText(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    @Sendable static func catalogue(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        let endpoints = Endpoints.all.map { endpoint -> JSON in
            .object([
                ("method", .string(endpoint.method.rawValue)), ("path", .string(endpoint.path)),
                ("permission", .string(endpoint.permission)), ("description", .string(endpoint.description)),
            ])
        }
        return ManagementAnswer(
            .object([
                ("service", "classification-api"), ("version", "v1"), ("endpoints", .array(endpoints)),
                (
                    "task_types",
                    .array([
                        .object([
                            ("name", "intent"),
                            ("description", "The category, the decision and the model of a request"),
                        ])
                    ])
                ),
            ]))
    }

    @Sendable static func models(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        let status = source.startupStatus
        let missing = source.currentGeneration.readiness.missing
        func model(_ name: String, _ type: String, _ state: String, _ categories: [String]) -> JSON {
            .object([
                ("name", .string(name)), ("type", .string(type)), ("loaded", .bool(state == "loaded")),
                ("state", .string(state)), ("categories", .array(categories.map { .string($0) })),
            ])
        }
        let models =
            source.signalModels.map(loaded)
            + status.pendingModels.map { model($0, "signal_model", "pending", []) }
            + missing.map { model($0.family, "signal_model", "missing", $0.signals) }
        var summary = state(status).filter { $0.0 != "total_models" && $0.0 != "ready_models" }
        summary += [("loaded_models", .int(source.signalModels.count)), ("total_models", .int(models.count))]
        return ManagementAnswer(
            .object([("models", .array(models)), ("summary", .object(summary)), ("system", HostFacts.answer)]))
    }

    /// A loaded model with what each head can do and how strong it was measured to be.
    private static func loaded(_ model: LoadedModel) -> JSON {
        let heads = model.heads.map { head -> JSON in
            let strength = head.strength.sorted { $0.key < $1.key }.map { ($0.key, JSON.number($0.value)) }
            return .object([
                ("name", .string(head.name)), ("labels", .array(head.labels.map { .string($0) })),
                ("strength", .object(strength)), ("measured_on", .string(head.measuredOn ?? "")),
            ])
        }
        return .object([
            ("name", .string(model.name)), ("type", "signal_model"), ("loaded", .bool(true)), ("state", "loaded"),
            ("version", .string(model.version)), ("languages", .array(model.languages.map { .string($0) })),
            ("window", .int(model.window)), ("categories", .array(model.heads.map { .string($0.name) })),
            ("heads", .array(heads)),
        ])
    }

    /// The state object of readiness.
    private static func state(_ status: StartupStatus) -> [(String, JSON)] {
        [
            ("phase", .string(status.phase.rawValue)), ("ready", .bool(status.isReady)),
            ("message", .string(status.message)), ("downloading_model", ""),
            ("pending_models", .array(status.pendingModels.map { .string($0) })),
            ("ready_models", .int(status.readyModels.count)),
            ("total_models", .int(status.readyModels.count + status.pendingModels.count)),
            ("updated_at", .string(Timestamp.text(status.updatedAt))),
        ]
    }
}
