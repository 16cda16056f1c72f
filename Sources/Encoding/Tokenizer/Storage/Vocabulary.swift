/// Tokens and their ids, both ways.
struct Vocabulary: Sendable {
    private let table: ByteStringTable
    private let arena: FrozenBuffer<UInt8>
    /// For each id the end of its string in the arena; equal to the one before where the id has no token.
    private let ends: FrozenBuffer<UInt32>
    private let present: FrozenBuffer<Bool>
    /// Number of distinct tokens.
    let count: Int

    /// One above the largest id.
    var idLimit: Int { ends.count }

    /// A vocabulary of tokens with ids that are not negative.
    init(_ table: ByteStringTable, idLimit: Int) {
        self.table = table
        var starts = [Int](repeating: 0, count: idLimit)
        var lengths = [Int32](repeating: -1, count: idLimit)
        var strings: [UInt8] = []
        table.forEach { string, id in
            guard table.id(of: string) == id else { return }
            starts[Int(id)] = strings.count
            lengths[Int(id)] = Int32(string.count)
            strings.append(contentsOf: string)
        }
        var arena: [UInt8] = []
        arena.reserveCapacity(strings.count)
        var ends: [UInt32] = []
        ends.reserveCapacity(idLimit)
        for id in 0..<idLimit {
            if lengths[id] > 0 { arena += strings[starts[id]..<starts[id] + Int(lengths[id])] }
            ends.append(UInt32(arena.count))
        }
        self.arena = FrozenBuffer(arena)
        self.ends = FrozenBuffer(ends)
        present = FrozenBuffer(lengths.map { $0 >= 0 })
        count = lengths.reduce(0) { $1 >= 0 ? $0 + 1 : $0 }
    }

    /// The id of a token, or -1.
    @inline(__always)
    func id(of token: UnsafeBufferPointer<UInt8>) -> Int32 { table.id(of: token) }

    /// The id of a token, or -1.
    func id(of token: [UInt8]) -> Int32 { table.id(of: token) }

    /// The bytes of a token, or `nil` for an id without one.
    func bytes(of id: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard id >= 0, Int(id) < present.count, present[Int(id)] else { return nil }
        let start = id == 0 ? 0 : Int(ends[Int(id) - 1])
        return UnsafeBufferPointer(rebasing: arena.elements[start..<Int(ends[Int(id)])])
    }

    /// Calls `body` with every token and its id.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int32) -> Void) {
        for id in 0..<Int32(idLimit) { if let bytes = bytes(of: id) { body(bytes, id) } }
    }

    /// The table behind it.
    var strings: ByteStringTable { table }
}
