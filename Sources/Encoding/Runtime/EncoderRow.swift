/// One text, or one window of a text, to encode.
public struct EncoderRow: Sendable, Hashable {
    /// Token identifiers with the special tokens.
    public var ids: [Int32]

    /// Creates a row.
    public init(ids: [Int32]) { self.ids = ids }
}

/// What an encoder says of one row.
public struct EncoderResult: Sendable, Hashable {
    /// The vector, if it was asked for.
    public var embedding: [Float]?
    /// For each sequence head asked for, in the encoder's order: one logit for each class.
    public var logits: [[Float]]
    /// For each token head asked for, in the encoder's order: position × class logits, row by row, special tokens
    /// included.
    public var tokenLogits: [[Float]]

    /// Creates a result.
    public init(embedding: [Float]? = nil, logits: [[Float]] = [], tokenLogits: [[Float]] = []) {
        self.embedding = embedding
        self.logits = logits
        self.tokenLogits = tokenLogits
    }
}
