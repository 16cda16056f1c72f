/// Appends JSON to a byte array: commas, quotes and escapes are its business, order and nesting the caller's.
///
/// It does not check that brackets match or that a key precedes every member.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Creates a writer that appends to `bytes`.
    public init(appendingTo bytes: [UInt8] = [], reservingCapacity capacity: Int = 0) {
        self.bytes = bytes
        if capacity > 0 { self.bytes.reserveCapacity(bytes.count + capacity) }
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Opens an object.
    public mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Closes the innermost object.
    public mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Opens an array.
    public mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    /// Closes the innermost array.
    public mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a member name; the next value written is the member's.
    public mutating func key(_ name: String) {
        separate()
        Self.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ value: some StringProtocol) {
        separate()
        Self.appendString(value, to: &bytes)
    }

    /// Writes a string given as UTF-8; the caller vouches for its encoding.
    public mutating func string(utf8 value: some Collection<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        Self.appendEscaped(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an integer.
    public mutating func int(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a number; one that is not finite becomes `null`, as JSON has no word for it.
    public mutating func double(_ value: Double) {
        separate()
        bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    }

    /// Writes a truth value.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a prepared fragment.
    public mutating func fragment(_ fragment: JSONFragment) {
        separate()
        bytes.append(contentsOf: fragment.bytes)
    }

    /// Copies a parsed value as it stands in its document.
    public mutating func value(_ value: JSONValue) {
        separate()
        bytes.append(contentsOf: value.rawText)
    }

    /// Writes a member with a string value.
    public mutating func member(_ name: String, _ value: some StringProtocol) {
        key(name)
        string(value)
    }

    /// Writes a member with an integer value.
    public mutating func member(_ name: String, _ value: some BinaryInteger) {
        key(name)
        int(value)
    }

    /// Writes a member with a floating-point value.
    public mutating func member(_ name: String, _ value: Double) {
        key(name)
        double(value)
    }

    /// Writes a member with a truth value.
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    static func appendString(_ value: some StringProtocol, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let done: Void? = value.utf8.withContiguousStorageIfAvailable { appendEscaped($0, to: &bytes) }
        if done == nil { appendEscaped(Array(value.utf8), to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends string content with quotes, backslashes and control characters escaped; everything else unchanged.
    static func appendEscaped<Content: Collection<UInt8>>(_ content: Content, to bytes: inout [UInt8]) {
        var plain = content.startIndex
        var cursor = content.startIndex
        while cursor != content.endIndex {
            let byte = content[cursor]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                content.formIndex(after: &cursor)
                continue
            }
            bytes.append(contentsOf: content[plain..<cursor])
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0..<0x20:
                let digit = byte & 0xF
                bytes.append(contentsOf: [0x75, 0x30, 0x30, 0x30 + byte >> 4])
                bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            default: bytes.append(byte)
            }
            content.formIndex(after: &cursor)
            plain = cursor
        }
        bytes.append(contentsOf: content[plain...])
    }
}
