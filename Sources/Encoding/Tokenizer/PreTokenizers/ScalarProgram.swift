/// A ``ScalarExpression`` made ready for matching.
struct ScalarProgram: Sendable {
    /// One step; `next` is where matching goes on, and -1 is the end.
    enum Step: Sendable {
        case set(Int, next: Int)
        case loop(set: Int, atLeast: Int, atMost: Int, isPossessive: Bool, next: Int)
        case alternatives([Int])
        case look(Int, isNegated: Bool, next: Int)
        case lineStart(next: Int)
        case lineEnd(next: Int)
    }

    private static let end = -1

    fileprivate var steps: [Step] = []
    fileprivate let sets: [ScalarSet]
    /// For each byte below 0x80 the sets that hold it, as bits.
    fileprivate let members: FrozenBuffer<UInt64>
    /// For each byte the alternatives of the top level that can start with it, as bits.
    fileprivate let candidates: FrozenBuffer<UInt64>
    fileprivate var branches: [Int] = []

    /// Whether the expression can match without consuming anything.
    let matchesEmpty: Bool

    init(_ node: ScalarExpression.Node, sets: [ScalarSet]) {
        let properties = UnicodeData.Lookup()
        self.sets = sets
        var members = [UInt64](repeating: 0, count: 256)
        for byte in 0..<128 {
            for (index, set) in sets.enumerated() where set.contains(UInt32(byte), properties[UInt32(byte)]) {
                members[byte] |= 1 << UInt64(index)
            }
        }
        var parts = [node]
        if case .alternatives(let alternatives) = node, alternatives.count <= 64 { parts = alternatives }
        var candidates = [UInt64](repeating: 0, count: 256)
        for (index, part) in parts.enumerated() {
            for byte in 0..<256 where byte >= 128 || Self.canStart(part, members[byte]) {
                candidates[byte] |= 1 << UInt64(index)
            }
        }
        self.members = FrozenBuffer(members)
        self.candidates = FrozenBuffer(candidates)
        matchesEmpty = Self.isOptional(node)
        branches = parts.map { compile($0, next: Self.end) }
    }

    private mutating func compile(_ node: ScalarExpression.Node, next: Int) -> Int {
        switch node {
        case .set(let set): return add(.set(set, next: next))
        case .loop(let set, let atLeast, let atMost, let isPossessive):
            return add(.loop(set: set, atLeast: atLeast, atMost: atMost, isPossessive: isPossessive, next: next))
        case .sequence(let parts):
            var entry = next
            for part in parts.reversed() { entry = compile(part, next: entry) }
            return entry
        case .alternatives(let parts): return add(.alternatives(parts.map { compile($0, next: next) }))
        case .look(let part, let isNegated):
            return add(.look(compile(part, next: Self.end), isNegated: isNegated, next: next))
        case .lineStart: return add(.lineStart(next: next))
        case .lineEnd: return add(.lineEnd(next: next))
        }
    }

    private mutating func add(_ step: Step) -> Int {
        steps.append(step)
        return steps.count - 1
    }

    private static func isOptional(_ node: ScalarExpression.Node) -> Bool {
        switch node {
        case .set: false
        case .loop(_, let atLeast, _, _): atLeast == 0
        case .sequence(let parts): parts.allSatisfy(isOptional)
        case .alternatives(let parts): parts.contains(where: isOptional)
        case .look, .lineStart, .lineEnd: true
        }
    }

    /// Whether a match can start with a byte that the given sets hold.
    private static func canStart(_ node: ScalarExpression.Node, _ members: UInt64) -> Bool {
        switch node {
        case .set(let set), .loop(let set, _, _, _): return members >> UInt64(set) & 1 == 1
        case .sequence(let parts):
            for part in parts {
                if canStart(part, members) { return true }
                if !isOptional(part) { return false }
            }
            return true
        case .alternatives(let parts): return parts.contains { canStart($0, members) }
        case .look, .lineStart, .lineEnd: return false
        }
    }

