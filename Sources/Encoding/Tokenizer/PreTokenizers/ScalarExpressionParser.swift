/// Reads the text of a ``ScalarExpression``.
struct ScalarExpressionParser {
    private typealias Node = ScalarExpression.Node
    private typealias Failure = ScalarExpression.Failure

    private let source: [UInt32]
    private var cursor = 0
    private var ignoresCase = false
    private var depth = 0
    /// The character classes of the expression; the nodes refer to them by index.
    private(set) var sets: [ScalarSet] = []

    init(_ source: String) { self.source = source.unicodeScalars.map(\.value) }

    mutating func parse() throws(ScalarExpression.Failure) -> ScalarExpression.Node {
        let node = try alternatives()
        guard cursor == source.count else { throw failure("a “)” without its “(”") }
        return node
    }

    private func failure(_ reason: String) -> Failure { Failure(reason: reason, position: cursor) }

    private func peek(_ offset: Int = 0) -> UInt32? {
        cursor + offset < source.count ? source[cursor + offset] : nil
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for (offset, byte) in wanted.enumerated() where peek(offset) != UInt32(byte) { return false }
        cursor += wanted.count
        return true
    }

    private mutating func alternatives() throws(Failure) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 32 else { throw failure("groups nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(Failure) -> Node {
        var parts: [Node] = []
        while let next = peek(), next != 0x7C, next != 0x29 { parts.append(try repetition()) }
        if ignoresCase { try refuseFoldingPairs(parts) }
        return .sequence(parts)
    }

    /// Two letters that some single character folds to, as ß does to ss.
    private func refuseFoldingPairs(_ parts: [Node]) throws(Failure) {
        let pairs: [(UInt32, UInt32)] = [
            (0x73, 0x73), (0x73, 0x74), (0x66, 0x66), (0x66, 0x69), (0x66, 0x6C),
        ]
        for (left, right) in zip(parts, parts.dropFirst()) {
            guard case .set(let first) = left, case .set(let second) = right else { continue }
            let isPair = pairs.contains { sets[first].contains($0.0, []) && sets[second].contains($0.1, []) }
            if isPair { throw failure("letters that fold together, without regard to case") }
        }
    }

    private mutating func repetition() throws(Failure) -> Node {
        let atom = try atom()
        guard let next = peek() else { return atom }
        var bounds: (Int, Int)
        var isInterval = false
        switch next {
        case 0x3F: bounds = (0, 1)
        case 0x2A: bounds = (0, .max)
        case 0x2B: bounds = (1, .max)
        case 0x7B:
            guard let interval = interval() else { throw failure("a “{” that opens no interval") }
            bounds = interval
            isInterval = true
        default: return atom
        }
        if !isInterval { cursor += 1 }
        var isPossessive = false
        if peek() == 0x2B {
            guard !isInterval else { throw failure("a “+” after an interval") }
            isPossessive = true
            cursor += 1
        } else if peek() == 0x3F || peek() == 0x2A || peek() == 0x7B {
            throw failure("a lazy or repeated repetition")
        }
        if case .set(let set) = atom {
            return .loop(set: set, atLeast: bounds.0, atMost: bounds.1, isPossessive: isPossessive)
        }
        guard !isPossessive, bounds.1 <= 8 else { throw failure("a repetition of a group") }
        var node = Node.sequence([])
        for count in stride(from: bounds.1, to: 0, by: -1) {
            let rest = Node.sequence([atom, node])
            node = count > bounds.0 ? .alternatives([rest, .sequence([])]) : rest
        }
        return node
    }

    /// Reads `{m}`, `{m,}` or `{m,n}`.
    private mutating func interval() -> (Int, Int)? {
        var position = cursor + 1
        func number() -> (Int, Int)? {
            var value = 0
            var end = position
            while end < source.count, 0x30...0x39 ~= source[end], value < 1000 {
                value = value * 10 + Int(source[end] - 0x30)
                end += 1
            }
            return end == position ? nil : (value, end)
        }
        guard let low = number() else { return nil }
        position = low.1
        var high = low.0
        if position < source.count, source[position] == 0x2C {
            position += 1
            if let bound = number() {
                high = bound.0
                position = bound.1
            } else {
                high = .max
            }
        }
        guard position < source.count, source[position] == 0x7D, high >= low.0 else { return nil }
        cursor = position + 1
        return (low.0, high)
    }

    private mutating func atom() throws(Failure) -> Node {
        guard let next = peek() else { throw failure("an atom is missing") }
        switch next {
        case 0x28: return try group()
        case 0x5B:
            cursor += 1
            return .set(add(try bracket()))
        case 0x2E:
            cursor += 1
            var set = ScalarSet(0x0A)
            set.isNegated = true
            return .set(add(set))
        case 0x5E:
            cursor += 1
            return .lineStart
        case 0x24:
            cursor += 1
            return .lineEnd
        case 0x5C:
            var set = ScalarSet()
            try escape(into: &set)
            return .set(add(try folded(set)))
        case 0x2A, 0x2B, 0x3F, 0x7B: throw failure("a repetition of nothing")
        default:
            cursor += 1
            return .set(add(try folded(ScalarSet(next))))
        }
    }

    private func folded(_ set: ScalarSet) throws(Failure) -> ScalarSet {
        guard ignoresCase else { return set }
        guard let folded = set.caseInsensitive() else {
            throw failure("characters beyond ASCII, without regard to case")
        }
        return folded
    }

    private mutating func add(_ set: ScalarSet) -> Int {
        sets.append(set)
        return sets.count - 1
    }

    private mutating func group() throws(Failure) -> Node {
        let outer = ignoresCase
        defer { ignoresCase = outer }
        var look: Bool?
        if take("(?:") {
        } else if take("(?=") {
            look = false
        } else if take("(?!") {
            look = true
        } else if take("(?i:") {
            ignoresCase = true
        } else if take("(?") {
            throw failure("this kind of group")
        } else {
            cursor += 1
        }
        let node = try alternatives()
        guard take(")") else { throw failure("a “(” without its “)”") }
        if let look { return .look(node, isNegated: look) }
        return node
    }

    private mutating func bracket() throws(Failure) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 32 else { throw failure("classes nested too deep") }
        var set = ScalarSet()
        set.isNegated = take("^")
        guard peek() != 0x5D else { throw failure("an empty class") }
        while let next = peek() {
            switch next {
            case 0x5D:
                cursor += 1
                return ignoresCase ? try folded(set) : set
            case 0x5B:
                guard peek(1) != 0x3A else { throw failure("a POSIX class") }
                cursor += 1
                set.insert(try bracket())
            case 0x26 where peek(1) == 0x26: throw failure("an intersection of classes")
            default: try member(into: &set)
            }
        }
        throw failure("a “[” without its “]”")
    }

