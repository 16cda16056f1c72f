/// Writes server-sent events.
public enum SSEWriter {
    /// The event that ends OpenAI streams.
    public static let done: [UInt8] = Array("data: [DONE]\n\n".utf8)

    /// Appends an event that has only data; line breaks in the data become further data lines.
    public static func data(_ data: some Collection<UInt8>, into output: inout [UInt8]) {
        let bytes = Array(data)
        var start = 0
        var cursor = 0
        func appendLine(_ end: Int, _ output: inout [UInt8]) {
            output.append(contentsOf: "data: ".utf8)
            output.append(contentsOf: bytes[start..<end])
            output.append(0x0A)
        }
        while cursor < bytes.count {
            if bytes[cursor] == 0x0A || bytes[cursor] == 0x0D {
                appendLine(cursor, &output)
                if bytes[cursor] == 0x0D, cursor + 1 < bytes.count, bytes[cursor + 1] == 0x0A { cursor += 1 }
                start = cursor + 1
            }
            cursor += 1
        }
        appendLine(bytes.count, &output)
        output.append(0x0A)
    }

    /// Appends a named event. Line breaks in the name are dropped.
    public static func event(_ name: String, data: some Collection<UInt8>, into output: inout [UInt8]) {
        output.append(contentsOf: "event: ".utf8)
        output.append(contentsOf: name.utf8.filter { $0 != 0x0A && $0 != 0x0D })
        output.append(0x0A)
        Self.data(data, into: &output)
    }

    /// Appends a comment, which keeps a connection alive and is skipped by readers.
    public static func comment(_ text: String, into output: inout [UInt8]) {
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: text.utf8.filter { $0 != 0x0A && $0 != 0x0D })
        output.append(contentsOf: "\n\n".utf8)
    }
}