    /// Gives `body` a matcher for a range of a text.
    func withMatcher(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (borrowing Matcher) -> Void
    ) {
        steps.withUnsafeBufferPointer { steps in
            body(
                Matcher(
                    program: self, steps: steps, bytes: bytes, start: range.lowerBound, end: range.upperBound,
                    members: members.elements, candidates: candidates.elements))
        }
    }

    /// Matches at one place after another of a text.
    struct Matcher {
        fileprivate let program: ScalarProgram
        fileprivate let steps: UnsafeBufferPointer<Step>
        fileprivate let bytes: UnsafeBufferPointer<UInt8>
        fileprivate let start: Int
        fileprivate let end: Int
        fileprivate let members: UnsafeBufferPointer<UInt64>
        fileprivate let candidates: UnsafeBufferPointer<UInt64>
        private let properties = UnicodeData.Lookup()

        fileprivate init(
            program: ScalarProgram, steps: UnsafeBufferPointer<Step>, bytes: UnsafeBufferPointer<UInt8>, start: Int,
            end: Int, members: UnsafeBufferPointer<UInt64>, candidates: UnsafeBufferPointer<UInt64>
        ) {
            self.program = program
            self.steps = steps
            self.bytes = bytes
            self.start = start
            self.end = end
            self.members = members
            self.candidates = candidates
        }

        /// Where the match that starts at an offset ends, or -1.
        func match(at offset: Int) -> Int {
            var left = candidates[Int(bytes[offset])]
            while left != 0 {
                let branch = left.trailingZeroBitCount
                left &= left - 1
                let end = run(program.branches[branch], offset)
                if end >= 0 { return end }
            }
            return -1
        }

        /// Length of the scalar at an offset if the set holds it, else 0.
        @inline(__always)
        private func step(_ set: Int, _ offset: Int) -> Int {
            guard offset < end else { return 0 }
            let byte = bytes[offset]
            if byte < 0x80 { return Int(truncatingIfNeeded: members[Int(byte)] >> UInt64(truncatingIfNeeded: set) & 1) }
            let (scalar, length) = UTF8Scalars.scalar(in: bytes, at: offset)
            return program.sets[set].contains(scalar, properties[scalar]) ? length : 0
        }

        private func run(_ entry: Int, _ offset: Int) -> Int {
            var entry = entry
            var offset = offset
            while entry >= 0 {
                switch steps[entry] {
                case .set(let set, let next):
                    let length = step(set, offset)
                    guard length > 0 else { return -1 }
                    offset += length
                    entry = next
                case .loop(let set, let atLeast, let atMost, let isPossessive, let next):
                    var count = 0
                    var cursor = offset
                    var shortest = offset
                    while count < atMost {
                        let length = step(set, cursor)
                        guard length > 0 else { break }
                        cursor += length
                        count += 1
                        if count == atLeast { shortest = cursor }
                    }
                    guard count >= atLeast else { return -1 }
                    if next < 0 || isPossessive || cursor == shortest {
                        offset = cursor
                        entry = next
                        continue
                    }
                    while true {
                        let end = run(next, cursor)
                        if end >= 0 || cursor <= shortest { return end }
                        cursor -= 1
                        while bytes[cursor] & 0xC0 == 0x80 { cursor -= 1 }
                    }
                case .alternatives(let parts):
                    for part in parts {
                        let end = run(part, offset)
                        if end >= 0 { return end }
                    }
                    return -1
                case .look(let part, let isNegated, let next):
                    guard (run(part, offset) >= 0) != isNegated else { return -1 }
                    entry = next
                case .lineStart(let next):
                    guard offset == start || bytes[offset - 1] == 0x0A && offset < end else { return -1 }
                    entry = next
                case .lineEnd(let next):
                    guard offset == end || bytes[offset] == 0x0A else { return -1 }
                    entry = next
                }
            }
            return offset
        }
    }
}
