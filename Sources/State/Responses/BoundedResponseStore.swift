internal import Synchronization

/// Responses in this process: at most so many, the oldest forgotten first. They end with it.
public final class BoundedResponseStore: ResponseStore {
    private struct State {
        var responses: [String: StoredResponse] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())
    private let limit: Int

    /// A store of at most `limit` responses.
    public init(limit: Int = 1_000) { self.limit = max(1, limit) }

    public func put(_ response: StoredResponse) {
        state.withLock { state in
            if state.responses.updateValue(response, forKey: response.id) == nil { state.order.append(response.id) }
            guard state.order.count > limit else { return }
            // A tenth at once, so that the list is not moved for every response.
            let leaving = state.order.prefix(max(1, limit / 10))
            for id in leaving { state.responses.removeValue(forKey: id) }
            state.order.removeFirst(leaving.count)
        }
    }

    public func get(_ id: String, tenant: String, at now: Double) -> StoredResponse? {
        state.withLock { $0.responses[id] }.flatMap { $0.tenant == tenant && now < $0.expiresAt ? $0 : nil }
    }

    public func latest(conversation: String, tenant: String, at now: Double) -> StoredResponse? {
        state.withLock { state in
            for id in state.order.reversed() {
                guard let response = state.responses[id], response.conversationID == conversation else { continue }
                if response.tenant == tenant, now < response.expiresAt { return response }
            }
            return nil
        }
    }

    public func delete(_ id: String, tenant: String) -> Bool {
        state.withLock { state in
            guard state.responses[id]?.tenant == tenant else { return false }
            state.responses.removeValue(forKey: id)
            state.order.removeAll { $0 == id }
            return true
        }
    }
}
