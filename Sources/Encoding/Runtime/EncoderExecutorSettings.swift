/// The arithmetic of an encoder.
public enum EncoderPrecision: String, Sendable, Hashable {
    /// bfloat16 where the processor has it, else 8-bit integers where it has VNNI, else single precision.
    case automatic
    /// Single precision.
    case float32 = "f32"
    /// bfloat16 with single precision sums; slow where the processor lacks it.
    case bfloat16 = "bf16"
    /// Matrix products over 8-bit integers: weights with a scale for each output, activations with one for each 64
    /// numbers of a position, chosen as they come. Sums and everything else are single precision.
    case int8
}

/// The bounds of an executor.
public struct EncoderExecutorSettings: Sendable, Hashable {
    /// Processor threads for the arithmetic of all streams together.
    public var threads: Int
    /// Batches that run at the same time.
    public var streams: Int
    /// The most rows that wait; more are refused with `overloaded`.
    public var queueRows: Int
    /// The most rows of one batch.
    public var batchRows: Int
    /// The most positions of one batch, padding included; a longer row runs alone. Matrix products gain little from
    /// more than a few hundred, and what comes later waits for the batch.
    public var batchTokens: Int
    /// The arithmetic.
    public var precision: EncoderPrecision

    /// Creates settings; the defaults suit one core.
    public init(
        threads: Int = 1, streams: Int = 1, queueRows: Int = 512, batchRows: Int = 16, batchTokens: Int = 512,
        precision: EncoderPrecision = .automatic
    ) {
        self.threads = threads
        self.streams = streams
        self.queueRows = queueRows
        self.batchRows = batchRows
        self.batchTokens = batchTokens
        self.precision = precision
    }
}
