import NIOCore

extension ByteBuffer {
    /// Writes UTF-8 text as a JSON string, with its quotes.
    mutating func writeJSONString(_ utf8: UnsafeRawBufferPointer) {
        writeInteger(UInt8(ascii: "\""))
        var start = 0
        for index in utf8.indices {
            let byte = utf8[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            writeBytes(UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            writeJSONEscape(byte)
            start = index + 1
        }
        writeBytes(UnsafeRawBufferPointer(rebasing: utf8[start...]))
        writeInteger(UInt8(ascii: "\""))
    }

    /// Writes a part of UTF-8 text as a JSON string; the range must hold whole scalars.
    mutating func writeJSONString(_ bytes: [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBytes { writeJSONString(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Writes a string as a JSON string.
    mutating func writeJSONString(_ text: String) {
        var text = text
        text.withUTF8 { writeJSONString(UnsafeRawBufferPointer($0)) }
    }

    private mutating func writeJSONEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): writeStaticString("\\\"")
        case UInt8(ascii: "\\"): writeStaticString("\\\\")
        case 0x08: writeStaticString("\\b")
        case 0x09: writeStaticString("\\t")
        case 0x0A: writeStaticString("\\n")
        case 0x0C: writeStaticString("\\f")
        case 0x0D: writeStaticString("\\r")
        default:
            writeStaticString("\\u00")
            writeHexadecimalDigit(byte >> 4)
            writeHexadecimalDigit(byte & 15)
        }
    }

    private mutating func writeHexadecimalDigit(_ digit: UInt8) {
        writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }

    /// Writes a number in decimal.
    mutating func writeDecimal(_ number: Int) { writeString(String(number)) }

    /// Writes the size line of an HTTP chunk.
    mutating func writeChunkSize(_ size: Int) {
        writeString(String(size, radix: 16))
        writeStaticString("\r\n")
    }
}

extension RequestProblem {
    /// OpenAI's error object.
    func body() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeStaticString("{\"error\":{\"message\":")
        buffer.writeJSONString(message)
        buffer.writeStaticString(",\"type\":")
        buffer.writeJSONString(type)
        buffer.writeStaticString(",\"param\":")
        if let parameter { buffer.writeJSONString(parameter) } else { buffer.writeStaticString("null") }
        buffer.writeStaticString(",\"code\":")
        if let code { buffer.writeJSONString(code) } else { buffer.writeStaticString("null") }
        buffer.writeStaticString("}}")
        return buffer
    }
}
