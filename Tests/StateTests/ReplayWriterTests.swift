import Foundation
import Logging
import Synchronization
import Testing

@testable import State

/// Records on their way to a store that fails, is slow, or comes back.
@Suite struct ReplayWriterTests {
    /// A store whose writes fail while it is told so.
    private final class MoodyStore: ReplayStore {
        let inner: DurableReplayStore
        let isAway: Mutex<Bool>

        init(isAway: Bool) throws {
            inner = DurableReplayStore(try .inMemory(), lifetime: 0)
            self.isAway = Mutex(isAway)
        }

        func append(_ records: [ReplayRecord]) async throws(StateError) {
            if isAway.withLock({ $0 }) { throw StateError(.writeFailed, "away") }
            try await inner.append(records)
        }
        func page(
            _ filter: ReplayFilter, limit: Int, offset: Int, includingPayload: Bool
        ) async throws(StateError) -> ReplayPage {
            try await inner.page(filter, limit: limit, offset: offset, includingPayload: includingPayload)
        }
        func record(_ id: String, includingPayload: Bool) async throws(StateError) -> ReplayRecord? {
            try await inner.record(id, includingPayload: includingPayload)
        }
        func aggregate(_ filter: ReplayFilter) async throws(StateError) -> ReplayAggregate {
            try await inner.aggregate(filter)
        }
        func addOutcome(_ outcome: [UInt8], to id: String) async throws(StateError) -> Bool { false }
        func outcomes(of ids: [String]) async throws(StateError) -> [String: [[UInt8]]] { [:] }
        func removeRecords(before moment: Double) async throws(StateError) {}
    }

    private final class Counts: Sendable {
        private let counts = Mutex<[ReplayWriter.Fate: Int]>([:])
        func add(_ fate: ReplayWriter.Fate, _ count: Int) { counts.withLock { $0[fate, default: 0] += count } }
        subscript(fate: ReplayWriter.Fate) -> Int { counts.withLock { $0[fate] ?? 0 } }
    }

    private let counts = Counts()
    private let path = NSTemporaryDirectory() + "martlet-spill-\(UInt64.random(in: 0 ... .max)).jsonl"

    private func writer(
        _ store: any ReplayStore, _ limits: ReplayWriter.Limits = ReplayWriter.Limits(), spills: Bool = true
    ) -> ReplayWriter {
        ReplayWriter(
            store, spillPath: spills ? path : nil, limits: limits,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        ) { [counts] in counts.add($0, $1) }
    }

    private static func record(_ number: Int) -> ReplayRecord {
        var record = ReplayRecord(id: "r\(number)", timestamp: Double(number))
        record.document = Array(#"{"n":"größe \#(number)"}"#.utf8)
        return record
    }

    private func ids(_ store: any ReplayStore) async throws -> [String] {
        try await store.page(ReplayFilter(), limit: 100_000, offset: 0, includingPayload: false).records.map(\.id)
    }

    @Test func whatWaitsIsWrittenBeforeTheEnd() async throws {
        let store = try MoodyStore(isAway: false)
        let writer = writer(store)
        for number in 0..<1_000 { writer.enqueue(bytes: 1) { Self.record(number) } }
        writer.close()
        await writer.run()
        #expect(try await ids(store) == (0..<1_000).reversed().map { "r\($0)" })
        #expect(counts[.written] == 1_000 && counts[.dropped] == 0)
        writer.enqueue(bytes: 1) { Self.record(9) }
        #expect(counts[.dropped] == 1, "after the end a record is counted as lost")
    }

    @Test func whatTheStoreCannotTakeIsTakenByTheNextProcess() async throws {
        let first = try MoodyStore(isAway: true)
        let writer = writer(first)
        for number in 0..<3 { writer.enqueue(bytes: 1) { Self.record(number) } }
        writer.close()
        await writer.run()
        #expect(counts[.spilled] == 3 && counts[.written] == 0)
        // A process that was killed while it wrote leaves half a line.
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(#"{"id":"half"#.utf8))
        try file.close()
        let second = try MoodyStore(isAway: false)
        let next = self.writer(second)
        next.close()
        await next.run()
        #expect(try await ids(second) == ["r2", "r1", "r0"])
        #expect(try await second.record("r1", includingPayload: true) == Self.record(1))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// A gateway without traffic brings in what was spilled too.
    @Test(.timeLimit(.minutes(1))) func whatWasSpilledFollowsWithoutAnotherRecord() async throws {
        let store = try MoodyStore(isAway: true)
        var limits = ReplayWriter.Limits()
        limits.retryInterval = .milliseconds(20)
        let writer = writer(store, limits)
        async let run: Void = writer.run()
        writer.enqueue(bytes: 1) { Self.record(0) }
        while counts[.spilled] == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(300))
        #expect(counts[.written] == 0)
        store.isAway.withLock { $0 = false }
        while counts[.written] == 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await ids(store) == ["r0"] && !FileManager.default.fileExists(atPath: path))
        writer.close()
        await run
    }

    @Test func whatWasSpilledFollowsWhenTheStoreIsBack() async throws {
        let store = try MoodyStore(isAway: true)
        let writer = writer(store)
        async let run: Void = writer.run()
        writer.enqueue(bytes: 1) { Self.record(0) }
        while counts[.spilled] == 0 { try await Task.sleep(for: .milliseconds(5)) }
        store.isAway.withLock { $0 = false }
        writer.enqueue(bytes: 1) { Self.record(1) }
        while counts[.written] < 2 { try await Task.sleep(for: .milliseconds(5)) }
        writer.close()
        await run
        #expect(Set(try await ids(store)) == ["r0", "r1"])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func whatFindsNoRoomIsCounted() async throws {
        var limits = ReplayWriter.Limits()
        limits.records = 2
        limits.bytes = 100
        let writer = writer(try MoodyStore(isAway: true), limits, spills: false)
        for number in 0..<5 { writer.enqueue(bytes: 60) { Self.record(number) } }
        #expect(writer.backlog == 1 && counts[.dropped] == 4)
        writer.close()
        await writer.run()
        #expect(counts[.dropped] == 5, "without a file a store that fails loses what it is given")
    }

    @Test func theFileIsBounded() async throws {
        var limits = ReplayWriter.Limits()
        limits.spillBytes = 600
        let writer = writer(try MoodyStore(isAway: true), limits)
        for number in 0..<10 { writer.enqueue(bytes: 1) { Self.record(number) } }
        writer.close()
        await writer.run()
        #expect(counts[.spilled] >= 1 && counts[.spilled] + counts[.dropped] == 10)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(size ?? .max <= 600)
        try FileManager.default.removeItem(atPath: path)
    }
}
