/// Strict RFC 8259 scanner: one walk over the bytes, no recursion, the tape is its only allocation.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    private let count: Int
    private let limits: JSONLimits
    private var position = 0
    private var tape: [TapeNode] = []

    private static let noParent = UInt32.max

    static func tape(of bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> [TapeNode] {
        guard bytes.count <= min(limits.maxBytes, Int(Int32.max)) else {
            throw JSONError(
                code: .tooLarge, offset: limits.maxBytes,
                message: "the text has \(bytes.count) bytes; at most \(limits.maxBytes) are accepted")
        }
        let result: Result<[TapeNode], JSONError> = bytes.withUnsafeBytes { raw in
            var scanner = JSONScanner(raw, limits: limits)
            return Result { () throws(JSONError) in try scanner.scan() }
        }
        return try result.get()
    }

    private init(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
        self.bytes = bytes
        self.count = bytes.count
        self.limits = limits
        tape.reserveCapacity(min(bytes.count / 16 + 16, 4096))
    }

    private mutating func scan() throws(JSONError) -> [TapeNode] {
        var parent = Self.noParent
        var inObject = false
        var depth = 0
        while true {
            skipWhitespace()
            guard position < count else { throw endOfText() }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                try scanString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= limits.maxDepth else {
                    throw error(.depthExceeded, "nesting is deeper than \(limits.maxDepth) levels")
                }
                let isObject = bytes[position] == UInt8(ascii: "{")
                let index = UInt32(truncatingIfNeeded: tape.count)
                try append(isObject ? .object : .array, from: position, to: position + 1)
                position += 1
                skipWhitespace()
                guard position < count else { throw endOfText() }
                guard bytes[position] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    tape[Int(index)].next = parent
                    parent = index
                    inObject = isObject
                    if isObject { try scanKey() }
                    continue
                }
                position += 1
                tape[Int(index)].end = UInt32(truncatingIfNeeded: position)
                depth -= 1
            case UInt8(ascii: "t"): try scanLiteral("true", .bool, .isTrue)
            case UInt8(ascii: "f"): try scanLiteral("false", .bool, [])
            case UInt8(ascii: "n"): try scanLiteral("null", .null, [])
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
            default: throw error(.syntax, "a value was expected")
            }
            nextValue: while true {
                skipWhitespace()
                guard parent != Self.noParent else {
                    guard position == count else { throw error(.trailingData, "there is data after the value") }
                    return tape
                }
                guard position < count else { throw endOfText() }
                switch bytes[position] {
                case UInt8(ascii: ","):
                    position += 1
                    if inObject {
                        skipWhitespace()
                        try scanKey()
                    }
                    break nextValue
                case UInt8(ascii: "}") where inObject, UInt8(ascii: "]") where !inObject:
                    position += 1
                    let closed = Int(parent)
                    parent = tape[closed].next
                    tape[closed].end = UInt32(truncatingIfNeeded: position)
                    tape[closed].next = UInt32(truncatingIfNeeded: tape.count)
                    depth -= 1
                    inObject = parent != Self.noParent && tape[Int(parent)].kind == .object
                default:
                    throw error(.syntax, inObject ? "',' or '}' was expected" : "',' or ']' was expected")
                }
            }
        }
    }

    @inline(__always)
    private mutating func append(
        _ kind: JSONKind, from start: Int, to end: Int, flags: TapeNode.Flags = []
    ) throws(JSONError) {
        guard tape.count < limits.maxNodes else {
            throw error(.tooManyNodes, "there are more than \(limits.maxNodes) values")
        }
        tape.append(
            TapeNode(
                start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: tape.count + 1), kind: kind, flags: flags))
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while position < count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func scanKey() throws(JSONError) {
        guard position < count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: "\"") else { throw error(.syntax, "a member name was expected") }
        try scanString()
        skipWhitespace()
        guard position < count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: ":") else { throw error(.syntax, "':' was expected") }
        position += 1
    }

    private mutating func scanString() throws(JSONError) {
        let start = position
        var flags: TapeNode.Flags = []
        var cursor = position + 1
        while true {
            cursor = plainRunEnd(from: cursor)
            guard cursor < count else {
                position = count
                throw endOfText()
            }
            let byte = bytes[cursor]
            if byte == UInt8(ascii: "\"") {
                position = cursor + 1
                return try append(.string, from: start, to: position, flags: flags)
            }
            if byte == UInt8(ascii: "\\") {
                flags.insert(.escaped)
                cursor = try escapeEnd(from: cursor)
            } else if byte < 0x20 {
                position = cursor
                throw error(.controlCharacter, "a control character inside a string must be escaped")
            } else {
                cursor = try multibyteRunEnd(from: cursor)
            }
        }
    }

    /// Offset of the first byte at or after `start` that is a quote, a backslash, a control byte or not ASCII.
    @inline(__always)
    private func plainRunEnd(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var cursor = start
        while cursor + 8 <= count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: cursor, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // The lowest marked byte is exact; a borrow can only mark bytes above a true hit.
            let marks =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- (ones &* 0x20)) & ~word) | word) & highs
            if marks != 0 { return cursor + marks.trailingZeroBitCount >> 3 }
            cursor += 8
        }
        while cursor < count {
            let byte = bytes[cursor]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { return cursor }
            cursor += 1
        }
        return cursor
    }

    private mutating func escapeEnd(from start: Int) throws(JSONError) -> Int {
        guard start + 1 < count else {
            position = count
            throw endOfText()
        }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            for offset in start + 2..<start + 6 {
                guard offset < count else {
                    position = count
                    throw endOfText()
                }
                guard JSONText.hexValue(bytes[offset]) != nil else {
                    position = start
                    throw error(.invalidEscape, "\\u needs four hexadecimal digits")
                }
            }
            return start + 6
        default:
            position = start
            throw error(.invalidEscape, "this backslash sequence is not JSON")
        }
    }

    /// Validates well-formed sequences of two to four bytes (Unicode, table 3-7) while they follow each other.
    private mutating func multibyteRunEnd(from start: Int) throws(JSONError) -> Int {
        var cursor = start
        while cursor < count {
            let lead = bytes[cursor]
            if lead < 0x80 { return cursor }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: length = 0
            }
            var isValid = length > 0 && cursor + length <= count && second.contains(bytes[cursor + 1])
            var offset = 2
            while isValid && offset < length {
                isValid = bytes[cursor + offset] & 0xC0 == 0x80
                offset += 1
            }
            guard isValid else {
                position = cursor
                throw error(.invalidUTF8, "the string is not UTF-8")
            }
            cursor += length
        }
        return cursor
    }

    private mutating func scanNumber() throws(JSONError) {
        let start = position
        var flags: TapeNode.Flags = .integer
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        guard position < count else { throw endOfText() }
        if bytes[position] == UInt8(ascii: "0") {
            position += 1
            guard position == count || !isDigit(bytes[position]) else {
                throw error(.invalidNumber, "a number must not begin with a zero")
            }
        } else {
            try scanDigits()
        }
        if position < count, bytes[position] == UInt8(ascii: ".") {
            flags = []
            position += 1
            try scanDigits()
        }
        if position < count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            flags = []
            position += 1
            if position < count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try scanDigits()
        }
        try append(.number, from: start, to: position, flags: flags)
    }

    private mutating func scanDigits() throws(JSONError) {
        guard position < count else { throw endOfText() }
        guard isDigit(bytes[position]) else { throw error(.invalidNumber, "a digit was expected") }
        while position < count, isDigit(bytes[position]) { position += 1 }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func scanLiteral(
        _ literal: StaticString, _ kind: JSONKind, _ flags: TapeNode.Flags
    ) throws(JSONError) {
        let start = position
        for index in 0..<literal.utf8CodeUnitCount {
            guard start + index < count else { throw endOfText() }
            guard bytes[start + index] == literal.utf8Start[index] else {
                throw error(.syntax, "a value was expected")
            }
        }
        position = start + literal.utf8CodeUnitCount
        try append(kind, from: start, to: position, flags: flags)
    }

    private func error(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code: code, offset: position, message: message)
    }

    private func endOfText() -> JSONError {
        JSONError(code: .unexpectedEnd, offset: count, message: "the text ends inside a value")
    }
}
