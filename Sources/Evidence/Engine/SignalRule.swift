internal import Routing

/// One compiled signal.
protocol SignalRule: Sendable {
    /// What the signal says about the request being scanned.
    func read(_ scan: inout RequestScan) -> Reading
}

/// A signal that cannot be read on this machine, or that the policy switches off.
struct UnavailableRule: SignalRule {
    var reason: UnknownReason

    func read(_ scan: inout RequestScan) -> Reading { .unknown(reason) }
}
