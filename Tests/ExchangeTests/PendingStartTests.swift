import NIOCore
import NIOPosix
import Testing

@testable import Exchange

/// Promises of a start: chains of them, and what a client that vanishes does to them.
struct PendingStartTests {
    private static func status(_ start: ExchangeStart?) -> Int? {
        guard case .respond(let response) = start else { return nil }
        return response.status
    }

    @Test func aPromiseThatResolvesToAnotherHandsOverItsResult() {
        let (outer, inner) = (PendingStart(), PendingStart())
        var result: ExchangeStart?
        outer.whenResolved { result = $0 }
        outer.resolve(.pending(inner))
        #expect(result == nil)
        outer.resolve(.respond(LocalResponse(status: 500, headers: [], body: ByteBuffer())))
        #expect(result == nil, "only the first resolution counts")
        inner.resolve(.respond(LocalResponse(status: 204, headers: [], body: ByteBuffer())))
        #expect(Self.status(result) == 204)
    }

    @Test func cancellingReachesTheInnermostPromise() {
        var cancelled = 0
        let inner = PendingStart { cancelled += 1 }
        let outer = PendingStart { Issue.record("this work was over") }
        outer.resolve(.pending(inner))
        outer.cancel()
        outer.cancel()
        #expect(cancelled == 1)
    }

    @Test func whatBeginsAfterTheClientIsGoneIsCancelledAtOnce() {
        var cancelled = false
        let outer = PendingStart()
        outer.cancel()
        outer.resolve(.pending(PendingStart { cancelled = true }))
        #expect(cancelled)
    }

    @Test func workGoesOnOnTheLoop() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Int?.self)
        loop.execute {
            let start = ExchangeStart.awaiting(on: loop) {
                201
            } then: { status in
                loop.preconditionInEventLoop()
                return .respond(LocalResponse(status: status, headers: [], body: ByteBuffer()))
            }
            guard case .pending(let pending) = start else { return promise.succeed(nil) }
            pending.whenResolved { promise.succeed(Self.status($0)) }
        }
        #expect(try await promise.futureResult.get() == 201)
    }

    @Test func aClientThatVanishesCancelsTheWork() async {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ended = AsyncStream<Bool>.makeStream()
        loop.execute {
            let start = ExchangeStart.awaiting(on: loop) {
                try? await Task.sleep(for: .seconds(60))
                ended.continuation.yield(Task.isCancelled)
            } then: { _ in
                .passThrough
            }
            if case .pending(let pending) = start { pending.cancel() }
        }
        var iterator = ended.stream.makeAsyncIterator()
        #expect(await iterator.next() == true)
    }
}