    /// Reads one scalar, one range or one escape of a class.
    private mutating func member(into set: inout ScalarSet) throws(Failure) {
        var single: UInt32?
        if peek() == 0x5C {
            var escaped = ScalarSet()
            try escape(into: &escaped)
            if escaped.anyOf.isEmpty, escaped.noneOf.isEmpty, let range = escaped.ranges.first {
                single = range.lowerBound
            } else {
                set.insert(escaped)
            }
        } else {
            single = peek()
            cursor += 1
        }
        guard let low = single else {
            if peek() == 0x2D, peek(1) != 0x5D { throw failure("a range that starts with a class") }
            return
        }
        guard peek() == 0x2D, let next = peek(1), next != 0x5D else {
            set.insert(low...low)
            return
        }
        cursor += 1
        var high = next
        if next == 0x5C {
            var escaped = ScalarSet()
            try escape(into: &escaped)
            guard escaped.anyOf.isEmpty, escaped.noneOf.isEmpty, let range = escaped.ranges.first else {
                throw failure("a range that ends with a class")
            }
            high = range.lowerBound
        } else {
            guard next != 0x5B else { throw failure("a range that ends with a class") }
            cursor += 1
        }
        guard low <= high else { throw failure("a range that runs backwards") }
        set.insert(low...high)
    }

    /// Reads a backslash and what it says.
    private mutating func escape(into set: inout ScalarSet) throws(Failure) {
        guard let name = peek(1) else { throw failure("a lone backslash") }
        cursor += 2
        switch name {
        case 0x73: set.insert(.whitespace, negated: false)
        case 0x53: set.insert(.whitespace, negated: true)
        case 0x64: set.insert(.decimalDigit, negated: false)
        case 0x44: set.insert(.decimalDigit, negated: true)
        case 0x77: set.insert(.patternWord, negated: false)
        case 0x57: set.insert(.patternWord, negated: true)
        case 0x6E: set.insert(0x0A...0x0A)
        case 0x72: set.insert(0x0D...0x0D)
        case 0x74: set.insert(0x09...0x09)
        case 0x66: set.insert(0x0C...0x0C)
        case 0x76: set.insert(0x0B...0x0B)
        case 0x78: try hexadecimal(into: &set)
        case 0x75:
            guard let value = digits(exactly: 4) else { throw failure("“\\u” without four digits") }
            set.insert(value...value)
        case 0x70, 0x50: try property(into: &set, negated: name == 0x50)
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: throw failure("this escape")
        default: set.insert(name...name)
        }
    }

    private mutating func hexadecimal(into set: inout ScalarSet) throws(Failure) {
        if peek() == 0x7B {
            cursor += 1
            var count = 0
            while let next = peek(count), next != 0x7D, count < 8 { count += 1 }
            guard let value = digits(exactly: count), peek() == 0x7D else { throw failure("“\\x{” without its “}”") }
            cursor += 1
            set.insert(value...value)
            return
        }
        guard let value = digits(exactly: 2), value < 0x80 else { throw failure("“\\x” without two digits below 80") }
        set.insert(value...value)
    }

    private mutating func digits(exactly count: Int) -> UInt32? {
        var value: UInt32 = 0
        for offset in 0..<count {
            guard let next = peek(offset), let scalar = Unicode.Scalar(next),
                let digit = Character(scalar).hexDigitValue
            else { return nil }
            value = value << 4 | UInt32(digit)
        }
        cursor += count
        return count > 0 && Unicode.Scalar(value) != nil ? value : nil
    }

    private mutating func property(into set: inout ScalarSet, negated: Bool) throws(Failure) {
        var name = ""
        if peek() == 0x7B {
            cursor += 1
            while let next = peek(), next != 0x7D, name.utf8.count < 32 {
                name.unicodeScalars.append(Unicode.Scalar(next) ?? " ")
                cursor += 1
            }
            guard take("}") else { throw failure("“\\p{” without its “}”") }
        }
        let isNegated = name.hasPrefix("^")
        guard let properties = Self.properties[isNegated ? String(name.dropFirst()) : name] else {
            throw failure("the property “\(name)”")
        }
        set.insert(properties, negated: negated != isNegated)
    }

    private static let properties: [String: UnicodeData.Properties] = [
        "L": .letter, "Letter": .letter, "N": .number, "Number": .number, "M": .mark, "Mark": .mark,
        "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
        "Lo": .otherLetter, "P": .patternPunctuation, "Punctuation": .patternPunctuation, "S": .symbol,
        "Symbol": .symbol, "Nd": .decimalDigit,
    ]
}
