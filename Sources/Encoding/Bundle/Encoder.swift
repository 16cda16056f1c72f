/// An encoder with all that belongs to it: tokenizer, weights, heads, and the threads that run it.
public final class Encoder: Sendable {
    /// What a caller may choose of a model.
    public struct Options: Sendable, Hashable {
        /// Directories in which a bundle's base model is looked for, after the bundle's own and its parent.
        public var baseDirectories: [String]
        /// The number of layers an embedder runs (2D Matryoshka); `nil` runs all.
        public var layers: Int?
        /// The number of leading elements of an embedding (Matryoshka); `nil` keeps all.
        public var dimension: Int?
        /// The most positions of a row; `nil` takes what the model says, at most 8,192.
        public var window: Int?
        /// A directory with a LoRA adapter to merge into a plain model.
        public var adapter: String?

        /// Creates options.
        public init(
            baseDirectories: [String] = [], layers: Int? = nil, dimension: Int? = nil, window: Int? = nil,
            adapter: String? = nil
        ) {
            self.baseDirectories = baseDirectories
            self.layers = layers
            self.dimension = dimension
            self.window = window
            self.adapter = adapter
        }
    }

    /// Its name.
    public let name: String
    /// Its version.
    public let version: String
    /// The languages it can read, as ISO 639-1 codes; empty when nobody said.
    public let languages: [String]
    /// The share of unknown tokens beyond which a text counts as unreadable.
    public let maximumUnknownShare: Double
    /// The most positions of a row, special tokens included.
    public let window: Int
    /// Positions that neighbouring windows of a long text share.
    public let overlap: Int
    /// The length of an embedding; `nil` when the encoder gives none.
    public let dimension: Int?
    /// Its heads, in the order of the results.
    public let heads: [EncoderHead]
    /// Turns text into identifiers.
    public let tokenizer: Tokenizer
    /// Runs it.
    public let executor: EncoderExecutor

    /// Everything this encoder can give.
    public var everything: EncoderOutputs {
        EncoderOutputs(embedding: dimension != nil, heads: Set(heads.map(\.name)))
    }

    /// Loads a bundle (a directory with `encoder.json`) or a plain Hugging Face directory (`config.json`,
    /// `tokenizer.json`, and `model.safetensors` or an ONNX file). Nothing is compiled yet: call
    /// `executor.prepare`, or let the first rows do it.
    /// - Throws: `model_missing`, `invalid_weights`, `invalid_manifest`, `unsupported_architecture`, `failed`.
    public convenience init(
        directory: String, runtime: InferenceRuntime, options: Options = Options(),
        settings: EncoderExecutorSettings = EncoderExecutorSettings()
    ) throws(EncodingError) {
        guard FileSystem.isDirectory(directory) else {
            throw EncodingError(.modelMissing, "no directory \(directory)")
        }
        let description =
            FileSystem.isFile("\(directory)/encoder.json")
            ? try BundleReader(directory: directory, options: options).read()
            : try PlainModelReader(directory: directory, options: options).read()
        try self.init(description, runtime: runtime, settings: settings)
    }

    init(
        _ description: EncoderDescription, runtime: InferenceRuntime, settings: EncoderExecutorSettings
    ) throws(EncodingError) {
        name = description.name
        version = description.version
        languages = description.languages
        maximumUnknownShare = description.maximumUnknownShare
        window = description.window
        overlap = min(description.overlap, max(description.window - 3, 0))
        dimension = description.source.embedding?.dimension
        heads = description.heads
        tokenizer = description.tokenizer
        executor = try EncoderExecutor(
            model: EncoderModel(runtime: runtime, source: description.source), settings: settings)
    }

    /// Cuts a text of `count` tokens, special ones not counted, into the parts that fit a row, each overlapping the
    /// one before.
    /// - Parameter special: The number of special tokens that each row adds.
    public func windows(of count: Int, special: Int = 2) -> [Range<Int>] {
        let size = max(window - special, 1)
        guard count > size else { return [0..<count] }
        let step = max(size - overlap, 1)
        var windows: [Range<Int>] = []
        var start = 0
        while start + size < count {
            windows.append(start..<start + size)
            start += step
        }
        windows.append(start..<count)
        return windows
    }
}

/// What the readers find in a directory.
struct EncoderDescription {
    var name: String
    var version = "0"
    var languages: [String] = []
    var maximumUnknownShare = 1.0
    var window: Int
    var overlap = 48
    var heads: [EncoderHead]
    var tokenizer: Tokenizer
    var source: EncoderSource
}
