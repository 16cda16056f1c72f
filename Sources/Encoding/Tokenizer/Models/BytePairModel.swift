import Synchronization

/// Byte-pair encoding: a word starts as its characters, and the neighbours whose merge was learned first are joined
/// until none can be (Sennrich et al. 2016, arXiv:1508.07909).
struct BytePairModel: Sendable {
    /// How the model was configured.
    struct Options: Sendable {
        var unknownID: Int32 = -1
        var fusesUnknown = false
        var fallsBackToBytes = false
        /// Whether a word that is a token is taken as it is.
        var ignoresMerges = false
        var continuingPrefix: [UInt8] = []
        var endSuffix: [UInt8] = []
        /// Whether pieces are raw bytes and tokens were read from byte-level BPE's spelling.
        var readsBytes = false
    }

    let options: Options
    /// Tokens by the bytes that pieces hold.
    private let vocabulary: ByteStringTable
    private let merger: PairMerger
    /// For each byte the token of its own where pieces are raw bytes, or of its ASCII character; -1 for none.
    private let singles: FrozenBuffer<Int32>
    private let byteIDs: FrozenBuffer<Int32>
    private let wholes: WholeTokens

    init(vocabulary: ByteStringTable, idLimit: Int, merges: [PairMerger.Merge], options: Options) {
        self.vocabulary = vocabulary
        self.options = options
        merger = PairMerger(merges)
        singles = FrozenBuffer(
            (0..<256).map { byte in
                options.readsBytes || byte < 128 ? vocabulary.id(of: [UInt8(byte)]) : -1
            })
        byteIDs = FrozenBuffer(ByteFallback.ids(in: vocabulary))
        wholes = WholeTokens(count: idLimit)
    }

    private var isPlain: Bool { options.continuingPrefix.isEmpty && options.endSuffix.isEmpty }

    /// Appends the tokens of one piece.
    func tokenize(_ piece: ModelInput, into output: inout TokenOutput) {
        if piece.count <= WholeTokens.longest || options.ignoresMerges {
            let id = vocabulary.id(of: piece.bytes)
            if id >= 0 {
                if options.ignoresMerges || wholes.isWhole(id) == true {
                    return add(id, piece.span(0, piece.count), &output)
                }
                if isPlain, wholes.isWhole(id) == nil {
                    let count = output.ids.count
                    merge(piece, &output)
                    wholes.note(id, isWhole: output.ids.count == count + 1 && output.ids[count] == id)
                    return
                }
            }
        }
        merge(piece, &output)
    }

    @inline(__always)
    private func add(_ id: Int32, _ span: Span, _ output: inout TokenOutput) {
        if id == options.unknownID { output.unknownCount += 1 }
        output.add(id, span)
    }

    private func merge(_ piece: ModelInput, _ output: inout TokenOutput) {
        let capacity =
            options.endSuffix.isEmpty && options.continuingPrefix.isEmpty
            ? piece.count : piece.count * (1 + options.continuingPrefix.count + options.endSuffix.count)
        withUnsafeTemporaryAllocation(of: PairMerger.Symbol.self, capacity: capacity + 1) { memory in
            var symbols = SymbolWriter(memory: memory)
            if isPlain { write(piece.bytes, &symbols) } else { writeAffixed(piece.bytes, &symbols) }
            merger.merge(memory, count: symbols.count)
            var start = 0
            var index = symbols.count > 0 ? 0 : -1
            while index >= 0 {
                let symbol = memory[index]
                let end = start + Int(symbol.length)
                add(symbol.id, piece.span(start, end), &output)
                start = end
                index = Int(symbol.next)
            }
        }
    }

    /// Collects symbols; unknown ones wait until it is known whether the next is unknown too.
    private struct SymbolWriter {
        let memory: UnsafeMutableBufferPointer<PairMerger.Symbol>
        private(set) var count = 0
        private var unknownLength = 0

        init(memory: UnsafeMutableBufferPointer<PairMerger.Symbol>) { self.memory = memory }

