public import Routing
internal import Telemetry

/// How a model, or one of its backends, behaves now.
public struct ObservedLatencies: Sendable, Hashable {
    /// The name that the policy gives the model.
    public var model: String
    /// Nil stands for all backends of the model together.
    public var backend: String?
    public var timeToFirstToken: LatencyProfile?
    /// Without the time to the first token.
    public var timePerOutputToken: LatencyProfile?
    /// Requests that the model serves now; nil for a single backend.
    public var inFlight: Int?
    /// Whether its last calls failed; nil for a single backend.
    public var isFailing: Bool?
}

extension RouterMemory {
    /// What was observed of the models that were called, and of each backend.
    public var latencies: [ObservedLatencies] {
        let now = UTCTime.now().unixSeconds
        return observations.all.flatMap { name, model in
            [
                ObservedLatencies(
                    model: name, timeToFirstToken: model.timeToFirstToken.profile(at: now),
                    timePerOutputToken: model.timePerOutputToken.profile(at: now), inFlight: model.inFlight,
                    isFailing: model.isFailing(at: now))
            ]
                + model.byBackend.map { backend, observed in
                    ObservedLatencies(
                        model: name, backend: backend, timeToFirstToken: observed.timeToFirstToken.profile(at: now),
                        timePerOutputToken: observed.timePerOutputToken.profile(at: now))
                }
        }
    }
}
