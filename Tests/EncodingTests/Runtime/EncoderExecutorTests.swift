import Glibc
import Synchronization
import Testing

@testable import Encoding

@Suite(.needsRuntime) struct EncoderExecutorTests {
    private static let wish = EncoderOutputs(embedding: true)

    private func encoder(_ settings: EncoderExecutorSettings = EncoderExecutorSettings()) throws -> Encoder {
        try Encoder(
            directory: "\(FixtureModel.directory)/tiny/bert-embedding", runtime: TestRuntime.runtime(),
            settings: settings)
    }

    private func row(_ length: Int) -> EncoderRow { EncoderRow(ids: (0..<length).map { Int32(4 + $0 % 40) }) }

    /// Keeps a thread of the executor in a completion until it is let go.
    private final class Gate: Sendable {
        private let isOpen = Signal(false)
        private let isReached = Signal(false)

        func hold() {
            isReached.withLock { $0 = true }
            isReached.notifyAll()
            isOpen.wait { $0 ? () : nil }
        }

        func waitUntilReached() { isReached.wait { $0 ? () : nil } }

        func open() {
            isOpen.withLock { $0 = true }
            isOpen.notifyAll()
        }
    }

    private func block(_ encoder: Encoder) -> Gate {
        let gate = Gate()
        encoder.executor.submit([row(4)], outputs: Self.wish, deadline: .now + .seconds(60)) { _ in gate.hold() }
        gate.waitUntilReached()
        return gate
    }

    @Test func resultsHaveTheOrderOfTheRowsWhateverTheBatches() async throws {
        let encoder = try encoder(EncoderExecutorSettings(threads: 2, streams: 2, batchRows: 4))
        defer { encoder.executor.shutdown() }
        let lengths = (0..<60).map { 1 + ($0 * 37) % 50 }
        var alone: [Int: [Float]] = [:]
        for length in Set(lengths) {
            alone[length] = try await encoder.executor.encode(
                [row(length)], outputs: Self.wish, deadline: .now + .seconds(60))[0].embedding
        }
        let together = try await withThrowingTaskGroup(of: [EncoderResult].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await encoder.executor.encode(
                        lengths.map(row), outputs: Self.wish, deadline: .now + .seconds(60))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for results in together {
            for (length, result) in zip(lengths, results) {
                let cosine = FixtureModel.cosine(try #require(result.embedding), try #require(alone[length]))
                #expect(cosine > 0.99999)
            }
        }
    }

    @Test func aFullQueueRefuses() async throws {
        let encoder = try encoder(EncoderExecutorSettings(queueRows: 3))
        defer { encoder.executor.shutdown() }
        let gate = block(encoder)
        let held = Task {
            try await encoder.executor.encode(
                [row(4), row(5)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        while encoder.executor.waitingRows < 2 { await Task.yield() }
        let error = await #expect(throws: EncodingError.self) {
            try await encoder.executor.encode([row(4), row(5)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        #expect(error?.code == .overloaded)
        gate.open()
        #expect(try await held.value.count == 2)
    }

    @Test func workPastItsDeadlineIsDropped() async throws {
        let encoder = try encoder()
        defer { encoder.executor.shutdown() }
        let gate = block(encoder)
        let late = Task {
            try await encoder.executor.encode(
                [row(4)], outputs: Self.wish, deadline: .now + .milliseconds(5))
        }
        while encoder.executor.waitingRows < 1 { await Task.yield() }
        try await Task.sleep(for: .milliseconds(10))
        gate.open()
        let error = await #expect(throws: EncodingError.self) { try await late.value }
        #expect(error?.code == .timeout)
    }

    @Test func theDeadlineHoldsWhileTheThreadsAreBusy() async throws {
        let encoder = try encoder()
        defer { encoder.executor.shutdown() }
        let gate = block(encoder)
        defer { gate.open() }
        let start = ContinuousClock.now
        for milliseconds in [60, 20] {
            let error = await #expect(throws: EncodingError.self) {
                try await encoder.executor.encode(
                    [row(4)], outputs: Self.wish, deadline: start + .milliseconds(milliseconds))
            }
            #expect(error?.code == .timeout)
        }
        #expect(ContinuousClock.now - start >= .milliseconds(60))
    }

    @Test func cancellingATaskWithdrawsItsRows() async throws {
        let encoder = try encoder(EncoderExecutorSettings(queueRows: 1))
        defer { encoder.executor.shutdown() }
        let gate = block(encoder)
        let task = Task {
            try await encoder.executor.encode(
                [row(4)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        while encoder.executor.waitingRows < 1 { await Task.yield() }
        task.cancel()
        let error = await #expect(throws: EncodingError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        // Its place in the queue is free at once.
        let next = Task {
            try await encoder.executor.encode(
                [row(6)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        while encoder.executor.waitingRows < 1 { await Task.yield() }
        gate.open()
        #expect(try await next.value.count == 1)
    }

    @Test func aTicketCompletesOnce() throws {
        let encoder = try encoder()
        defer { encoder.executor.shutdown() }
        let gate = block(encoder)
        let calls = Mutex(0)
        let ticket = encoder.executor.submit([row(4)], outputs: Self.wish, deadline: .now + .seconds(60)) { _ in
            calls.withLock { $0 += 1 }
        }
        ticket.cancel()
        ticket.cancel()
        gate.open()
        encoder.executor.shutdown()
        #expect(calls.withLock { $0 } == 1)
        #expect(ticket.isFinished)
    }

    @Test func shutdownFailsWhatWaitsAndRefusesMore() async throws {
        let encoder = try encoder()
        let gate = block(encoder)
        let waiting = Task {
            try await encoder.executor.encode(
                [row(4)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        while encoder.executor.waitingRows < 1 { await Task.yield() }
        let end = Task { encoder.executor.shutdown() }
        let error = await #expect(throws: EncodingError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
        gate.open()
        await end.value
        let refusal = await #expect(throws: EncodingError.self) {
            try await encoder.executor.encode([row(4)], outputs: Self.wish, deadline: .now + .seconds(60))
        }
        #expect(refusal?.code == .cancelled)
        encoder.executor.shutdown()
    }

    @Test func impossibleRowsAreRefused() async throws {
        let encoder = try encoder()
        defer { encoder.executor.shutdown() }
        for ids in [[], [-1], [48], [Int32](repeating: 4, count: 513)] {
            let error = await #expect(throws: EncodingError.self) {
                try await encoder.executor.encode(
                    [EncoderRow(ids: ids)], outputs: Self.wish, deadline: .now + .seconds(60))
            }
            #expect(error?.code == .invalidInput)
        }
        #expect(try await encoder.executor.encode([], outputs: Self.wish, deadline: .now) == [])
    }

    @Test func anExecutorThatIsForgottenEnds() throws {
        let finished = Signal(0)
        do {
            let encoder = try encoder()
            encoder.executor.submit([row(4)], outputs: Self.wish, deadline: .now + .seconds(60)) { _ in
                finished.withLock { $0 += 1 }
                finished.notifyAll()
            }
        }
        finished.wait { $0 == 1 ? () : nil }
    }
}
