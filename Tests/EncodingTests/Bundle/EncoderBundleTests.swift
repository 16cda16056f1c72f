import Testing
import Wire

@testable import Encoding

@Suite struct EncoderBundleTests {
    static let bundle = "\(FixtureModel.directory)/tiny/bundle"

    private static func manifest() throws -> JSON {
        try JSON(parsing: FileSystem.bytes(of: "\(bundle)/encoder.json", limit: 1 << 20))
    }

    @Test func manifestIsReadWhole() throws {
        let manifest = try EncoderManifest(parsing: FileSystem.bytes(of: "\(Self.bundle)/encoder.json", limit: 1 << 20))
        #expect(manifest.name == "fixture")
        #expect(manifest.version == "3")
        #expect(manifest.languages == ["en"])
        #expect(manifest.maximumUnknownShare == 0.15)
        #expect(manifest.window == 64 && manifest.overlap == 16)
        #expect(manifest.heads.map(\.name) == ["topic", "risk", "names"])
        #expect(manifest.heads.map(\.kind) == [.sequence, .sequence, .token])
        #expect(manifest.heads.map(\.labels.count) == [5, 2, 3])
        #expect(manifest.heads[0].temperature == 1.5)
        #expect(manifest.heads[1].windowPooling == .max)
        #expect(manifest.heads[1].strength == ["recall_at_1_percent_fpr": 0.9, "over_block_rate": 0.05])
        #expect(manifest.heads[1].measuredOn == "random numbers")
    }

    /// Changes that a manifest must not survive: the member, and its new value (nil removes it).
    static let changes: [(String, JSON?)] = [
        ("format", 2), ("format", nil), ("name", nil), ("base", "../secret"), ("base", ".."), ("base", nil),
        ("shared_layers", 0), ("shared_layers", 99), ("window", 0), ("window", 4096), ("overlap", 63), ("overlap", -1),
        ("classification", nil), ("embedding", ["dimension": 17]), ("embedding", ["dimension": 16, "pooling": "last"]),
        ("heads", [["name": "x", "labels": ["only"]]]), ("heads", [["name": "x", "labels": ["a", "a"]]]),
        ("heads", [["name": "x", "labels": ["a", "b"], "temperature": 0]]),
        ("heads", [["name": "x", "labels": ["a", "b"], "kind": "image"]]),
        ("heads", [["name": "x", "labels": ["a", "b"]], ["name": "x", "labels": ["a", "b"]]]),
    ]

