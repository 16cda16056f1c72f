import Logging
import Synchronization
import Testing
import Tracing

@testable import Telemetry

/// A collector that answers as it is told and keeps how many spans each request held.
private final class Collector: Sendable {
    private struct State {
        var answers: [OTLPReply?]
        var batches: [Int] = []
    }

    private let state: Mutex<State>

    /// Answers in this order, then always 200; nil cannot be reached.
    init(_ answers: [OTLPReply?] = []) { state = Mutex(State(answers: answers)) }

    var batches: [Int] { state.withLock { $0.batches } }

    func take(_ body: [UInt8]) throws -> OTLPReply {
        let count = try ProtobufMessage(body).message(1).message(2).values(2).count
        let answer: OTLPReply? = state.withLock { state in
            state.batches.append(count)
            return state.answers.isEmpty ? OTLPReply(status: 200) : state.answers.removeFirst()
        }
        guard let answer else { throw CancellationError() }
        return answer
    }
}

/// A log that can be read.
private final class Said: Sendable {
    private let lines = Mutex<[Logger.Metadata]>([])
    var all: [Logger.Metadata] { lines.withLock { $0 } }

    private struct Handler: LogHandler {
        let said: Said
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { said.lines.withLock { $0.append(event.metadata ?? [:]) } }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(said: self) } }
}

@Suite(.timeLimit(.minutes(1))) struct OTLPSpanExporterTests {
    private struct Fixture {
        let exporter: OTLPSpanExporter
        let tracer: RecordingTracer
        let said = Said()

        init(_ collector: Collector, _ change: (inout OTLPSpanExporter.Settings) -> Void = { _ in }) {
            var settings = OTLPSpanExporter.Settings()
            settings.interval = .seconds(3_600)
            settings.backoff = .milliseconds(1)
            change(&settings)
            exporter = OTLPSpanExporter(
                resource: OTLPResource(
                    serviceName: "s", serviceVersion: "", deploymentEnvironment: "", libraryVersion: "1"),
                settings: settings, logger: said.logger, send: { body, _ in try collector.take(body) })
            tracer = RecordingTracer(exporter: exporter)
        }

        func end(_ count: Int) {
            for _ in 0..<count { tracer.startSpan("a", context: .topLevel).end() }
        }

        func stop(_ running: Task<Void, Never>? = nil, within limit: Duration = .seconds(20)) async {
            let running = running ?? Task { [exporter] in await exporter.run() }
            await exporter.shutDown(running, within: limit)
        }

        /// The warnings as `reason count`.
        var drops: [String] { said.all.map { "\($0["reason"]!) \($0["count"]!)" } }
    }

    @Test func whatIsQueuedIsSentAtTheEndInBatches() async {
        let collector = Collector()
        let fixture = Fixture(collector) { $0.batchSize = 4 }
        fixture.end(10)
        await fixture.stop()
        #expect(collector.batches == [4, 4, 2])
        #expect(fixture.drops == [])
    }

    @Test func aFullBatchDoesNotWaitForTheInterval() async throws {
        let collector = Collector()
        let fixture = Fixture(collector) { $0.batchSize = 4 }
        let running = Task { [exporter = fixture.exporter] in await exporter.run() }
        fixture.end(4)
        while collector.batches.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(collector.batches == [4])
        await fixture.stop(running)
    }

    @Test func theIntervalSendsWhatIsThere() async throws {
        let collector = Collector()
        let fixture = Fixture(collector) { $0.interval = .milliseconds(10) }
        let running = Task { [exporter = fixture.exporter] in await exporter.run() }
        fixture.end(3)
        while collector.batches.reduce(0, +) < 3 { try await Task.sleep(for: .milliseconds(5)) }
        await fixture.stop(running)
    }

    @Test func theQueueIsBoundedAndDropsAreSaidOnce() async {
        let collector = Collector()
        let fixture = Fixture(collector) { $0.queueCapacity = 5 }
        fixture.end(9)
        await fixture.stop()
        #expect(collector.batches == [5])
        // One line a minute: the other three are counted, not said.
        #expect(fixture.drops == ["queue_full 1"])
    }

    @Test func aBusyCollectorIsAskedAgain() async {
        let collector = Collector([OTLPReply(status: 503), nil, OTLPReply(status: 200)])
        let fixture = Fixture(collector)
        let running = Task { [exporter = fixture.exporter] in await exporter.run() }
        fixture.end(512)
        while collector.batches.count < 3 { await Task.yield() }
        await fixture.stop(running)
        #expect(collector.batches == [512, 512, 512])
        #expect(fixture.drops == [])
    }

    @Test func triesAreBounded() async {
        let collector = Collector([nil, nil, nil, nil])
        let fixture = Fixture(collector) { $0.batchSize = 2 }
        let running = Task { [exporter = fixture.exporter] in await exporter.run() }
        fixture.end(2)
        while fixture.drops.isEmpty { await Task.yield() }
        await fixture.stop(running)
        #expect(collector.batches == [2, 2, 2])
        #expect(fixture.drops == ["unreachable 2"])
    }

    @Test func aRefusalIsFinalAndARejectionCounted() async {
        let refusing = Collector([OTLPReply(status: 400)])
        let refused = Fixture(refusing)
        refused.end(2)
        await refused.stop()
        #expect(refusing.batches == [2] && refused.drops == ["refused 2"])
        let partial = Fixture(Collector([OTLPReply(status: 200, body: [0x0A, 2, 0x08, 1])]))
        partial.end(3)
        await partial.stop()
        #expect(partial.drops == ["rejected 1"])
    }

    @Test func theEndIsBounded() async {
        let said = Said()
        let exporter = OTLPSpanExporter(
            resource: OTLPResource(
                serviceName: "s", serviceVersion: "", deploymentEnvironment: "", libraryVersion: "1"),
            logger: said.logger,
            send: { _, _ in
                try await Task.sleep(for: .seconds(3_600))
                return OTLPReply(status: 200)
            })
        let tracer = RecordingTracer(exporter: exporter)
        for _ in 0..<600 { tracer.startSpan("a", context: .topLevel).end() }
        let start = ContinuousClock.now
        await exporter.shutDown(Task { await exporter.run() }, within: .milliseconds(50))
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(said.all.compactMap { $0["count"].flatMap { Int("\($0)") } }.reduce(0, +) == 600)
        #expect(said.all.allSatisfy { "\($0["reason"]!)" == "shutdown" })
        // A span that ends later is dropped.
        tracer.startSpan("late", context: .topLevel).end()
    }

    @Test func noTryFollowsTheEnd() async {
        let collector = Collector([OTLPReply(status: 503, retryAfter: .seconds(3_600))])
        let fixture = Fixture(collector) { $0.batchSize = 1 }
        let running = Task { [exporter = fixture.exporter] in await exporter.run() }
        fixture.end(1)
        while collector.batches.isEmpty { await Task.yield() }
        await fixture.stop(running, within: .seconds(40))
        #expect(collector.batches == [1] && fixture.drops == ["unreachable 1"])
    }
}
