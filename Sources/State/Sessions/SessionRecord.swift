internal import Routing

/// A session's state as bytes, for engines that keep no columns: a form number, numbers of eight bytes with the highest
/// first, and texts after their length.
enum SessionRecord {
    private static let form: UInt8 = 1
    private static let maximumTextBytes = 4_096
    private static let maximumCalls = 1_024

    static func bytes(_ state: SessionState) -> [UInt8] {
        var bytes: [UInt8] = [form]
        func append(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        func append(_ text: String) {
            let utf8 = Array(text.utf8.prefix(maximumTextBytes))
            append(UInt64(utf8.count))
            bytes += utf8
        }
        append(state.lastSeen.bitPattern)
        for number in [state.turns, state.switches, state.promptTokens, state.cachedTokens, state.cacheReports] {
            append(UInt64(bitPattern: Int64(number)))
        }
        append(state.model)
        append(state.decision)
        append(UInt64(state.openCalls.count))
        for call in state.openCalls {
            append(call.id)
            append(call.model)
        }
        return bytes
    }

    /// Reads what `bytes` made; nil for anything else.
    static func state(_ bytes: [UInt8]) -> SessionState? {
        guard bytes.first == form else { return nil }
        var rest = bytes[1...]
        func number() -> UInt64? {
            guard rest.count >= 8 else { return nil }
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        func count() -> Int? { number().map { Int(truncatingIfNeeded: $0) }.flatMap { $0 >= 0 ? $0 : nil } }
        func text() -> String? {
            guard let length = count(), length <= maximumTextBytes, rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return String(decoding: rest.prefix(length), as: UTF8.self)
        }
        guard let seen = number().map(Double.init(bitPattern:)), seen.isFinite, let turns = count(),
            let switches = count(), let prompt = count(), let cached = count(), let reports = count(),
            let model = text(), let decision = text(), let calls = count(), calls <= maximumCalls
        else { return nil }
        var state = SessionState(model: model, decision: decision, lastSeen: seen)
        state.turns = turns
        state.switches = switches
        state.promptTokens = prompt
        state.cachedTokens = cached
        state.cacheReports = reports
        for _ in 0..<calls {
            guard let digest = number(), let model = text() else { return nil }
            state.openCalls.append(OpenToolCall(digest: digest, model: model))
        }
        return rest.isEmpty ? state : nil
    }
}
