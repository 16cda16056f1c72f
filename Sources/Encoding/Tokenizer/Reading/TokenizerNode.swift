import Wire

/// A value of `tokenizer.json` that knows where it stands.
struct TokenizerNode {
    let value: JSONValue
    let path: String

    /// A member, or `nil` where it is missing or `null`.
    func optional(_ key: String) -> TokenizerNode? {
        guard let member = value[key], !member.isNull else { return nil }
        return TokenizerNode(value: member, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// A member that must be there.
    func member(_ key: String) throws(TokenizerError) -> TokenizerNode {
        guard let member = optional(key) else { throw malformed("the member “\(key)” is missing") }
        return member
    }

    /// The elements of an array.
    func elements() throws(TokenizerError) -> [TokenizerNode] {
        guard value.kind == .array else { throw malformed("an array is expected here") }
        var nodes: [TokenizerNode] = []
        for (index, element) in value.elements.enumerated() {
            nodes.append(TokenizerNode(value: element, path: "\(path)[\(index)]"))
        }
        return nodes
    }

    func string() throws(TokenizerError) -> String {
        guard let string = value.string else { throw malformed("a string is expected here") }
        return string
    }

    func int() throws(TokenizerError) -> Int {
        guard let int = value.int else { throw malformed("a whole number is expected here") }
        return int
    }

    /// A token id.
    func id() throws(TokenizerError) -> Int32 {
        let int = try int()
        guard 0..<Self.idLimit ~= int else {
            throw malformed("a token id is from 0 to \(Self.idLimit - 1), not \(int)")
        }
        return Int32(int)
    }

    func bool(_ key: String, default standard: Bool) throws(TokenizerError) -> Bool {
        guard let member = optional(key) else { return standard }
        guard let bool = member.value.bool else { throw member.malformed("true or false is expected here") }
        return bool
    }

    /// The single scalar of a string.
    func scalar() throws(TokenizerError) -> UInt32 {
        let scalars = try string().unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first else { throw malformed("one character is expected here") }
        return scalar.value
    }

    /// The type of a component.
    func type() throws(TokenizerError) -> String { try member("type").string() }

    func malformed(_ message: String) -> TokenizerError {
        TokenizerError(code: .malformed, path: path, message: message)
    }

    func unsupported(_ what: String) -> TokenizerError {
        TokenizerError(
            code: .unsupportedComponent, path: path, message: "\(what) is not supported; the token ids would differ")
    }

    /// Ids are below this, so that a table over all of them stays small.
    static let idLimit = 1 << 24
}

/// Reads the many strings of a vocabulary where they stand, without making a `String` of each.
struct JSONStringBytes {
    private let bytes: UnsafeBufferPointer<UInt8>

    /// A reader for the bytes that the document was parsed from.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Calls `body` with the content of the string at a range, quotes included, unless it holds an escape; then with
    /// what `decode` says.
    @inline(__always)
    func read(_ range: Range<Int>, decode: () -> String, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        let content = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
        guard content.contains(UInt8(ascii: "\\")) else { return body(content) }
        var decoded = decode()
        decoded.withUTF8(body)
    }
}
