public import Wire

extension WhatIfReport {
    /// The report for machines.
    public func answer() -> JSON {
        .members(
            ("records", .int(records)), ("decided", .int(decided)), ("from_text", .int(fromText)),
            ("from_readings", .int(decided - fromText)),
            ("undecided", .object(Self.sorted(undecided).map { ($0.key.rawValue, Self.json($0.value)) })),
            ("routes", Self.json(routes)), ("models", Self.json(models)),
            ("models_chosen_by_state", .int(chosenByState)),
            (
                "costs",
                .array(
                    costs.sorted { $0.key < $1.key }.map { currency, sum in
                        .members(
                            ("currency", .string(currency)), ("old", .number(sum.old)), ("new", .number(sum.new)),
                            ("records", .int(sum.count)))
                    })
            ), ("unpriced", .int(unpriced)),
            (
                "safety",
                .members(
                    ("newly_refused", Self.json(newlyRefused)), ("no_longer_refused", Self.json(noLongerRefused)),
                    ("guards_gained", .object(Self.sorted(guardsGained).map { ($0.key, Self.json($0.value)) })),
                    ("guards_lost", .object(Self.sorted(guardsLost).map { ($0.key, Self.json($0.value)) })))
            ), ("unknown_signals", .object(unread.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })))
    }

    private static func sorted<Key>(_ tallies: [Key: Tally]) -> [(key: Key, value: Tally)] {
        tallies.sorted { ($1.value.count, "\($0.key)") < ($0.value.count, "\($1.key)") }
    }

    private static func json(_ tally: Tally) -> JSON {
        .members(("count", .int(tally.count)), ("examples", .strings(tally.examples)))
    }

    private static func json(_ changes: [Change: Tally]) -> JSON {
        .members(
            ("count", .int(sum(changes))),
            (
                "changes",
                .array(
                    sorted(changes).map { change, tally in
                        .members(
                            ("old", .string(change.old)), ("new", .string(change.new)), ("count", .int(tally.count)),
                            ("examples", .strings(tally.examples)))
                    })
            ))
    }

    /// The report for a person at a terminal.
    public func text(usesColour: Bool = false, width: Int = 100) -> String {
        var out = TerminalText(usesColour: usesColour, width: width)
        out.line(
            ("\(decided) of \(records) recorded requests decided anew", .strong),
            (", \(fromText) from their texts, \(decided - fromText) from what was read of them", .faint))
        for (reason, tally) in Self.sorted(undecided) {
            let why =
                switch reason {
                case .unread: "undecided: the text was not kept whole, and what was read does not suffice"
                case .notRouted: "undecided: the model name is not routed by this policy"
                }
            out.line(("  \(tally.count) ", .uncertain), ("\(why), ", .plain), (Self.list(tally), .faint))
        }
        changes("routes", routes, nothing: "no decision", &out)
        changes("models", models, nothing: "no model", &out)
        if chosenByState > 0 {
            out.line(
                ("  \(chosenByState) ", .uncertain),
                ("models are chosen by what the router has seen; here as on a fresh start", .plain))
        }
        costLines(&out)
        safetyLines(&out)
        if !unread.isEmpty {
            out.list(
                "unknown  ", .uncertain,
                unread.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) ×\($0.value)" })
        }
        return out.text
    }

    private func changes(_ name: String, _ changes: [Change: Tally], nothing: String, _ out: inout TerminalText) {
        let count = Self.sum(changes)
        out.line(
            (name.padded(8), .heading),
            (count == 0 ? "none changes" : "\(count) change (\(Self.percent(count, of: decided)))", .plain))
        for (change, tally) in Self.sorted(changes).prefix(12) {
            func named(_ text: String) -> String { text.isEmpty ? nothing : text }
            out.line(
                ("  \(tally.count)  ", .strong), ("\(named(change.old)) → \(named(change.new))  ", .plain),
                (Self.list(tally), .faint))
        }
        if changes.count > 12 { out.line(("  … \(changes.count - 12) more kinds of change", .faint)) }
    }

    private func costLines(_ out: inout TerminalText) {
        if costs.isEmpty {
            out.line(("costs   ", .heading), ("nothing is priced on both sides", .plain))
        }
        for (currency, sum) in costs.sorted(by: { $0.key < $1.key }) {
            let change = sum.old > 0 ? 100 * (sum.new / sum.old - 1) : 0
            let sign = change > 0 ? "+" : ""
            out.line(
                ("costs   ", .heading),
                ("\(sum.old.shortText) → \(sum.new.shortText) \(currency)", .plain),
                (
                    sum.old > 0 ? " (\(sign)\(((change * 10).rounded() / 10).shortText) %)" : "",
                    sum.new > sum.old ? .bad : .good
                ), (", \(sum.count) requests", .faint))
        }
        if unpriced > 0 { out.line(("  \(unpriced) left out: no usage or no prices", .faint)) }
    }

    private func safetyLines(_ out: inout TerminalText) {
        var lines: [(String, TerminalStyle, Tally)] = []
        if noLongerRefused.count > 0 { lines.append(("were refused and are served now", .bad, noLongerRefused)) }
        if newlyRefused.count > 0 { lines.append(("were served and are refused now", .uncertain, newlyRefused)) }
        for (family, tally) in Self.sorted(guardsLost) {
            lines.append(("matched a \(family) signal and do not now", .bad, tally))
        }
        for (family, tally) in Self.sorted(guardsGained) {
            lines.append(("match a \(family) signal now", .uncertain, tally))
        }
        out.line(("safety  ", .heading), (lines.isEmpty ? "nothing changes" : "", .plain))
        for (text, style, tally) in lines {
            out.line(("  \(tally.count) ", style), ("\(text)  ", .plain), (Self.list(tally), .faint))
        }
    }

    private static func list(_ tally: Tally) -> String {
        "such as " + tally.examples.joined(separator: ", ")
    }

    private static func percent(_ count: Int, of total: Int) -> String {
        guard total > 0 else { return "0 %" }
        return "\((1_000 * Double(count) / Double(total)).rounded() / 10) %"
    }
}

extension String {
    fileprivate func padded(_ length: Int) -> String {
        self + String(repeating: " ", count: max(0, length - count))
    }
}
