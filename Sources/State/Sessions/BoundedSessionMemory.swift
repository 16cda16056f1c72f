public import Routing
internal import Synchronization

/// Sessions in this process: at most so many, the least recently used forgotten first.
///
/// Keys are spread over shards, each with two generations. What is not touched while one fills up goes with the older,
/// so a use costs no list to keep. A session takes about 195 bytes.
public final class BoundedSessionMemory: SessionMemory {
    /// A session without texts: models and decisions are numbers in a table.
    private struct Packed {
        var model: Int32
        var decision: Int32
        var lastSeen: Double
        var turns: Int32
        var switches: Int32
        var promptTokens: Int32
        var cachedTokens: Int32
        var cacheReports: Int32
        var openCalls: [OpenToolCall]
    }

    private struct Shard {
        var recent: [SessionKey: Packed] = [:]
        var old: [SessionKey: Packed] = [:]
    }

    private final class Cell: Sendable {
        let shard = Mutex(Shard())
    }

    /// The texts that sessions name. Policies hold few, so the table stays small.
    private struct Names {
        var texts: [String] = []
        var numbers: [String: Int32] = [:]
    }

    private let cells: [Cell]
    private let names = Mutex(Names())
    private let perGeneration: Int

    /// A memory of at most `limit` sessions.
    public init(limit: Int = 1_000_000) {
        let shards = limit >= 4_096 ? 64 : 1
        cells = (0..<shards).map { _ in Cell() }
        perGeneration = max(1, limit / shards / 2)
    }

    public var count: Int {
        cells.reduce(0) { sum, cell in sum + cell.shard.withLock { $0.recent.count + $0.old.count } }
    }

    public func state(_ key: SessionKey) -> SessionState? {
        let packed: Packed? = cell(key).shard.withLock { shard in
            if let known = shard.recent[key] { return known }
            guard let known = shard.old.removeValue(forKey: key) else { return nil }
            insert(known, key, &shard)
            return known
        }
        return packed.map(unpack)
    }

    @discardableResult
    public func update<Result: Sendable>(
        _ key: SessionKey, _ change: (inout SessionState?) -> Result
    ) -> Result {
        cell(key).shard.withLock { shard in
            var state = (shard.recent[key] ?? shard.old.removeValue(forKey: key)).map(unpack)
            let result = change(&state)
            if let state {
                insert(pack(state), key, &shard)
            } else {
                shard.recent.removeValue(forKey: key)
            }
            return result
        }
    }

    private func cell(_ key: SessionKey) -> Cell { cells[Int(key.low % UInt64(cells.count))] }

    private func insert(_ packed: Packed, _ key: SessionKey, _ shard: inout Shard) {
        if shard.recent.updateValue(packed, forKey: key) == nil, shard.recent.count > perGeneration {
            shard.recent.removeValue(forKey: key)
            shard.old = shard.recent
            shard.recent = [key: packed]
        }
    }

    private func pack(_ state: SessionState) -> Packed {
        let (model, decision) = names.withLock { names in
            (Self.number(state.model, &names), Self.number(state.decision, &names))
        }
        return Packed(
            model: model, decision: decision, lastSeen: state.lastSeen, turns: Int32(clamping: state.turns),
            switches: Int32(clamping: state.switches), promptTokens: Int32(clamping: state.promptTokens),
            cachedTokens: Int32(clamping: state.cachedTokens), cacheReports: Int32(clamping: state.cacheReports),
            openCalls: state.openCalls)
    }

    private func unpack(_ packed: Packed) -> SessionState {
        let (model, decision) = names.withLock { ($0.texts[Int(packed.model)], $0.texts[Int(packed.decision)]) }
        var state = SessionState(model: model, decision: decision, lastSeen: packed.lastSeen)
        state.turns = Int(packed.turns)
        state.switches = Int(packed.switches)
        state.promptTokens = Int(packed.promptTokens)
        state.cachedTokens = Int(packed.cachedTokens)
        state.cacheReports = Int(packed.cacheReports)
        state.openCalls = packed.openCalls
        return state
    }

    private static func number(_ text: String, _ names: inout Names) -> Int32 {
        if let known = names.numbers[text] { return known }
        let number = Int32(names.texts.count)
        names.texts.append(text)
        names.numbers[text] = number
        return number
    }
}
