internal import Routing
internal import Synchronization
internal import Telemetry

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How the models behave now: latencies, requests in flight, failures. By the names that policies give them, across
/// generations.
final class ModelObservations: Sendable {
    /// The latencies of one backend.
    final class Backend: Sendable {
        let timeToFirstToken = LatencyMeter()
        /// Seconds for each token after the first.
        let timePerOutputToken = LatencyMeter()
    }

    /// One model's, over all of its backends.
    final class Model: Sendable {
        let timeToFirstToken = LatencyMeter()
        let timePerOutputToken = LatencyMeter()
        private let backends = Mutex<[String: Backend]>([:])
        private let inFlightCount = Atomic<Int>(0)
        private let outcomes = Mutex(RecentOutcomes())

        /// The observations of one of its backends; made when they are first asked for.
        func backend(_ name: String) -> Backend {
            backends.withLock { backends in
                if let known = backends[name] { return known }
                let made = Backend()
                backends[name] = made
                return made
            }
        }

        /// The backends that were called, by name.
        var byBackend: [(name: String, backend: Backend)] {
            backends.withLock { $0 }.map { (name: $0.key, backend: $0.value) }.sorted { $0.name < $1.name }
        }

        var inFlight: Int { max(0, inFlightCount.load(ordering: .relaxed)) }

        func changeInFlight(by change: Int) { inFlightCount.add(change, ordering: .relaxed) }

        /// A call ended. Seconds since 1970.
        func ended(isFailure: Bool, at now: Double) { outcomes.withLock { $0.add(isFailure: isFailure, at: now) } }

        /// Whether calls of the last minutes mostly failed. It heals with time, and with every success.
        func isFailing(at now: Double) -> Bool { outcomes.withLock { $0.decayed(to: now) }.isFailing }
    }

    /// Counts that lose half their weight in two minutes.
    private struct RecentOutcomes {
        static let halfLife = 120.0
        var failures = 0.0
        var successes = 0.0
        var updated = 0.0

        var isFailing: Bool { failures > 1.5 && failures > successes }

        func decayed(to now: Double) -> RecentOutcomes {
            let factor = exp2(-max(0, now - updated) / Self.halfLife)
            return RecentOutcomes(failures: failures * factor, successes: successes * factor, updated: now)
        }

        mutating func add(isFailure: Bool, at now: Double) {
            self = decayed(to: now)
            // Bounded, so that a model that was down for long is tried again within minutes.
            if isFailure { failures = min(4, failures + 1) } else { successes = min(8, successes + 1) }
            if !isFailure { failures = max(0, failures - 1) }
        }
    }

    private let models = Mutex<[String: Model]>([:])

    /// The models that were observed, by name.
    var all: [(name: String, model: Model)] {
        models.withLock { $0 }.map { (name: $0.key, model: $0.value) }.sorted { $0.name < $1.name }
    }

    /// The observations of a model; made when it is first asked for.
    func model(_ name: String) -> Model {
        models.withLock { models in
            if let known = models[name] { return known }
            let made = Model()
            models[name] = made
            return made
        }
    }
}

/// The latencies of the last ten minutes, at most 512 of them.
final class LatencyMeter: Sendable {
    private struct State {
        var samples: [(seconds: Double, at: Double)] = []
        var next = 0
        var profile: LatencyProfile?
        var profiledAt = -Double.infinity
        var isStale = false
    }

    private static let capacity = 512
    private static let window = 600.0
    /// Seconds for which a profile of many samples is good enough.
    private static let refresh = 1.0

    private let state = Mutex(State())

    func record(_ seconds: Double, at now: Double) {
        guard seconds > 0, seconds < 1_000 else { return }
        state.withLock { state in
            if state.samples.count < Self.capacity {
                state.samples.append((seconds, now))
            } else {
                state.samples[state.next] = (seconds, now)
                state.next = (state.next + 1) % Self.capacity
            }
            state.isStale = true
        }
    }

    /// The distribution; nil without samples in the window.
    func profile(at now: Double) -> LatencyProfile? {
        state.withLock { state in
            let age = now - state.profiledAt
            guard state.isStale || age > Self.window / 10 else { return state.profile }
            if state.samples.count >= 32, age < Self.refresh { return state.profile }
            let start = state.samples.count < Self.capacity ? 0 : state.next
            let ordered = state.samples[start...] + state.samples[..<start]
            state.profile = LatencyProfile(ordered.lazy.filter { now - $0.at <= Self.window }.map(\.seconds))
            state.profiledAt = now
            state.isStale = false
            return state.profile
        }
    }
}

extension UTCTime {
    /// Seconds since 1970.
    var unixSeconds: Double { Double(seconds) + Double(nanoseconds) / 1e9 }
}
