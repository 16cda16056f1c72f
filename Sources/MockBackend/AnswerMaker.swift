/// Makes answers: a pure function of seed, mode, request and choice.
struct AnswerMaker {
    static let maxToolCalls = 16
    /// The most text that all choices of one answer may hold together, in bytes.
    static let maxAnswerBytes = 64 << 20

    var seed: UInt64
    var mode: AnswerMode

    /// The answers to all choices asked for.
    ///
    /// - Throws: a `RequestProblem` when they would be too long together.
    func answers(
        to request: ChatRequest, fingerprint: UInt64, limit: Int
    ) throws(RequestProblem) -> [Answer] {
        let first = answer(to: request, fingerprint: fingerprint, choice: 0, limit: limit)
        guard request.choices > 1 else { return [first] }
        guard first.text.count < Self.maxAnswerBytes / request.choices else {
            throw .invalid("The choices would be too long together; lower 'n' or 'max_tokens'.", parameter: "n")
        }
        return [first]
            + (1..<request.choices).map { choice in
                answer(to: request, fingerprint: fingerprint, choice: choice, limit: limit)
            }
    }

    private func answer(to request: ChatRequest, fingerprint: UInt64, choice: Int, limit: Int) -> Answer {
        var hash = RollingHash(seed: seed)
        hash.combine(request.model)
        var generator = SplitMix64(seed: hash.value ^ fingerprint ^ SplitMix64.mix(UInt64(choice)))
        let lastIsToolResult = request.messages.last.map { $0.role == "tool" || $0.role == "function" } ?? false
        let userText = request.messages.last { $0.role == "user" }?.text ?? ""
        if !lastIsToolResult {
            let calls = toolCalls(for: request, userText: userText, generator: &generator)
            if !calls.isEmpty { return Answer(toolCalls: calls, limit: limit) }
        }
        let source = lastIsToolResult ? request.messages.last?.text ?? "" : userText
        switch mode {
        case .echo: return Answer(text: Array(source.utf8), limit: limit)
        case .fixed(let text): return Answer(text: Array(text.utf8), limit: limit)
        case .describe:
            var text = Array("[\(request.model)] ".utf8)
            text += Array((lastIsToolResult ? "The tool returned: " : "You asked: ").utf8)
            Self.appendFirstWords(of: source, to: &text)
            Self.appendClosingSentence(&generator, to: &text)
            return Answer(text: text, limit: limit)
        }
    }

    private func toolCalls(
        for request: ChatRequest, userText: String, generator: inout SplitMix64
    ) -> [(id: String, name: String, arguments: [UInt8])] {
        guard !request.tools.isEmpty, request.toolChoice != .none else { return [] }
        var found = Self.namedCalls(in: Array(userText.utf8), tools: request.tools)
        switch request.toolChoice {
        case .function(let name):
            found = [found.first { $0.name == name } ?? (name, Array("{}".utf8))]
        case .required where found.isEmpty:
            found = [(request.tools[0], Array("{}".utf8))]
        default: break
        }
        return found.map { ("call_\(Hexadecimal.text(generator.next()))", $0.name, $0.arguments) }
    }

    /// Every `call <tool>` in the text, with the JSON object after the name, or `{}`.
    static func namedCalls(in text: [UInt8], tools: [String]) -> [(name: String, arguments: [UInt8])] {
        let names = tools.map { (name: $0, bytes: Array($0.utf8)) }.sorted { $0.bytes.count > $1.bytes.count }
        let marker = Array("call ".utf8)
        var found: [(name: String, arguments: [UInt8])] = []
        var position = 0
        while position + marker.count < text.count, found.count < maxToolCalls {
            guard text[position] == marker[0], text[position...].starts(with: marker) else {
                position += 1
                continue
            }
            position += marker.count
            let rest = text[position...]
            guard
                let tool = names.first(where: { candidate in
                    guard rest.starts(with: candidate.bytes) else { return false }
                    let end = position + candidate.bytes.count
                    return end == text.count || !isNameByte(text[end])
                })
            else { continue }
            position += tool.bytes.count
            var start = position
            while start < text.count, text[start] == 0x20 || text[start] == 0x0A { start += 1 }
            var arguments = Array("{}".utf8)
            if start < text.count, text[start] == UInt8(ascii: "{") {
                let length = text.withUnsafeBytes { bytes in
                    try? MockJSONReader.lengthOfValue(UnsafeRawBufferPointer(rebasing: bytes[start...]))
                }
                if let length {
                    arguments = Array(text[start..<start + length])
                    position = start + length
                }
            }
            found.append((tool.name, arguments))
        }
        return found
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            return true
        default: return false
        }
    }

    private static let maxWords = 12
    private static let maxQuotedBytes = 160

    /// Appends the first words, single-spaced, with an ellipsis when more follow.
    static func appendFirstWords(of text: String, to output: inout [UInt8]) {
        let limit = output.count + maxQuotedBytes
        var words = 0
        var isInWord = false
        for byte in text.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                isInWord = false
                continue
            }
            let startsWord = !isInWord
            if (startsWord && words == maxWords) || (output.count >= limit && byte & 0xC0 != 0x80) {
                output += Array("…".utf8)
                return
            }
            if startsWord {
                if words > 0 { output.append(0x20) }
                words += 1
                isInWord = true
            }
            output.append(byte)
        }
    }

    private static let vocabulary: [[UInt8]] = [
        "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper", "kestrel",
        "lantern", "meadow", "north", "orchard", "pebble", "quartz", "river", "summit", "thicket", "upland", "valley",
        "willow", "yarrow",
    ].map { Array(" \($0)".utf8) }

    private static func appendClosingSentence(_ generator: inout SplitMix64, to output: inout [UInt8]) {
        output += Array(" My answer:".utf8)
        for _ in 0..<6 { output += vocabulary[Int(generator.next() % UInt64(vocabulary.count))] }
        output.append(UInt8(ascii: "."))
    }
}

/// Hexadecimal numbers without Foundation.
enum Hexadecimal {
    /// Sixteen lower-case digits.
    static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
