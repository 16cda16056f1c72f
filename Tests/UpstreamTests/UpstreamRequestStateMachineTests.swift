import Testing

@testable import Upstream

@Suite
struct UpstreamRequestStateMachineTests {
    /// A machine that has served one request and is on the shelf.
    private func reused() -> UpstreamRequestStateMachine {
        var machine = UpstreamRequestStateMachine()
        _ = machine.start(isRetry: false)
        _ = machine.bytesArrived()
        _ = machine.headReceived(status: 200, keepAlive: true)
        _ = machine.bodyEnded(hasSurplus: false)
        return machine
    }

    @Test func completeResponseShelvesTheConnection() {
        var machine = UpstreamRequestStateMachine()
        #expect(machine.start(isRetry: false) == true)
        #expect(machine.start(isRetry: false) == false)
        #expect(machine.bytesArrived() == .none)
        #expect(machine.headReceived(status: 100, keepAlive: true) == .skip)
        #expect(machine.headReceived(status: 200, keepAlive: true) == .deliver)
        #expect(machine.bodyEnded(hasSurplus: false) == .complete(reuse: true))
        #expect(machine.state == .idle)
    }

    @Test func surplusOrCloseForbidsReuse() {
        var surplus = UpstreamRequestStateMachine()
        _ = surplus.start(isRetry: false)
        _ = surplus.headReceived(status: 200, keepAlive: true)
        #expect(surplus.bodyEnded(hasSurplus: true) == .complete(reuse: false))
        var closing = UpstreamRequestStateMachine()
        _ = closing.start(isRetry: false)
        _ = closing.headReceived(status: 200, keepAlive: false)
        #expect(closing.bodyEnded(hasSurplus: false) == .complete(reuse: false))
    }

    @Test func onlyAReusedSilentConnectionIsRetried() {
        var fresh = UpstreamRequestStateMachine()
        _ = fresh.start(isRetry: false)
        #expect(
            fresh.connectionEnded(reason: "r", completesBody: false) == .fail(.reset("r"), afterHead: false))

        var stale = self.reused()
        _ = stale.start(isRetry: false)
        #expect(stale.connectionEnded(reason: "r", completesBody: false) == .retryOnFreshConnection(.reset("r")))

        var answered = self.reused()
        _ = answered.start(isRetry: false)
        _ = answered.bytesArrived()
        #expect(
            answered.connectionEnded(reason: "r", completesBody: false) == .fail(.reset("r"), afterHead: false))

        var again = self.reused()
        _ = again.start(isRetry: true)
        #expect(again.connectionEnded(reason: "r", completesBody: false) == .fail(.reset("r"), afterHead: false))
    }

    @Test func unaskedBytesCloseAnIdleConnection() {
        var machine = self.reused()
        #expect(machine.bytesArrived() == .close)
        #expect(machine.start(isRetry: false) == false)
    }

    @Test func endOfConnectionEndsOnlyOpenBodies() {
        var open = UpstreamRequestStateMachine()
        _ = open.start(isRetry: false)
        _ = open.headReceived(status: 200, keepAlive: false)
        #expect(open.connectionEnded(reason: "", completesBody: true) == .complete(reuse: false))
        var cut = UpstreamRequestStateMachine()
        _ = cut.start(isRetry: false)
        _ = cut.headReceived(status: 200, keepAlive: true)
        #expect(cut.connectionEnded(reason: "r", completesBody: false) == .fail(.reset("r"), afterHead: true))
        #expect(cut.connectionEnded(reason: "r", completesBody: false) == .none)
    }

    @Test func failureAndCancellationAreFinal() {
        var late = UpstreamRequestStateMachine()
        _ = late.start(isRetry: false)
        #expect(late.failed(.firstByteTimeout) == .fail(.firstByteTimeout, afterHead: false))
        #expect(late.failed(.firstByteTimeout) == .none)
        var cancelled = UpstreamRequestStateMachine()
        _ = cancelled.start(isRetry: false)
        #expect(cancelled.cancelled() == .close)
        #expect(cancelled.connectionEnded(reason: "", completesBody: true) == .none)
    }

    @Test func interimResponsesAreBounded() {
        var machine = UpstreamRequestStateMachine()
        _ = machine.start(isRetry: false)
        for _ in 0..<8 { #expect(machine.headReceived(status: 103, keepAlive: true) == .skip) }
        guard case .fail = machine.headReceived(status: 103, keepAlive: true) else {
            Issue.record("endless interim responses")
            return
        }
        var switching = UpstreamRequestStateMachine()
        _ = switching.start(isRetry: false)
        guard case .fail(.malformedResponse) = switching.headReceived(status: 101, keepAlive: true) else {
            Issue.record("protocol switch accepted")
            return
        }
    }

    @Test(arguments: 0..<50)
    func everyRequestEndsAtMostOnce(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var machine = UpstreamRequestStateMachine()
        var isRunning = false
        for _ in 0..<200 {
            var ends = false
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: if machine.start(isRetry: Bool.random(using: &generator)) { isRunning = true }
            case 1: _ = machine.bytesArrived()
            case 2:
                if case .fail = machine.headReceived(
                    status: [100, 200, 503].randomElement(using: &generator) ?? 200, keepAlive: true)
                {
                    ends = true
                }
            case 3: if case .complete = machine.bodyEnded(hasSurplus: Bool.random(using: &generator)) { ends = true }
            case 4:
                if case .none = machine.connectionEnded(reason: "", completesBody: false) {} else { ends = isRunning }
            case 5: if case .none = machine.failed(.idleTimeout) {} else { ends = isRunning }
            default: machine = machine.state == .closed ? UpstreamRequestStateMachine() : machine
            }
            if ends {
                #expect(isRunning, "seed \(seed)")
                isRunning = false
            }
        }
    }
}
