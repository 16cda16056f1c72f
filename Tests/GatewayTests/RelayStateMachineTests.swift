import Exchange
import Testing
import Upstream

@testable import Gateway

@Suite
struct RelayStateMachineTests {
    private func request(
        _ framing: BodyFraming = .none, keepAlive: Bool = true, isHead: Bool = false, minorVersion: Int = 1,
        expectsContinue: Bool = false
    ) -> RelayStateMachine.Request {
        .init(
            framing: framing, keepAlive: keepAlive, isHead: isHead, minorVersion: minorVersion,
            expectsContinue: expectsContinue)
    }

    /// A machine whose request is with a backend.
    private func attempting(_ request: RelayStateMachine.Request) -> RelayStateMachine {
        var machine = RelayStateMachine()
        _ = machine.bytesBeginRequest()
        _ = machine.requestHead(request, isOverloaded: false)
        _ = machine.admitted(limit: 100)
        if request.framing != .none { _ = machine.requestEnded() }
        machine.forward()
        return machine
    }

    @Test func requestWithBodyGoesThroughItsStates() {
        var machine = RelayStateMachine()
        #expect(machine.bytesBeginRequest() == true)
        #expect(machine.bytesBeginRequest() == false)
        #expect(machine.requestHead(self.request(.length(10), expectsContinue: true), isOverloaded: false) == .admit)
        #expect(machine.admitted(limit: 10) == .readBody(sendContinue: true))
        #expect(machine.requestBody(10) == .keep)
        #expect(machine.requestEnded() == .begin)
        machine.forward()
        #expect(machine.relayHead(status: 200, contentLength: 3)?.framing == .length(remaining: 3))
        #expect(machine.relayBody(3) == .send)
        #expect(machine.relayEnded(endsProperly: true) == .finish(.length(remaining: 0), keepAlive: true))
        #expect(machine.state == .idle)
    }

    @Test func bodyLimits() {
        var declared = RelayStateMachine()
        _ = declared.requestHead(self.request(.length(11)), isOverloaded: false)
        #expect(declared.admitted(limit: 10) == .refuse(.bodyTooLarge(limit: 10)))
        var counted = RelayStateMachine()
        _ = counted.requestHead(self.request(.chunked), isOverloaded: false)
        #expect(counted.admitted(limit: 10) == .readBody(sendContinue: false))
        #expect(counted.requestBody(6) == .keep)
        #expect(counted.requestBody(5) == .refuse(.bodyTooLarge(limit: 10)))
    }

    @Test func earlyAnswersDiscardSmallBodiesOnly() {
        var small = RelayStateMachine()
        _ = small.requestHead(self.request(.length(10)), isOverloaded: false)
        #expect(small.answer(closes: false, discardLimit: 10).then == .discardBody)
        #expect(small.requestBody(10) == .discard)
        #expect(small.requestEnded() == .nextRequest)
        #expect(small.state == .idle)
        for request in [
            self.request(.length(11)), self.request(.chunked), self.request(.length(1), expectsContinue: true),
        ] {
            var machine = RelayStateMachine()
            _ = machine.requestHead(request, isOverloaded: false)
            let plan = machine.answer(closes: false, discardLimit: 10)
            #expect(plan.then == .close(lingering: true))
            #expect(!plan.keepAlive)
        }
    }

    @Test(arguments: [
        (Int?.some(5), 1, false, 200, RelayStateMachine.ResponseFraming.length(remaining: 5)),
        (nil, 1, false, 200, .chunked), (nil, 0, false, 200, .untilClose), (5, 1, true, 200, .none),
        (5, 1, false, 304, .none), (nil, 1, false, 204, .none),
    ])
    func responseFraming(
        length: Int?, minorVersion: Int, isHead: Bool, status: Int, expected: RelayStateMachine.ResponseFraming
    ) {
        var machine = self.attempting(self.request(isHead: isHead, minorVersion: minorVersion))
        #expect(machine.relayHead(status: status, contentLength: length)?.framing == expected)
    }

    @Test func lengthIsAPromise() {
        var long = self.attempting(self.request())
        _ = long.relayHead(status: 200, contentLength: 3)
        #expect(long.relayBody(4) == .abort)
        var short = self.attempting(self.request())
        _ = short.relayHead(status: 200, contentLength: 3)
        _ = short.relayBody(2)
        #expect(short.relayEnded(endsProperly: true) == .abort(reset: false))
        #expect(short.state == .closing)
    }

    @Test func cutsNeverLookWhole() {
        var chunked = self.attempting(self.request())
        _ = chunked.relayHead(status: 200, contentLength: nil)
        #expect(chunked.relayEnded(endsProperly: false) == .abort(reset: false))
        var old = self.attempting(self.request(minorVersion: 0))
        _ = old.relayHead(status: 200, contentLength: nil)
        #expect(old.relayEnded(endsProperly: false) == .abort(reset: true))
    }

    @Test func heldResponseCanBeRetried() {
        var machine = self.attempting(self.request())
        machine.hold()
        #expect(machine.relayBody(1) == .drop)
        machine.retryHeld()
        #expect(machine.relayHead(status: 200, contentLength: nil) != nil)
    }

    @Test func drainEndsConnectionsAfterTheirRequest() {
        var idle = RelayStateMachine()
        #expect(idle.drain() == true)
        var reading = RelayStateMachine()
        _ = reading.bytesBeginRequest()
        #expect(reading.drain() == false)
        #expect(reading.requestHead(self.request(), isOverloaded: false) == .refuse(.draining))
        var busy = self.attempting(self.request())
        #expect(busy.drain() == false)
        #expect(busy.relayHead(status: 200, contentLength: 0)?.keepAlive == false)
        var relaying = self.attempting(self.request())
        _ = relaying.relayHead(status: 200, contentLength: nil)
        _ = relaying.drain()
        #expect(relaying.relayEnded(endsProperly: true) == .finish(.chunked, keepAlive: false))
    }

    @Test func timeLimits() {
        var reading = RelayStateMachine()
        _ = reading.bytesBeginRequest()
        #expect(reading.timeLimitPassed() == .refuse(.requestTimeout))
        var idle = RelayStateMachine()
        #expect(idle.timeLimitPassed() == .close)
        var busy = self.attempting(self.request())
        #expect(busy.timeLimitPassed() == .none)
    }

    @Test func closedConnectionSaysWhetherItWasServing() {
        var idle = RelayStateMachine()
        #expect(idle.connectionClosed() == false)
        var busy = self.attempting(self.request())
        #expect(busy.connectionClosed() == true)
        #expect(busy.connectionClosed() == false)
    }
}
