/// A JSON value; objects keep their order and their duplicates (the last one counts).
enum MockJSON: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([MockJSON])
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: MockJSON
    }

    subscript(_ key: String) -> MockJSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var array: [MockJSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number, if it is a whole one.
    var integer: Int? {
        guard case .number(let value) = self else { return nil }
        return Int(exactly: value)
    }

    var isNull: Bool { self == .null }
}

/// Where and why a text is not JSON.
struct MockJSONError: Error, Equatable {
    var message: String
    var offset: Int
}

/// A strict JSON reader (RFC 8259) with bounds on depth and on the number of values.
struct MockJSONReader {
    static let maxDepth = 96
    static let maxValues = 400_000

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private var depth = 0
    private var values = 0

    private init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// Reads one value and nothing after it.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(MockJSONError) -> MockJSON {
        var reader = MockJSONReader(bytes, from: 0)
        reader.skipBlanks()
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.error("there is text after the value") }
        return value
    }

    /// The length of the value that starts at the beginning, whatever follows it.
    static func lengthOfValue(_ bytes: UnsafeRawBufferPointer) throws(MockJSONError) -> Int {
        var reader = MockJSONReader(bytes, from: 0)
        _ = try reader.value()
        return reader.position
    }

    private func error(_ message: String) -> MockJSONError { MockJSONError(message: message, offset: position) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func value() throws(MockJSONError) -> MockJSON {
        values += 1
        guard values <= Self.maxValues else { throw error("more than \(Self.maxValues) values") }
        guard let byte = current else { throw error("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("a value cannot start with this byte")
        }
    }

    private mutating func literal(_ word: StaticString, _ value: MockJSON) throws(MockJSONError) -> MockJSON {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { throw error("unknown word") }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { throw error("unknown word") }
        position += count
        return value
    }

    private mutating func descend() throws(MockJSONError) {
        depth += 1
        guard depth <= Self.maxDepth else { throw error("nested deeper than \(Self.maxDepth) levels") }
        position += 1
        skipBlanks()
    }

    private mutating func object() throws(MockJSONError) -> MockJSON {
        try descend()
        var members: [MockJSON.Member] = []
        if current == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return .object(members)
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw error("a member must start with a string") }
            let key = try text()
            skipBlanks()
            guard current == UInt8(ascii: ":") else { throw error("':' is missing after a name") }
            position += 1
            skipBlanks()
            members.append(MockJSON.Member(key: key, value: try value()))
            if try endsList(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array() throws(MockJSONError) -> MockJSON {
        try descend()
        var elements: [MockJSON] = []
        if current == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            if try endsList(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    /// Steps over a comma (false) or the closing bracket (true).
    private mutating func endsList(with close: UInt8) throws(MockJSONError) -> Bool {
        skipBlanks()
        guard let byte = current, byte == close || byte == UInt8(ascii: ",") else {
            throw error("',' or a closing bracket is missing")
        }
        position += 1
        if byte == close {
            depth -= 1
            return true
        }
        skipBlanks()
        return false
    }

    private mutating func number() throws(MockJSONError) -> MockJSON {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let whole = position
        try digits()
        if position - whole > 1, bytes[whole] == UInt8(ascii: "0") { throw error("a number starts with 0") }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let digitsText = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(digitsText), value.isFinite else { throw error("a number is out of range") }
        return .number(value)
    }

    private mutating func digits() throws(MockJSONError) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error("a digit is missing") }
    }

    private mutating func text() throws(MockJSONError) -> String {
        position += 1
        let start = position
        try skipPlainRun()
        if current == UInt8(ascii: "\"") {
            let value = try decoded(bytes[start..<position])
            position += 1
            return value
        }
        var unescaped = Array(bytes[start..<position])
        while true {
            guard current == UInt8(ascii: "\\") else { break }
            position += 1
            try escape(into: &unescaped)
            let run = position
            try skipPlainRun()
            unescaped.append(contentsOf: bytes[run..<position])
        }
        position += 1
        return try decoded(unescaped)
    }

    /// Moves to the next quote or backslash.
    private mutating func skipPlainRun() throws(MockJSONError) {
        while let byte = current {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else { throw error("a control character in a string must be escaped") }
            position += 1
        }
        throw error("a string does not end")
    }

    private func decoded(_ utf8: some Collection<UInt8>) throws(MockJSONError) -> String {
        guard let value = String(validating: utf8, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return value
    }

    private mutating func escape(into output: inout [UInt8]) throws(MockJSONError) {
        guard let byte = current else { throw error("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try hexadecimal()
            let isHighSurrogate = (0xD800...0xDBFF).contains(scalar)
            if isHighSurrogate, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                let restart = position
                position += 2
                let low = try hexadecimal()
                if (0xDC00...0xDFFF).contains(low) {
                    scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    position = restart
                }
            }
            // A lone surrogate has no UTF-8 form; it becomes the replacement character.
            output.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        default: throw error("unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(MockJSONError) -> UInt32 {
        guard bytes.count - position >= 4 else { throw error("\\u needs four hexadecimal digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