        @inline(__always)
        mutating func add(_ id: Int32, length: Int) {
            guard count < memory.count else { return }
            memory.initializeElement(
                at: count,
                to: PairMerger.Symbol(
                    id: id, length: Int32(truncatingIfNeeded: length), previous: Int32(count - 1), next: -1))
            if count > 0 { memory[count - 1].next = Int32(truncatingIfNeeded: count) }
            count += 1
        }

        mutating func addUnknown(_ id: Int32, length: Int, fuses: Bool) {
            if unknownLength > 0, !fuses { flush(id) }
            unknownLength += length
        }

        @inline(__always)
        mutating func flush(_ unknownID: Int32) {
            guard unknownLength > 0 else { return }
            add(unknownID, length: unknownLength)
            unknownLength = 0
        }
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>, _ symbols: inout SymbolWriter) {
        let singles = singles.elements
        var cursor = 0
        while cursor < bytes.count {
            let byte = bytes[cursor]
            var length = 1
            var id = singles[Int(byte)]
            if !options.readsBytes, byte >= 0x80 {
                length = UTF8Scalars.length(first: byte)
                id = vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[cursor..<cursor + length]))
            }
            if id >= 0 {
                symbols.flush(options.unknownID)
                symbols.add(id, length: length)
            } else {
                writeMissing(UnsafeBufferPointer(rebasing: bytes[cursor..<cursor + length]), length, &symbols)
            }
            cursor += length
        }
        symbols.flush(options.unknownID)
    }

    private func writeMissing(
        _ text: UnsafeBufferPointer<UInt8>, _ length: Int, _ symbols: inout SymbolWriter
    ) {
        if options.fallsBackToBytes, text.allSatisfy({ byteIDs[Int($0)] >= 0 }) {
            // An unknown symbol before it keeps waiting and comes out later, as in the reference implementation.
            for byte in text { symbols.add(byteIDs[Int(byte)], length: 1) }
            return
        }
        guard options.unknownID >= 0 else { return }
        symbols.addUnknown(options.unknownID, length: length, fuses: options.fusesUnknown)
    }

    /// Characters with the prefix of continuing ones and the suffix of the last one.
    private func writeAffixed(_ bytes: UnsafeBufferPointer<UInt8>, _ symbols: inout SymbolWriter) {
        var cursor = 0
        var text: [UInt8] = []
        while cursor < bytes.count {
            let length = options.readsBytes ? 1 : UTF8Scalars.length(first: bytes[cursor])
            text.removeAll(keepingCapacity: true)
            if cursor > 0 { text += options.continuingPrefix }
            text += bytes[cursor..<cursor + length]
            if cursor + length == bytes.count { text += options.endSuffix }
            let id = vocabulary.id(of: text)
            if id >= 0 {
                symbols.flush(options.unknownID)
                symbols.add(id, length: length)
            } else {
                text.withUnsafeBufferPointer { writeMissing($0, length, &symbols) }
            }
            cursor += length
        }
        symbols.flush(options.unknownID)
    }
}

/// Remembers of which tokens the merges make the token itself from its characters, so that words that are tokens
/// need no merging the second time.
private final class WholeTokens: @unchecked Sendable {
    /// Longer pieces are not looked up.
    static let longest = 48

    private let states: UnsafeMutablePointer<Atomic<UInt8>>
    private let count: Int

    init(count: Int) {
        self.count = count
        states = .allocate(capacity: max(count, 1))
        for index in 0..<count { (states + index).initialize(to: Atomic(0)) }
    }

    deinit {
        states.deinitialize(count: count)
        states.deallocate()
    }

    /// Whether the merges make the token, or `nil` while that is not known.
    @inline(__always)
    func isWhole(_ id: Int32) -> Bool? {
        switch states[Int(id)].load(ordering: .relaxed) {
        case 0: nil
        case 1: true
        default: false
        }
    }

    func note(_ id: Int32, isWhole: Bool) { states[Int(id)].store(isWhole ? 1 : 2, ordering: .relaxed) }
}