    @Test(arguments: changes.indices) func aWrongManifestIsRefused(_ index: Int) throws {
        let (key, value) = Self.changes[index]
        var members = try #require(Self.manifest().object).filter { $0.0 != key }
        if let value { members.append((key, value)) }
        let directory = try TemporaryDirectory()
        try directory.copy(Self.bundle)
        try directory.write("encoder.json", JSON.object(members).serialized())
        let error = #expect(throws: EncodingError.self, "\(key)") {
            try BundleReader(directory: directory.path, options: .init()).read()
        }
        #expect(error?.code == .invalidManifest, "\(key)")
    }

    @Test func aManifestThatIsNotJSONIsRefused() throws {
        let error = #expect(throws: EncodingError.self) { try EncoderManifest(parsing: Array("{".utf8)) }
        #expect(error?.code == .invalidManifest)
    }

    @Test func theBaseIsLookedForInTheGivenDirectories() throws {
        let directory = try TemporaryDirectory()
        for file in ["encoder.json", "classification.safetensors"] {
            try directory.write(file, FileSystem.bytes(of: "\(Self.bundle)/\(file)", limit: 1 << 24))
        }
        let error = #expect(throws: EncodingError.self) {
            try BundleReader(directory: directory.path, options: .init()).read()
        }
        #expect(error?.code == .modelMissing)
        for places in [[Self.bundle], ["\(Self.bundle)/base"]] {
            let found = try BundleReader(directory: directory.path, options: .init(baseDirectories: places)).read()
            #expect(found.name == "fixture")
        }
    }

    @Test func damagedWeightsAreRefused() throws {
        let directory = try TemporaryDirectory()
        try directory.copy(Self.bundle)
        let weights = try FileSystem.bytes(of: "\(Self.bundle)/classification.safetensors", limit: 1 << 24)
        try directory.write("classification.safetensors", Array(weights.dropLast()))
        let error = #expect(throws: EncodingError.self) {
            try BundleReader(directory: directory.path, options: .init()).read()
        }
        #expect(error?.code == .invalidWeights)
    }

    @Test func aHeadWithoutTensorsIsRefusedWhenItIsAskedFor() throws {
        let directory = try TemporaryDirectory()
        try directory.copy(Self.bundle)
        var members = try #require(Self.manifest().object).filter { $0.0 != "heads" }
        members.append(("heads", [["name": "mood", "labels": ["good", "bad"]]]))
        try directory.write("encoder.json", JSON.object(members).serialized())
        let found = try BundleReader(directory: directory.path, options: .init()).read()
        guard case .plan(let plan) = found.source else { return }
        #expect(throws: Never.self) { try plan.graph(for: EncoderOutputs(embedding: true)) }
        let error = #expect(throws: EncodingError.self) { try plan.graph(for: EncoderOutputs(heads: ["mood"])) }
        #expect(error?.code == .invalidWeights)
    }

    @Test func missingDirectoriesAndUnknownModelsAreTyped() throws {
        let empty = try TemporaryDirectory()
        let missing = #expect(throws: EncodingError.self) {
            try PlainModelReader(directory: empty.path, options: .init()).read()
        }
        #expect(missing?.code == .modelMissing)
        try empty.write("config.json", Array(#"{"model_type":"t5"}"#.utf8))
        let unknown = #expect(throws: EncodingError.self) {
            try PlainModelReader(directory: empty.path, options: .init()).read()
        }
        #expect(unknown?.code == .unsupportedArchitecture)
        try empty.write("config.json", Array(#"{"model_type":"bert","hidden_size":"wide"}"#.utf8))
        let invalid = #expect(throws: EncodingError.self) {
            try PlainModelReader(directory: empty.path, options: .init()).read()
        }
        #expect(invalid?.code == .invalidManifest)
    }

    @Test(.needsRuntime) func onlyWhatIsAskedForIsComputed() async throws {
        let encoder = try Encoder(directory: Self.bundle, runtime: TestRuntime.runtime())
        defer { encoder.executor.shutdown() }
        let row = EncoderRow(ids: [2, 10, 20, 3])
        func encode(_ outputs: EncoderOutputs) async throws -> EncoderResult {
            try await encoder.executor.encode([row], outputs: outputs, deadline: .now + .seconds(60))[0]
        }
        let risk = try await encode(EncoderOutputs(heads: ["risk", "unknown"]))
        #expect(risk.embedding == nil && risk.logits.map(\.count) == [2] && risk.tokenLogits.isEmpty)
        let names = try await encode(EncoderOutputs(embedding: true, heads: ["names"]))
        #expect(names.embedding?.count == 16 && names.logits.isEmpty && names.tokenLogits.map(\.count) == [12])
        let all = try await encode(encoder.everything)
        #expect(all.logits.map(\.count) == [5, 2])
        // A graph that gives more serves who asks for less.
        let topic = try await encode(EncoderOutputs(heads: ["topic"]))
        #expect(topic.logits == [all.logits[0]] && topic.tokenLogits.isEmpty && topic.embedding == nil)
        let none = try await encode(EncoderOutputs())
        #expect(none == EncoderResult())
    }

    @Test(.needsRuntime) func windowsCoverTheTextAndOverlap() throws {
        let encoder = try Encoder(directory: Self.bundle, runtime: TestRuntime.runtime())
        defer { encoder.executor.shutdown() }
        #expect(encoder.windows(of: 0) == [0..<0])
        #expect(encoder.windows(of: 62) == [0..<62])
        #expect(encoder.windows(of: 63) == [0..<62, 46..<63])
        let windows = encoder.windows(of: 1000)
        #expect(windows.first?.lowerBound == 0 && windows.last?.upperBound == 1000)
        for (left, right) in zip(windows, windows.dropFirst()) {
            #expect(left.count == 62 && left.upperBound - right.lowerBound == 16)
        }
    }

    @Test func probabilitiesAreASoftmaxAtATemperature() {
        let head = EncoderHead(name: "x", kind: .sequence, labels: ["a", "b"], temperature: 2)
        let found = head.probabilities([1000, 1002])
        #expect(abs(found[0] - 0.26894143) < 1e-6 && abs(found[1] - 0.7310586) < 1e-6)
    }
}
