/// An immutable map from byte strings to token ids.
struct ByteStringTable: Sendable {
    private struct Slot: BitwiseCopyable {
        var tag: UInt32
        /// Index into the entries, or -1.
        var entry: Int32
    }

    fileprivate struct Entry: BitwiseCopyable {
        var start: Int
        var length: Int32
        var id: Int32
    }

    private let arena: FrozenBuffer<UInt8>
    private let entries: FrozenBuffer<Entry>
    private let slots: FrozenBuffer<Slot>
    private let mask: Int

    /// Fills a table in steps.
    struct Builder {
        fileprivate var arena: [UInt8] = []
        fileprivate var entries: [Entry] = []

        init(expecting count: Int = 0) {
            arena.reserveCapacity(count * 8)
            entries.reserveCapacity(count)
        }

        /// Adds a string; of equal strings the last one added wins.
        mutating func add(_ string: some Collection<UInt8>, id: Int32) {
            let start = arena.count
            arena.append(contentsOf: string)
            entries.append(Entry(start: start, length: Int32(arena.count - start), id: id))
        }
    }

    init(_ builder: consuming Builder) {
        var capacity = 4
        while capacity < builder.entries.count * 2 { capacity *= 2 }
        let mask = capacity - 1
        var slots = [Slot](repeating: Slot(tag: 0, entry: -1), count: capacity)
        let arena = FrozenBuffer(builder.arena)
        let entries = FrozenBuffer(builder.entries)
        slots.withUnsafeMutableBufferPointer { slots in
            for (index, entry) in entries.elements.enumerated() {
                let string = UnsafeBufferPointer(
                    rebasing: arena.elements[entry.start..<entry.start + Int(entry.length)])
                let hash = Self.hash(string)
                let tag = UInt32(truncatingIfNeeded: hash)
                var slot = Int(truncatingIfNeeded: hash >> 32) & mask
                while slots[slot].entry >= 0 {
                    let other = entries[Int(slots[slot].entry)]
                    if slots[slot].tag == tag, other.length == entry.length,
                        Self.equal(arena.elements, other.start, string)
                    {
                        break
                    }
                    slot = (slot + 1) & mask
                }
                slots[slot] = Slot(tag: tag, entry: Int32(index))
            }
        }
        self.arena = arena
        self.entries = entries
        self.slots = FrozenBuffer(slots)
        self.mask = mask
    }

    /// The id of a string, or -1.
    @inline(__always)
    func id(of string: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = Self.hash(string)
        let tag = UInt32(truncatingIfNeeded: hash)
        var slot = Int(truncatingIfNeeded: hash >> 32) & mask
        let slots = slots.elements
        while true {
            let found = slots[slot]
            if found.entry < 0 { return -1 }
            if found.tag == tag {
                let entry = entries.elements[Int(found.entry)]
                if Int(entry.length) == string.count, Self.equal(arena.elements, entry.start, string) {
                    return entry.id
                }
            }
            slot = (slot + 1) & mask
        }
    }

    /// The id of a string, or -1.
    func id(of string: [UInt8]) -> Int32 { string.withUnsafeBufferPointer { id(of: $0) } }

    /// Calls `body` with every string and id in the order they were added, overwritten ones included.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int32) -> Void) {
        for entry in entries.elements {
            body(UnsafeBufferPointer(rebasing: arena.elements[entry.start..<entry.start + Int(entry.length)]), entry.id)
        }
    }

    @inline(__always)
    private static func equal(
        _ arena: UnsafeBufferPointer<UInt8>, _ start: Int, _ string: UnsafeBufferPointer<UInt8>
    )
        -> Bool
    {
        var position = 0
        let count = string.count
        if count >= 8, let left = arena.baseAddress, let right = string.baseAddress {
            let left = UnsafeRawPointer(left + start)
            let right = UnsafeRawPointer(right)
            while position + 8 <= count {
                let first = left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                if first != right.loadUnaligned(fromByteOffset: position, as: UInt64.self) { return false }
                position += 8
            }
        }
        while position < count {
            if arena[start + position] != string[position] { return false }
            position += 1
        }
        return true
    }

    /// A multiplicative hash over words of eight bytes.
    @inline(__always)
    private static func hash(_ string: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state = 0x9E37_79B9_7F4A_7C15 ^ UInt64(string.count)
        guard let base = string.baseAddress else { return state }
        let raw = UnsafeRawPointer(base)
        var position = 0
        while position + 8 <= string.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        var tail: UInt64 = 0
        var shift: UInt64 = 0
        while position < string.count {
            tail |= UInt64(string[position]) << shift
            shift += 8
            position += 1
        }
        return mix(state ^ tail)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
