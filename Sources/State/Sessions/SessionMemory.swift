public import Routing

/// What is remembered of sessions, by key. Implementations are bounded and safe from many threads at once.
public protocol SessionMemory: Sendable {
    /// What is known of a session; nil when it is new or was forgotten.
    func state(_ key: SessionKey) -> SessionState?
    /// Changes what is known, in one step that no other change of the same session can split.
    @discardableResult
    func update<Result: Sendable>(_ key: SessionKey, _ change: (inout SessionState?) -> Result) -> Result
    /// Sessions that are remembered now.
    var count: Int { get }
}
