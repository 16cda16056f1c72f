import Exchange
import Foundation
import State

/// Replay records for commands: of a state directory, or of a file that was exported.
struct RecordedTraffic {
    private let options: ReplayCommand
    private static let pageSize = 1_000

    init(_ options: ReplayCommand) { self.options = options }

    /// The records that the options mean, oldest first. Throws a `StartupError` when they cannot be read.
    func load() async throws -> [ReplayRecord] {
        let found = try await options.records == nil ? fromStore() : fromFile()
        guard !found.isEmpty else {
            throw StartupError(
                message: "there are no replay records here. Turn them on with global.services.router_replay.enabled: "
                    + "true, or widen --since, --decision, --recipe.")
        }
        return found
    }

    private var filter: ReplayFilter {
        var filter = ReplayFilter()
        filter.decision = options.decision
        filter.recipe = options.recipe
        filter.since = options.since.flatMap { ReplayTime.moment($0, now: Date().timeIntervalSince1970) }
        return filter
    }

    private func fromStore() async throws -> [ReplayRecord] {
        let path = StateDirectory(given: options.stateDirectory).path + "/state.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StartupError(message: "\(path) is not there; give the router's --state-directory, or --records FILE")
        }
        do throws(StateError) {
            let database = try StateDatabase.reading(path: path)
            defer { database.close() }
            let store = DurableReplayStore(database, lifetime: 0)
            var records: [ReplayRecord] = []
            while records.count < options.limit {
                let page = try await store.page(
                    filter, limit: min(Self.pageSize, options.limit - records.count), offset: records.count,
                    includingPayload: true)
                records += page.records
                if page.records.isEmpty || records.count >= page.total { break }
            }
            return records.reversed()
        } catch {
            throw StartupError(message: error.description)
        }
    }

    private func fromFile() throws -> [ReplayRecord] {
        let path = options.records ?? ""
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw StartupError(message: "\(path): cannot be read")
        }
        let decoder = JSONDecoder()
        var records: [ReplayRecord] = []
        for (number, line) in contents.split(separator: UInt8(ascii: "\n")).enumerated() {
            do { records.append(try decoder.decode(ReplayRecord.self, from: line)) } catch {
                throw StartupError(
                    message: "\(path):\(number + 1): this is no record that `martlet replay --export` wrote")
            }
        }
        let filter = filter
        let meant = records.filter { record in
            (filter.decision.map { $0 == record.decision } ?? true)
                && (filter.recipe.map { $0 == record.recipe } ?? true)
                && (filter.since.map { record.timestamp >= $0 } ?? true)
        }
        return Array(meant.suffix(options.limit))
    }

    /// Writes records, one a line.
    static func write(_ records: [ReplayRecord], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for record in records {
            data += try encoder.encode(record)
            data.append(UInt8(ascii: "\n"))
        }
        do { try data.write(to: URL(fileURLWithPath: path)) } catch {
            throw StartupError(message: "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
