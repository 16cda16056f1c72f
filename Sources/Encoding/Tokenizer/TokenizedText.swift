/// A text as token ids, each with the place it came from.
public struct TokenizedText: Sendable, Hashable {
    /// The token ids, special tokens included where they were asked for.
    public var ids: [Int32]
    /// For each id the range of Unicode scalars of the original text that it covers; empty for special tokens that
    /// the post-processor added.
    public var offsets: [Range<Int>]
    /// How many of the ids are the model's unknown token.
    public var unknownCount: Int

    /// Creates a tokenized text.
    public init(ids: [Int32] = [], offsets: [Range<Int>] = [], unknownCount: Int = 0) {
        self.ids = ids
        self.offsets = offsets
        self.unknownCount = unknownCount
    }
}
