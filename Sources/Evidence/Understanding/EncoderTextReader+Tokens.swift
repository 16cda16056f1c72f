internal import Encoding

extension EncoderTextReader {
    /// Where the encoder's tokens begin in a text, in Unicode scalars and ascending.
    public func tokenStarts(_ text: String) -> [Int] {
        encoder.tokenizer.encode(text, addingSpecialTokens: false).offsets.map(\.lowerBound)
    }
}
