/// One value inside a ``JSONDocument``: a view that decodes only what is asked for.
public struct JSONValue: Sendable {
    let storage: JSONDocument.Storage
    let index: Int

    @inline(__always)
    var node: TapeNode { storage.tape[index] }

    /// The kind of value.
    public var kind: JSONKind { node.kind }

    /// Whether this is `null`.
    public var isNull: Bool { node.kind == .null }

    /// The truth value, or `nil` for another kind.
    public var bool: Bool? {
        let node = node
        return node.kind == .bool ? node.flags.contains(.isTrue) : nil
    }

    /// The decoded text, or `nil` for another kind. A lone surrogate escape reads as U+FFFD.
    public var string: String? {
        let node = node
        guard node.kind == .string else { return nil }
        return withContent { JSONText.decode($0, escaped: node.flags.contains(.escaped)) }
    }

    /// Bytes that ``string`` has in UTF-8, without decoding it; `nil` for another kind.
    public var stringByteCount: Int? {
        let node = node
        guard node.kind == .string else { return nil }
        return withContent { JSONText.decodedCount($0, escaped: node.flags.contains(.escaped)) }
    }

    /// The number if it is written without fraction and exponent and fits, else `nil`.
    public var int: Int? {
        let node = node
        guard node.kind == .number, node.flags.contains(.integer) else { return nil }
        return Int(String(decoding: rawText, as: UTF8.self))
    }

    /// The nearest double, or `nil` for another kind and for numbers beyond the finite doubles.
    public var double: Double? {
        guard node.kind == .number, let value = Double(String(decoding: rawText, as: UTF8.self)), value.isFinite
        else { return nil }
        return value
    }

    /// Where this value stands in the document's bytes, quotes and brackets included.
    public var sourceRange: Range<Int> {
        let node = node
        return Int(node.start)..<Int(node.end)
    }

    /// The value's bytes as they stand in the document.
    public var rawText: ArraySlice<UInt8> { storage.bytes[sourceRange] }

    /// The last member with this name, or `nil` when there is none or this is not an object.
    public subscript(key: String) -> JSONValue? {
        var key = key
        return key.withUTF8 { name in
            var found: JSONValue?
            for member in members where member.hasKey(name) { found = member.value }
            return found
        }
    }

    /// The element at a position, or `nil` when there is none or this is not an array.
    public subscript(position: Int) -> JSONValue? {
        guard position >= 0 else { return nil }
        var remaining = position
        for element in elements {
            if remaining == 0 { return element }
            remaining -= 1
        }
        return nil
    }

    /// Number of elements or members; zero for scalars.
    public var count: Int {
        var count = 0
        switch kind {
        case .array: for _ in elements { count += 1 }
        case .object: for _ in members { count += 1 }
        default: break
        }
        return count
    }

    /// The elements of an array in order; empty for another kind.
    public var elements: Elements { Elements(self) }

    /// The members of an object in order, duplicates included; empty for another kind.
    public var members: Members { Members(self) }

    /// The first member of this object whose name was used before, if any. Names are compared decoded.
    public var firstDuplicateMember: Member? {
        var seen: Set<[UInt8]> = []
        var count = 0
        for member in members {
            if count < 24 {
                if members.prefix(count).contains(where: { $0.hasSameKey(as: member) }) { return member }
            } else {
                if seen.isEmpty { seen = Set(members.prefix(count).map { Array($0.key.utf8) }) }
                if !seen.insert(Array(member.key.utf8)).inserted { return member }
            }
            count += 1
        }
        return nil
    }

    /// Whether two members of this object share a name.
    public var hasDuplicateKeys: Bool { firstDuplicateMember != nil }

    @inline(__always)
    func withContent<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let node = node
        return storage.bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[Int(node.start) + 1..<Int(node.end) - 1]))
        }
    }

    /// Compares a string value with an ASCII name without decoding the common case.
    func isString(_ name: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        return Member(keyIndex: index, storage: storage).hasKey(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}

extension JSONValue {
    /// One member of an object.
    public struct Member: Sendable {
        let keyIndex: Int
        let storage: JSONDocument.Storage

        private var keyValue: JSONValue { JSONValue(storage: storage, index: keyIndex) }

        /// The decoded name.
        public var key: String { keyValue.string ?? "" }
        /// Where the name stands in the document's bytes, quotes included.
        public var keyRange: Range<Int> { keyValue.sourceRange }
        /// The value.
        public var value: JSONValue { JSONValue(storage: storage, index: keyIndex + 1) }

        /// Whether the decoded name equals an ASCII name.
        func isNamed(_ name: StaticString) -> Bool {
            hasKey(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }

        func hasKey(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
            let node = storage.tape[keyIndex]
            if node.flags.contains(.escaped) { return key.utf8.elementsEqual(name) }
            return keyValue.withContent { Self.equal($0, name) }
        }

        func hasSameKey(as other: Member) -> Bool {
            let mine = storage.tape[keyIndex]
            let theirs = other.storage.tape[other.keyIndex]
            if mine.flags.contains(.escaped) || theirs.flags.contains(.escaped) {
                return key.utf8.elementsEqual(other.key.utf8)
            }
            guard mine.end - mine.start == theirs.end - theirs.start else { return false }
            return keyValue.withContent { left in other.keyValue.withContent { Self.equal(left, $0) } }
        }

        private static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
            guard left.count == right.count else { return false }
            var position = 0
            while position < left.count {
                if left[position] != right[position] { return false }
                position += 1
            }
            return true
        }
    }

    /// The elements of an array.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        private let storage: JSONDocument.Storage
        private var cursor: Int
        private let end: Int

        init(_ value: JSONValue) {
            storage = value.storage
            cursor = value.index + 1
            end = value.kind == .array ? Int(value.node.next) : cursor
        }

        public mutating func next() -> JSONValue? {
            guard cursor < end else { return nil }
            defer { cursor = Int(storage.tape[cursor].next) }
            return JSONValue(storage: storage, index: cursor)
        }
    }

    /// The members of an object.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        private let storage: JSONDocument.Storage
        private var cursor: Int
        private let end: Int

        init(_ value: JSONValue) {
            storage = value.storage
            cursor = value.index + 1
            end = value.kind == .object ? Int(value.node.next) : cursor
        }

        public mutating func next() -> Member? {
            guard cursor < end else { return nil }
            defer { cursor = Int(storage.tape[cursor + 1].next) }
            return Member(keyIndex: cursor, storage: storage)
        }
    }
}
