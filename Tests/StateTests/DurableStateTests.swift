import Foundation
import GRDB
import Logging
import Routing
import State
import Testing

/// What is in the file is there after the process ends, however it ends.
@Suite struct DurableStateTests {
    private let folder: String
    private let logger = Logger(label: "state-tests") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = NSTemporaryDirectory() + "martlet-state-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func open() throws -> StateDatabase { try StateDatabase(path: folder + "/state.sqlite") }

    private func sessions(_ database: StateDatabase, at now: Double = 1_000) throws -> DurableSessionMemory {
        try DurableSessionMemory(limit: 1_000, database: database, logger: logger, now: now)
    }

    @Test func sessionsSurviveARestart() throws {
        let key = SessionKey(high: 1, low: .max)
        var state = SessionState(model: "größe", decision: "code", lastSeen: 900)
        (state.turns, state.switches, state.promptTokens, state.cachedTokens, state.cacheReports) = (3, 1, 90, 70, 2)
        state.open(["call_1", "call_2"], by: "größe")
        let memory = try sessions(try open())
        memory.update(key) { $0 = state }
        memory.update(SessionKey(high: 2, low: 2)) { $0 = SessionState(model: "m", decision: "d", lastSeen: 900) }
        memory.update(SessionKey(high: 2, low: 2)) { $0 = nil }
        memory.flush()
        // Opened beside the first, as after a kill: nothing was closed.
        let again = try sessions(try open())
        #expect(again.state(key) == state)
        #expect(again.count == 1)
    }

    @Test func whatCouldNotBeWrittenIsWrittenLater() throws {
        let database = try open()
        let memory = try sessions(database)
        let other = try DatabaseQueue(path: database.path)
        try other.write { try $0.execute(sql: "ALTER TABLE sessions RENAME TO away") }
        let key = SessionKey(high: 1, low: 1)
        memory.update(key) { $0 = SessionState(model: "m", decision: "d", lastSeen: 900) }
        memory.flush()
        try other.write { try $0.execute(sql: "ALTER TABLE away RENAME TO sessions") }
        memory.flush()
        #expect(try sessions(try open()).state(key)?.model == "m")
    }

    @Test func oldSessionsAreForgotten() throws {
        let memory = try sessions(try open())
        memory.update(SessionKey(high: 1, low: 1)) { $0 = SessionState(model: "m", decision: "d", lastSeen: 1_000) }
        memory.flush()
        #expect(try sessions(try open(), at: 1_000 + DurableSessionMemory.lifetime + 1).count == 0)
    }

    @Test func changesFromManyThreadsEndAsTheLastOnes() async throws {
        let memory = try sessions(try open())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        memory.update(SessionKey(high: 0, low: UInt64(number % 20))) { state in
                            state = state ?? SessionState(model: "m", decision: "d", lastSeen: 1_000)
                            state?.turns += 1
                        }
                    }
                }
            }
        }
        memory.flush()
        let again = try sessions(try open())
        #expect((0..<20).reduce(0) { $0 + (again.state(SessionKey(high: 0, low: UInt64($1)))?.turns ?? 0) } == 2_000)
    }

    @Test func learnedStateSurvivesARestart() throws {
        let keys = [
            ExperienceKey(.decision(recipe: "default", name: "code"), model: "a"),
            ExperienceKey(.tier(recipe: "default", 3), model: "a"), ExperienceKey(.everywhere, model: "a"),
        ]
        let store = ExperienceStore()
        let keeper = try ExperienceKeeper(store, database: try open(), logger: logger)
        store.update(keys) {
            $0.record(.goodFit, score: 0.7, at: 1_000)
            $0.measure(latency: 1.5, cacheHits: nil, inputCost: 0.2, at: 1_000)
        }
        store.judge(user: "alice", model: "a", rating: 1, at: 1_000)
        #expect(keeper.write())
        let again = ExperienceStore()
        _ = try ExperienceKeeper(again, database: try open(), logger: logger)
        for key in keys { #expect(again.experience(key, at: 1_000) == store.experience(key, at: 1_000)) }
        #expect(again.judgements(user: "alice", model: "a", at: 1_000).count == 1)
    }

    @Test func aFileThatIsNoDatabaseIsAnError() throws {
        let path = folder + "/broken.sqlite"
        try Data(repeating: 7, count: 5_000).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StateError.self) { try StateDatabase(path: path) }
        #expect(error?.code == .unusable)
    }
}
