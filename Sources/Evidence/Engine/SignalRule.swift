internal import Routing

/// One compiled signal.
protocol SignalRule: Sendable {
    /// Adds what reading the signal needs of models.
    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds)
    /// What the signal says about the request being scanned; what it needed is among the scan's facts.
    func read(_ scan: inout RequestScan) -> Reading
}

extension SignalRule {
    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {}
}

/// A signal that cannot be read on this machine, or that the policy switches off.
struct UnavailableRule: SignalRule {
    var reason: UnknownReason

    func read(_ scan: inout RequestScan) -> Reading { .unknown(reason) }
}

/// Signals that are judged together, because one can change what another says or because they share their work.
protocol SignalGroup: AnyObject, Sendable {
    /// Adds what the group needs of models.
    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds)
    /// What each member says, in the group's order.
    func read(_ scan: inout RequestScan) -> [Reading]
}

/// A member of a group; the group is read once for all of them.
struct GroupedRule: SignalRule {
    let group: any SignalGroup
    let index: Int

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) { scan.collect(group, into: &needs) }

    func read(_ scan: inout RequestScan) -> Reading {
        let readings = scan.readings(of: group)
        return readings.indices.contains(index) ? readings[index] : .unknown(.failed)
    }
}
