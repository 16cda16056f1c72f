/// What is wanted of an encoder.
public struct EncoderOutputs: Sendable, Hashable {
    /// Whether the text's vector is wanted.
    public var embedding: Bool
    /// The names of the heads that are wanted; those that the encoder lacks are ignored.
    public var heads: Set<String>

    /// Creates a wish.
    public init(embedding: Bool = false, heads: Set<String> = []) {
        self.embedding = embedding
        self.heads = heads
    }

    /// Whether everything in `other` is in this too.
    public func covers(_ other: EncoderOutputs) -> Bool {
        (embedding || !other.embedding) && heads.isSuperset(of: other.heads)
    }

    /// What is in either.
    public func union(_ other: EncoderOutputs) -> EncoderOutputs {
        EncoderOutputs(embedding: embedding || other.embedding, heads: heads.union(other.heads))
    }
}
