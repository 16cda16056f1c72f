/// Reads little-endian values off the front of a model file and never beyond its end.
struct LanguageModelReader {
    private let source: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) {
        source = bytes
    }

    var isAtEnd: Bool { offset == source.count }

    /// A failure at the present offset.
    func corrupt(_ message: String) -> LanguageModelError {
        LanguageModelError(code: .corrupt, message: message, offset: offset)
    }

    mutating func take(_ count: Int) throws(LanguageModelError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= source.count - offset else { throw corrupt("the file ends early") }
        defer { offset += count }
        return source[offset..<offset + count]
    }

    mutating func bytes(_ count: Int) throws(LanguageModelError) -> [UInt8] {
        Array(try take(count))
    }

    mutating func uint8() throws(LanguageModelError) -> UInt8 {
        try integer(1)
    }

    mutating func uint16() throws(LanguageModelError) -> UInt16 {
        try integer(2)
    }

    mutating func uint32() throws(LanguageModelError) -> UInt32 {
        try integer(4)
    }

    mutating func float() throws(LanguageModelError) -> Float {
        Float(bitPattern: try integer(4))
    }

    private mutating func integer<Value: FixedWidthInteger>(_ size: Int) throws(LanguageModelError) -> Value {
        try take(size).reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}
