/// The prompt as the simulated model sees it: its length in tokens and the hashes of its blocks.
struct Prompt: Equatable {
    static let bytesPerToken = 4
    static let tokensPerBlock = 16
    static let bytesPerBlock = bytesPerToken * tokensPerBlock

    /// The prompt's length: bytes of all messages divided by four, rounded up.
    var tokens: Int
    /// For every whole block, the hash of everything up to its end.
    var blocks: [UInt64]
    /// The hash of the whole prompt.
    var fingerprint: UInt64

    /// Measures the messages; with `hashesBlocks` false, `blocks` stays empty.
    init(_ messages: [ChatMessage], hashesBlocks: Bool = true) {
        var hash = RollingHash()
        var count = 0
        var blocks: [UInt64] = []
        for message in messages {
            // Roles and boundaries tell prompts apart but are not counted as text.
            hash.combine(0xFF)
            hash.combine(message.role)
            hash.combine(0xFE)
            hash.combine(message.imageText)
            for text in [message.text, message.toolCallText] {
                for byte in text.utf8 {
                    hash.combine(byte)
                    count &+= 1
                    if hashesBlocks, count % Self.bytesPerBlock == 0 { blocks.append(hash.value) }
                }
            }
        }
        tokens = (count + Self.bytesPerToken - 1) / Self.bytesPerToken
        self.blocks = blocks
        fingerprint = hash.value
    }
}
