/// A policy file as a tree in which every value remembers where it stands.
public struct Node: Sendable {
    /// What a node holds.
    public enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    /// A single value as written.
    public struct Scalar: Sendable {
        /// The text after unquoting and, later, after environment substitution.
        public var text: String
        /// Written without quotes, so that it may mean a number, a boolean or null.
        public var isPlain: Bool
        /// Whether part of the text came from the environment. Such a text may be a number or a boolean where one is
        /// expected, and it is never null.
        public var isSubstituted: Bool

        /// Whether it may stand where a number or a boolean is expected.
        public var mayBeTyped: Bool { isPlain || isSubstituted }

        /// A scalar of the given text.
        public init(text: String, isPlain: Bool, isSubstituted: Bool = false) {
            self.text = text
            self.isPlain = isPlain
            self.isSubstituted = isSubstituted
        }
    }

    /// One key of a mapping with its value.
    public struct Entry: Sendable {
        public var key: String
        public var keyPosition: SourcePosition
        public var value: Node

        /// An entry of a mapping.
        public init(key: String, keyPosition: SourcePosition, value: Node) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    public var content: Content
    /// Where the value begins.
    public var position: SourcePosition

    /// A node with a content and the position where it begins.
    public init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
    }

    /// The entries, when this is a mapping.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { return entries }
        return nil
    }

    /// The elements, when this is a sequence.
    public var elements: [Node]? {
        if case .sequence(let elements) = content { return elements }
        return nil
    }

    /// The scalar, when this is one.
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content { return scalar }
        return nil
    }

    /// The value of a key, when this is a mapping that has it.
    public subscript(key: String) -> Node? {
        entries?.first { $0.key == key }?.value
    }

    /// A plain `null`, `~` or nothing at all: the key counts as not given.
    public var isNull: Bool {
        guard let scalar, scalar.isPlain, !scalar.isSubstituted else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// The boolean that a plain `true` or `false` means.
    public var boolean: Bool? {
        guard let scalar, scalar.mayBeTyped else { return nil }
        switch scalar.text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    /// What kind of value this is, in words, for messages.
    public var kindDescription: String {
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let scalar):
            if isNull { return "nothing" }
            if boolean != nil { return "a boolean" }
            if scalar.mayBeTyped, Double(scalar.text) != nil { return "a number" }
            return "text"
        }
    }
}
