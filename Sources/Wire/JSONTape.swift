/// The kind of a JSON value.
public enum JSONKind: UInt8, Sendable, Hashable {
    case null, bool, number, string, array, object
}

/// One value or object key. A container is followed by its content; an object's content alternates key and value.
struct TapeNode: Sendable {
    /// Offset of the first byte.
    var start: UInt32
    /// Offset after the last byte.
    var end: UInt32
    /// Tape index after this value's subtree. While the scanner has the container open: the enclosing container.
    var next: UInt32
    var kind: JSONKind
    var flags: Flags

    struct Flags: OptionSet, Sendable {
        var rawValue: UInt8
        /// A string that holds at least one backslash sequence.
        static let escaped = Flags(rawValue: 1)
        /// A number without fraction and exponent.
        static let integer = Flags(rawValue: 2)
        /// The literal `true`.
        static let isTrue = Flags(rawValue: 4)
    }
}
