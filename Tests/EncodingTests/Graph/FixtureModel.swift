import Glibc
import Testing
import Wire

@testable import Encoding

/// A small model made by `Fixtures/make_fixtures.py`, with what `transformers` says of it.
struct FixtureModel {
    struct Row {
        var ids: [Int32]
        var embedding: [Float]?
        var logits: [[Float]]
        var tokens: [[Float]]
    }

    struct Case {
        var options: Encoder.Options
        var rows: [Row]
    }

    static let directory = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Fixtures"

    let path: String
    let cases: [Case]

    init(_ path: String) throws {
        self.path = path
        let bytes = try FileSystem.bytes(of: "\(path)/expected.json", limit: 1 << 30)
        let json = try JSON(parsing: bytes, limits: JSONLimits(maxBytes: 1 << 30, maxNodes: 1 << 28))
        cases = (json["cases"]?.array ?? []).map { item in
            let options = item["options"]
            return Case(
                options: Encoder.Options(
                    layers: options?["layers"]?.int, dimension: options?["dimension"]?.int,
                    adapter: options?["adapter"]?.string.map { "\(path)/\($0)" }),
                rows: (item["rows"]?.array ?? []).map { row in
                    Row(
                        ids: (row["ids"]?.array ?? []).compactMap { $0.int.map { Int32($0) } },
                        embedding: row["embedding"].map(Self.floats),
                        logits: (row["logits"]?.array ?? []).map(Self.floats),
                        tokens: (row["tokens"]?.array ?? []).map(Self.floats))
                })
        }
    }

    private static func floats(_ json: JSON) -> [Float] { (json.array ?? []).compactMap { $0.double.map(Float.init) } }

    /// Runs every case, each row alone and all together, and expects what `transformers` says.
    func check(precision: EncoderPrecision = .float32, least: Double = 0.9999) async throws {
        for item in cases {
            let encoder = try Encoder(
                directory: path, runtime: TestRuntime.runtime(), options: item.options,
                settings: EncoderExecutorSettings(batchTokens: 1 << 20, precision: precision))
            defer { encoder.executor.shutdown() }
            let rows = item.rows.map { EncoderRow(ids: $0.ids) }
            var alone: [EncoderResult] = []
            for row in rows { alone += try await Self.encode([row], encoder) }
            let together = try Self.runAsOneBatch(rows, encoder)
            for (index, row) in item.rows.enumerated() {
                compare(alone[index], row, least, "\(path), row \(index)")
                compare(together[index], row, least, "\(path), row \(index) of a batch")
            }
        }
    }

    private static func encode(_ rows: [EncoderRow], _ encoder: Encoder) async throws -> [EncoderResult] {
        try await encoder.executor.encode(rows, outputs: encoder.everything, deadline: .now + .seconds(60))
    }

    /// Pads all rows to the longest, which the executor would not do with rows so different.
    private static func runAsOneBatch(_ rows: [EncoderRow], _ encoder: Encoder) throws -> [EncoderResult] {
        let graph = try encoder.executor.graph(for: encoder.everything)
        let length = (rows.map(\.ids.count).max() ?? 0) + 3
        return try GraphSession(graph).run(rows, length: length, padding: 0, outputs: encoder.everything)
    }

    private func compare(_ result: EncoderResult, _ row: Row, _ least: Double, _ place: String) {
        #expect((result.embedding == nil) == (row.embedding == nil), "\(place)")
        if let found = result.embedding, let expected = row.embedding {
            #expect(Self.cosine(found, expected) >= least, "\(place): embedding")
        }
        #expect(result.logits.count == row.logits.count, "\(place)")
        for (found, expected) in zip(result.logits, row.logits) {
            #expect(Self.cosine(found, expected) >= least, "\(place): logits \(found), not \(expected)")
        }
        #expect(result.tokenLogits.count == row.tokens.count, "\(place)")
        for (found, expected) in zip(result.tokenLogits, row.tokens) {
            #expect(Self.cosine(found, expected) >= least, "\(place): token logits")
        }
    }

    /// The cosine of the angle between two vectors; -1 for vectors of different lengths.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        guard left.count == right.count, !left.isEmpty else { return -1 }
        var product = 0.0
        var first = 0.0
        var second = 0.0
        for (a, b) in zip(left, right) {
            product += Double(a) * Double(b)
            first += Double(a) * Double(a)
            second += Double(b) * Double(b)
        }
        return product / (first * second).squareRoot()
    }
}
