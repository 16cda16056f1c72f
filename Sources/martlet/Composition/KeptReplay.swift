import Exchange
import Foundation
import Logging
import Metrics
import Policy
import State
import Telemetry

/// The replay records of this process, kept where the policy wants them.
enum KeptReplay {
    /// A writer. `shared` is the server that the policy names, `database` the file of the state directory, both nil where
    /// there is none. What neither can take waits in the directory.
    static func writer(
        _ settings: RouterReplaySettings, shared: (any ReplayStore)?, database: StateDatabase?,
        directory: StateDirectory, logger: Logger
    ) throws(StateError) -> ReplayWriter {
        let counters = Dictionary(
            uniqueKeysWithValues: ReplayWriter.Fate.allCases.map {
                ($0, Counter(label: MetricCatalog.replayRecords.name, dimensions: [("outcome", $0.rawValue)]))
            })
        let store: any ReplayStore
        if let shared {
            store = shared
        } else {
            let place: StateDatabase
            if let database, settings.storeBackend != .memory {
                place = database
            } else {
                place = try StateDatabase.inMemory()
            }
            store = DurableReplayStore(place, lifetime: Double(settings.ttlSeconds))
        }
        // Of processes that share a directory only the owner of the file may write there.
        let spillPath = database == nil ? nil : directory.path + "/replay-spill.jsonl"
        return ReplayWriter(store, spillPath: spillPath, logger: logger) { counters[$0]?.increment(by: $1) }
    }
}
