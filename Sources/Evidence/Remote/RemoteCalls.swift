internal import Routing
internal import Synchronization

/// Bounded calls to one model on another machine.
final class RemoteCalls: Sendable {
    /// Most requests to one model at a time; more are shed.
    private static let limit = 64

    private let transport: any RemoteTransport
    private let running = Atomic<Int>(0)

    init(_ transport: any RemoteTransport) {
        self.transport = transport
    }

    /// A call in a task of its own, which the ticket calls off.
    struct Ticket: ReadingTicket {
        let task: Task<Void, Never>?

        func cancel() { task?.cancel() }
    }

    /// Runs work for a request's texts; `completion` gets findings for all of them, once.
    func start(
        _ count: Int, _ completion: @escaping @Sendable ([TextFindings]) -> Void,
        _ work: @escaping @Sendable () async -> [TextFindings]
    ) -> Ticket {
        guard running.add(1, ordering: .relaxed).newValue <= Self.limit else {
            running.subtract(1, ordering: .relaxed)
            completion([TextFindings](repeating: TextFindings(problem: .overloaded), count: count))
            return Ticket(task: nil)
        }
        return Ticket(
            task: Task {
                let found = await work()
                running.subtract(1, ordering: .relaxed)
                completion(found)
            })
    }

    /// One call. The time is the request's own, or what is left until the deadline.
    func send(
        _ request: RemoteRequest, deadline: ContinuousClock.Instant
    ) async -> Result<(status: Int, body: [UInt8]), RemoteProblem> {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { return .failure(.timeout) }
        do {
            return .success(try await transport.send(request, within: min(left, request.timeout)))
        } catch RemoteTransportError.timeout {
            return .failure(.timeout)
        } catch {
            return .failure(.failed)
        }
    }
}

/// What a call that brought no answer makes of a signal.
enum RemoteProblem: Error {
    case timeout
    case failed

    var reason: UnknownReason { self == .timeout ? .timeout : .failed }
}
