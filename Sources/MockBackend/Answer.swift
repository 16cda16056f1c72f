/// A piece of text as one simulated token, in UTF-8 offsets.
typealias TokenRange = Range<Int>

/// Cuts text into the simulated model's tokens.
enum Tokens {
    static let maxBytes = 12

    /// Consecutive pieces that cover the text: blanks lead, then a word, at most `maxBytes` bytes, whole scalars.
    static func split(_ text: [UInt8], limit: Int = .max) -> [TokenRange] {
        var pieces: [TokenRange] = []
        pieces.reserveCapacity(min(text.count / 5 + 1, limit))
        var start = 0
        while start < text.count, pieces.count < limit {
            var end = start
            while end < text.count, isBlank(text[end]), end - start < maxBytes { end += 1 }
            while end < text.count, !isBlank(text[end]) {
                let startsScalar = text[end] & 0xC0 != 0x80
                if startsScalar, end - start >= maxBytes { break }
                end += 1
            }
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// A tool call in an answer.
struct ToolCall: Equatable {
    var id: String
    var name: String
    /// JSON text.
    var arguments: [UInt8]
    /// The tokens of `arguments`; the call's name is one token more.
    var pieces: [TokenRange]
}

/// One choice of a chat completion.
struct Answer: Equatable {
    var text: [UInt8] = []
    var pieces: [TokenRange] = []
    var toolCalls: [ToolCall] = []
    /// `stop`, `length` or `tool_calls`.
    var finishReason = "stop"

    /// Completion tokens: text pieces, and for each tool call one for its name and one per piece of arguments.
    var tokens: Int { toolCalls.reduce(pieces.count) { $0 + 1 + $1.pieces.count } }

    init(text: [UInt8], limit: Int) {
        pieces = Tokens.split(text, limit: limit == .max ? limit : limit + 1)
        self.text = text
        if pieces.count > limit {
            pieces.removeLast(pieces.count - limit)
            self.text.removeLast(text.count - (pieces.last?.upperBound ?? 0))
            finishReason = "length"
        }
    }

    init(toolCalls calls: [(id: String, name: String, arguments: [UInt8])], limit: Int) {
        finishReason = "tool_calls"
        var left = limit
        for call in calls {
            guard left > 0 else {
                finishReason = "length"
                break
            }
            var kept = ToolCall(id: call.id, name: call.name, arguments: call.arguments, pieces: [])
            kept.pieces = Tokens.split(call.arguments)
            left -= 1
            if kept.pieces.count > left {
                kept.pieces.removeLast(kept.pieces.count - left)
                kept.arguments.removeLast(kept.arguments.count - (kept.pieces.last?.upperBound ?? 0))
                finishReason = "length"
            }
            left -= kept.pieces.count
            toolCalls.append(kept)
        }
    }
}
