/// What turns a piece of text into tokens.
enum TokenModel: Sendable {
    case wordPiece(WordPieceModel)
    case bytePair(BytePairModel)
    case unigram(UnigramModel)

    /// Whether the model reads raw bytes instead of byte-level BPE's spelling of them.
    var readsBytes: Bool {
        switch self {
        case .bytePair(let model): model.options.readsBytes
        case .wordPiece, .unigram: false
        }
    }

    /// Appends the tokens of one piece.
    func tokenize(_ piece: ModelInput, into output: inout TokenOutput) {
        switch self {
        case .wordPiece(let model): model.tokenize(piece, into: &output)
        case .bytePair(let model): model.tokenize(piece, into: &output)
        case .unigram(let model): model.tokenize(piece, into: &output)
        }
    }
}
