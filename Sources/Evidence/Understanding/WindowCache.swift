internal import Encoding
internal import Synchronization

/// What the encoder found in windows of long texts, for texts that come again: a conversation that grows, and a request
/// that is read while it comes in. The same tokens give the same findings.
final class WindowCache: Sendable {
    private struct Entry {
        var outputs: EncoderOutputs
        var result: EncoderResult
    }

    private struct State {
        var recent: [[Int32]: Entry] = [:]
        var recentPositions = 0
        /// Those before them; what is not asked for again goes with the next turn.
        var old: [[Int32]: Entry] = [:]
        /// Windows that are being read ahead, and who waits for them.
        var pending: [[Int32]: [@Sendable () -> Void]] = [:]
    }

    private let state = Mutex(State())
    private let maximumPositions: Int
    /// The sequence and token heads in the encoder's order.
    private let sequences: [String]
    private let tokens: [String]

    /// A cache of windows with at most so many positions together; one takes about 100 bytes with all heads.
    init(maximumPositions: Int, heads: [EncoderHead]) {
        self.maximumPositions = maximumPositions
        sequences = heads.filter { $0.kind == .sequence }.map(\.name)
        tokens = heads.filter { $0.kind == .token }.map(\.name)
    }

    /// What was found in a window, when everything wanted was.
    func result(_ ids: [Int32], _ wanted: EncoderOutputs) -> EncoderResult? {
        let entry: Entry? = state.withLock { state in
            if let entry = state.recent[ids] { return entry }
            guard let entry = state.old.removeValue(forKey: ids) else { return nil }
            insert(ids, entry, &state)
            return entry
        }
        guard let entry, entry.outputs.covers(wanted) else { return nil }
        return EncoderResult(
            embedding: wanted.embedding ? entry.result.embedding : nil,
            logits: select(entry.result.logits, sequences, entry.outputs, wanted),
            tokenLogits: select(entry.result.tokenLogits, tokens, entry.outputs, wanted))
    }

    /// Keeps what was found in a window.
    func keep(_ ids: [Int32], _ outputs: EncoderOutputs, _ result: EncoderResult) {
        state.withLock { insert(ids, Entry(outputs: outputs, result: result), &$0) }
    }

    private func insert(_ ids: [Int32], _ entry: Entry, _ state: inout State) {
        if !state.recent.isEmpty, state.recentPositions + ids.count > maximumPositions / 2 {
            state.old = state.recent
            state.recent = [:]
            state.recentPositions = 0
        }
        if state.recent.updateValue(entry, forKey: ids) == nil { state.recentPositions += ids.count }
    }

    /// Windows that nobody has read or reads now; they count as being read from here on.
    func claim(_ windows: [[Int32]], _ wanted: EncoderOutputs) -> [[Int32]] {
        state.withLock { state in
            windows.filter { ids in
                let known = state.recent[ids] ?? state.old[ids]
                guard state.pending[ids] == nil, known.map({ $0.outputs.covers(wanted) }) != true else { return false }
                state.pending[ids] = []
                return true
            }
        }
    }

    /// Windows that were claimed are read, or were given up.
    func release(_ windows: [[Int32]]) {
        let waiting = state.withLock { state in
            windows.flatMap { state.pending.removeValue(forKey: $0) ?? [] }
        }
        for proceed in waiting { proceed() }
    }

    /// Runs `proceed` when one of these windows, the last, is no longer being read ahead; others may still be, so it asks
    /// again. False when none is being read ahead now.
    func wait(for windows: [[Int32]], _ proceed: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard let last = windows.last(where: { state.pending[$0] != nil }) else { return false }
            state.pending[last]?.append(proceed)
            return true
        }
    }

    private func select(
        _ values: [[Float]], _ heads: [String], _ held: EncoderOutputs, _ wanted: EncoderOutputs
    ) -> [[Float]] {
        zip(heads.filter(held.heads.contains), values).compactMap { wanted.heads.contains($0) ? $1 : nil }
    }
}
