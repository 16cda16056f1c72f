import Glibc
import Testing

@testable import Encoding

/// What graphs compute, against `transformers`.
@Suite struct GraphParityTests {
    static let models = [
        "bert-embedding", "bert-f16", "bert-bf16", "bert-sequence", "bert-token", "modern-embedding", "modern-long",
        "modern-mean", "modern-cls", "modern-token", "bundle", "onnx-sequence", "onnx-embedding",
    ]

    @Test(.needsRuntime, arguments: models)
    func committedModel(_ name: String) async throws {
        try await FixtureModel("\(FixtureModel.directory)/tiny/\(name)").check()
    }

    /// Random weights of width 16 amplify rounding; trained models stay closer.
    @Test(.needsRuntime, arguments: models.filter { !$0.hasPrefix("onnx") })
    func committedModelInHalfTheBits(_ name: String) async throws {
        try await FixtureModel("\(FixtureModel.directory)/tiny/\(name)").check(precision: .bfloat16, least: 0.99)
    }

    /// Larger models with rows beyond the local window, made anew by a Python that has torch and transformers.
    @Test(
        .needsRuntime,
        .enabled(
            if: getenv("MARTLET_PARITY_PYTHON") != nil,
            "MARTLET_PARITY_PYTHON does not name a Python with torch and transformers"))
    func freshModels() async throws {
        let python = try #require(getenv("MARTLET_PARITY_PYTHON").map { String(cString: $0) })
        let directory = try TemporaryDirectory()
        let script = "\(FixtureModel.directory)/make_fixtures.py"
        try #require(system("'\(python)' '\(script)' '\(directory.path)' --size small >/dev/null 2>&1") == 0)
        for name in Self.models where FileSystem.isDirectory("\(directory.path)/\(name)") {
            try await FixtureModel("\(directory.path)/\(name)").check()
        }
    }

    /// The blocks of local attention must say the same as the full matrix under a band mask.
    @Test(.needsRuntime) func blocksEqualFullMatrix() throws {
        let path = "\(FixtureModel.directory)/tiny/modern-long"
        let runtime = try TestRuntime.runtime()
        var results: [[EncoderResult]] = []
        let rows = [1, 7, 8, 9, 33, 100].map { length in
            EncoderRow(ids: (0..<length).map { Int32(4 + ($0 * 7) % 40) })
        }
        for window in [LocalAttention.fullMatrixLimit, LocalAttention.fullMatrixLimit + 1] {
            let description = try PlainModelReader(directory: path, options: .init(window: window)).read()
            let model = EncoderModel(runtime: runtime, source: description.source)
            let wish = EncoderOutputs(embedding: true)
            let graph = try model.compile(wish, CompileSettings(threads: 1, streams: 1, precision: .float32))
            results.append(try GraphSession(graph).run(rows, length: 104, padding: 0, outputs: wish))
        }
        for (full, blocks) in zip(results[0], results[1]) {
            let cosine = FixtureModel.cosine(try #require(full.embedding), try #require(blocks.embedding))
            #expect(cosine > 0.999999)
        }
    }
}
