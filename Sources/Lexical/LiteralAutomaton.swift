/// An Aho–Corasick automaton over bytes, laid out as a double array: one 16-byte cell per state, so that the memory a
/// walk touches depends on the text and not on how many literals there are.
struct LiteralAutomaton: Sendable {
    /// One state. A transition on class `c` leads to cell `base + c` if that cell's `parent` is this state.
    private struct Cell {
        var base: Int32 = 0
        var parent: Int32 = LiteralAutomaton.free
        /// The state of the longest proper suffix.
        var fail: Int32 = 0
        /// First of the literals that end here, as an index into `outputs`, or -1.
        var output: Int32 = -1
    }

    /// A literal that ends in a state, and the next one that does.
    private struct Output {
        var literal: Int32
        var next: Int32
    }

    private static let free: Int32 = -1
    private static let root: Int32 = -2

    private var cells: [Cell] = []
    private var outputs: [Output] = []
    /// Byte to class; 0 for bytes that no literal holds. ASCII capitals share the class of their small letters.
    private var classes: [Int32]

    /// Builds the automaton of literals given as case-folded bytes; empty ones are never found.
    init(_ literals: [[UInt8]]) {
        classes = Array(repeating: 0, count: 256)
        var classCount: Int32 = 0
        for literal in literals {
            for byte in literal where classes[Int(byte)] == 0 {
                classCount += 1
                classes[Int(byte)] = classCount
            }
        }
        for capital in 0x41...0x5A { classes[capital] = classes[capital + 0x20] }
        build(literals, classCount: Int(classCount))
    }

    /// Calls `hit` with the number of each literal and the offset after its last byte, in order of that offset, until
    /// `hit` returns false.
    @inline(__always)
    func walk(_ bytes: UnsafeBufferPointer<UInt8>, _ hit: (_ literal: Int, _ end: Int) -> Bool) {
        guard cells.count > 1 else { return }
        cells.withUnsafeBufferPointer { cells in
            classes.withUnsafeBufferPointer { classes in
                outputs.withUnsafeBufferPointer { outputs in
                    var state: Int32 = 0
                    for (offset, byte) in bytes.enumerated() {
                        let symbol = classes[Int(byte)]
                        guard symbol != 0 else {
                            state = 0
                            continue
                        }
                        while true {
                            let target = cells[Int(state)].base + symbol
                            if cells[Int(target)].parent == state {
                                state = target
                                break
                            }
                            if state == 0 { break }
                            state = cells[Int(state)].fail
                        }
                        var output = cells[Int(state)].output
                        while output >= 0 {
                            guard hit(Int(outputs[Int(output)].literal), offset + 1) else { return }
                            output = outputs[Int(output)].next
                        }
                    }
                }
            }
        }
    }

    /// Breadth first over the sorted literals: a state is a range of them that share their first `depth` bytes.
    private mutating func build(_ literals: [[UInt8]], classCount: Int) {
        let words = literals.map { $0.map { classes[Int($0)] } }
        let order = words.indices.filter { !words[$0].isEmpty }
            .sorted { words[$0].lexicographicallyPrecedes(words[$1]) }
        guard !order.isEmpty else { return }
        var room = FreeCells()
        cells = [Cell(parent: Self.root)]
        room.take(0)
        var queue: [(state: Int32, range: Range<Int>, depth: Int)] = [(0, order.indices, 0)]
        var head = 0
        while head < queue.count {
            let (state, range, depth) = queue[head]
            head += 1
            var position = range.lowerBound
            let inherited = state == 0 ? -1 : cells[Int(cells[Int(state)].fail)].output
            cells[Int(state)].output = inherited
            while position < range.upperBound, words[order[position]].count == depth {
                outputs.append(Output(literal: Int32(order[position]), next: cells[Int(state)].output))
                cells[Int(state)].output = Int32(outputs.count - 1)
                position += 1
            }
            let children = Self.children(of: position..<range.upperBound) { words[order[$0]][depth] }
            guard let first = children.first else { continue }
            let base = room.base(for: children.map { Int($0.symbol) }, first: Int(first.symbol))
            cells[Int(state)].base = Int32(base)
            for child in children {
                let target = base + Int(child.symbol)
                room.take(target)
                while cells.count <= target { cells.append(Cell()) }
                cells[target] = Cell(parent: state, fail: fail(of: state, child.symbol))
                queue.append((Int32(target), child.range, depth + 1))
            }
        }
        // Every `base + class` stays inside the array, so the walk needs no bounds of its own.
        let reach = (cells.map { Int($0.base) }.max() ?? 0) + classCount
        while cells.count <= reach { cells.append(Cell()) }
    }

    private func fail(of parent: Int32, _ symbol: Int32) -> Int32 {
        guard parent != 0 else { return 0 }
        var state = cells[Int(parent)].fail
        while true {
            let target = Int(cells[Int(state)].base + symbol)
            if target < cells.count, cells[target].parent == state { return Int32(target) }
            if state == 0 { return 0 }
            state = cells[Int(state)].fail
        }
    }

    private static func children(
        of range: Range<Int>, symbol: (Int) -> Int32
    ) -> [(symbol: Int32, range: Range<Int>)] {
        var result: [(symbol: Int32, range: Range<Int>)] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let value = symbol(start)
            var end = start + 1
            while end < range.upperBound, symbol(end) == value { end += 1 }
            result.append((value, start..<end))
            start = end
        }
        return result
    }
}

/// Which cells of the double array are taken, with a fast way to the next free one.
private struct FreeCells {
    /// For a taken cell, a cell at or before the next free one; for a free cell, itself.
    private var next: [Int] = []

    mutating func take(_ cell: Int) {
        grow(to: cell + 1)
        next[cell] = cell + 1
    }

    /// A base at which the cells of all symbols are free; the symbols ascend from `first`.
    mutating func base(for symbols: [Int], first: Int) -> Int {
        var candidate = firstFree(from: first)
        // A crowded region is given up after some tries: the array stays a small multiple of the states.
        for _ in 0..<64 {
            let base = candidate - first
            if symbols.allSatisfy({ isFree(base + $0) }) { return base }
            candidate = firstFree(from: candidate + 1)
        }
        return max(next.count - first, 0)
    }

    private func isFree(_ cell: Int) -> Bool { cell >= next.count || next[cell] == cell }

    private mutating func firstFree(from cell: Int) -> Int {
        grow(to: cell + 1)
        var current = cell
        while current < next.count, next[current] != current {
            let step = next[current]
            if step < next.count { next[current] = next[step] }
            current = step
        }
        return current
    }

    private mutating func grow(to count: Int) {
        while next.count < count { next.append(next.count) }
    }
}
