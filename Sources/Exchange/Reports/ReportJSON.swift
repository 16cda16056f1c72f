internal import Policy
internal import Routing
internal import Wire

extension JSON {
    /// An object of the members that have a value.
    static func members(_ members: (String, JSON?)...) -> JSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// An array of strings.
    static func strings(_ values: some Sequence<String>) -> JSON { .array(values.map(JSON.string)) }

    /// A number, or nothing when it is not finite: JSON has no word for it.
    static func finite(_ value: Double?) -> JSON? {
        guard let value, value.isFinite else { return nil }
        return .number(value)
    }

    /// Nanoseconds as milliseconds, to the microsecond.
    static func milliseconds(_ nanoseconds: Int64) -> JSON {
        .number((Double(nanoseconds) / 1_000).rounded() / 1_000)
    }

    init(_ names: GroupedNames) {
        self = .object(names.groups.map { ($0.key, JSON.strings($0.names)) })
    }

    init(_ predicate: NumericPredicate) {
        self = .members(
            ("gt", JSON.finite(predicate.greaterThan)), ("gte", JSON.finite(predicate.greaterOrEqual)),
            ("lt", JSON.finite(predicate.lessThan)), ("lte", JSON.finite(predicate.lessOrEqual)))
    }

    init(_ node: Explanation.Node) {
        self = .members(
            ("node_type", .string(node.kind)), ("signal_type", node.signal.map { .string($0.family) }),
            ("signal_name", node.signal.map { .string($0.name) }), ("label", node.label.map { .string($0) }),
            ("matched", .bool(node.result == .matched)), ("result", .string(node.result.rawValue)),
            ("confidence", .number(node.confidence)), ("value", JSON.finite(node.value)),
            ("predicate", node.predicate.map { JSON($0) }), ("reason", node.reason.map { .string($0.rawValue) }),
            ("children", node.children.isEmpty ? nil : .array(node.children.map { JSON($0) })))
    }

    init(_ decision: Explanation.DecisionTrace) {
        self = .members(
            ("decision_name", .string(decision.name)), ("matched", .bool(decision.result == .matched)),
            ("result", .string(decision.result.rawValue)), ("confidence", .number(decision.confidence)),
            ("priority", .int(decision.priority)), ("tier", .int(decision.tier)),
            ("is_winner", .bool(decision.isWinner)), ("reason", .string(decision.reason)),
            ("root_trace", JSON(decision.root)))
    }
}

extension NumericPredicate {
    /// The bounds in words, such as `>= 3 and < 10`.
    var text: String {
        var parts: [String] = []
        if let greaterThan { parts.append("> \(greaterThan.shortText)") }
        if let greaterOrEqual { parts.append(">= \(greaterOrEqual.shortText)") }
        if let lessThan { parts.append("< \(lessThan.shortText)") }
        if let lessOrEqual { parts.append("<= \(lessOrEqual.shortText)") }
        return parts.joined(separator: " and ")
    }

    /// How far a value is from the nearest bound. Spec signals-decisions §6.3.
    func distance(from value: Double) -> Double? {
        [greaterThan, greaterOrEqual, lessThan, lessOrEqual].compactMap { $0 }.map { abs(value - $0) }.min()
    }
}

extension Double {
    /// A number for people: whole numbers without a point, others with up to four places.
    var shortText: String {
        guard isFinite, abs(self) < 1e12 else { return String(self) }
        if self == rounded() { return String(Int(self)) }
        var text = fourPlaces
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
