import Exchange
import Foundation
import Logging
import Metrics
import Policy
import State
import Telemetry

/// The replay records of this process, kept where the policy wants them.
enum KeptReplay {
    /// A writer; `database` is the file of the state directory, nil where this process does not own one.
    static func writer(
        _ settings: RouterReplaySettings, database: StateDatabase?, logger: Logger
    ) throws(StateError) -> ReplayWriter {
        let inFile = settings.storeBackend == .memory ? nil : database
        let place: StateDatabase
        if let inFile { place = inFile } else { place = try StateDatabase.inMemory() }
        let store = DurableReplayStore(place, lifetime: Double(settings.ttlSeconds))
        let counters = Dictionary(
            uniqueKeysWithValues: ReplayWriter.Fate.allCases.map {
                ($0, Counter(label: MetricCatalog.replayRecords.name, dimensions: [("outcome", $0.rawValue)]))
            })
        return ReplayWriter(
            store, spillPath: inFile.map { Self.spillPath(beside: $0.path) }, logger: logger
        ) { counters[$0]?.increment(by: $1) }
    }

    private static func spillPath(beside path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("replay-spill.jsonl").path
    }
}
