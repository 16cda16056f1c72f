/// Builds one JSON object as one line of bounded length. What does not fit is left out whole, field by field, and
/// the line then ends with `"truncated":true`.
struct JSONLine {
    /// Members taken from one array or dictionary.
    static let maximumMembers = 256
    /// Nesting of arrays and dictionaries.
    static let maximumDepth = 16

    /// Room kept for the brackets still open and for the closing marker.
    private static let reserve = 64

    private var bytes: [UInt8] = []
    private let limit: Int
    private(set) var isTruncated = false
    private var depth = 0

    init(limit: Int = LineWriter.maximumLineBytes) {
        self.limit = limit - Self.reserve
        bytes.reserveCapacity(1_024)
        bytes.append(UInt8(ascii: "{"))
    }

    /// The finished line with its newline.
    consuming func finish() -> [UInt8] {
        if isTruncated { field("truncated", isReserved: true) { $0.value(true) } }
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Records that the caller left something out.
    mutating func noteTruncation() { isTruncated = true }

    /// Adds a member to the innermost open object; `body` appends exactly one value.
    mutating func field(_ name: String, _ body: (inout JSONLine) -> Void) {
        field(name, isReserved: false, body)
    }

    /// Adds a member whose value is a string.
    mutating func field(_ name: String, _ text: String) { field(name) { $0.value(text) } }

    mutating func value(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if !EscapedText.append(text, to: &bytes) { isTruncated = true }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a string known to need no escaping.
    mutating func plain(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value(_ flag: Bool) { bytes.append(contentsOf: (flag ? "true" : "false").utf8) }

    mutating func value(_ integer: some BinaryInteger) { bytes.append(contentsOf: String(integer).utf8) }

    /// JSON has no infinities and no NaN; they become strings.
    mutating func value(_ number: Double) {
        if let integer = Int64(exactly: number), number.magnitude < 1e15 {
            value(integer)
        } else if number.isFinite {
            bytes.append(contentsOf: number.description.utf8)
        } else {
            value(ExpositionText.number(number))
        }
    }

    mutating func object(_ body: (inout JSONLine) -> Void) {
        container(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func array<Element>(_ elements: [Element], _ body: (inout JSONLine, Element) -> Void) {
        container(UInt8(ascii: "["), UInt8(ascii: "]")) { line in
            if elements.count > Self.maximumMembers { line.isTruncated = true }
            for element in elements.prefix(Self.maximumMembers) {
                line.member(isReserved: false) { body(&$0, element) }
            }
        }
    }

    private mutating func field(_ name: String, isReserved: Bool, _ body: (inout JSONLine) -> Void) {
        member(isReserved: isReserved) { line in
            line.value(name)
            line.bytes.append(UInt8(ascii: ":"))
            body(&line)
        }
    }

    private mutating func member(isReserved: Bool, _ body: (inout JSONLine) -> Void) {
        let start = bytes.count
        switch bytes.last {
        case UInt8(ascii: "{"), UInt8(ascii: "["): break
        default: bytes.append(UInt8(ascii: ","))
        }
        body(&self)
        // A byte less at each depth: closing what is open must not push its owner over the limit.
        if !isReserved, bytes.count > limit - depth {
            bytes.removeSubrange(start...)
            isTruncated = true
        }
    }

    private mutating func container(_ open: UInt8, _ close: UInt8, _ body: (inout JSONLine) -> Void) {
        guard depth < Self.maximumDepth else {
            isTruncated = true
            value("…")
            return
        }
        depth += 1
        bytes.append(open)
        body(&self)
        bytes.append(close)
        depth -= 1
    }
}
