internal import Policy
internal import Routing
internal import Wire

/// A reading as replay records keep it: what rules need of it, without what was found in the text.
struct RecordedReading: Sendable, Hashable {
    var key: SignalKey
    var reading: Reading
    /// A digest of the declaration that it was read by; a signal that was declared anew has another one.
    var declaration: String

    init(key: SignalKey, reading: Reading, declaration: String) {
        self.key = key
        self.reading = reading
        self.declaration = declaration
    }

    var json: JSON {
        let (result, reason): (String, UnknownReason?) =
            switch reading.outcome {
            case .matched: ("matched", nil)
            case .unmatched: ("unmatched", nil)
            case .unknown(let reason): ("unknown", reason)
            }
        return .members(
            ("family", .string(key.family)), ("name", .string(key.name)), ("result", .string(result)),
            ("reason", reason.map { .string($0.rawValue) }), ("confidence", .number(reading.confidence)),
            ("value", JSON.finite(reading.value)), ("coverage", .number(reading.coverage)),
            ("declaration", .string(declaration)))
    }

    /// A reading from a record; nil when it is none.
    init?(_ json: JSON) {
        guard let family = json["family"]?.string, let name = json["name"]?.string,
            let declaration = json["declaration"]?.string
        else { return nil }
        let outcome: Reading.Outcome
        switch json["result"]?.string {
        case "matched": outcome = .matched
        case "unmatched": outcome = .unmatched
        case "unknown":
            outcome = .unknown(json["reason"]?.string.flatMap(UnknownReason.init(rawValue:)) ?? .failed)
        default: return nil
        }
        self.init(
            key: SignalKey(family, name),
            reading: Reading(
                outcome, confidence: json["confidence"]?.double ?? 0, value: json["value"]?.double,
                coverage: json["coverage"]?.double ?? 0), declaration: declaration)
    }
}

/// Tells whether signals are declared as they were.
enum DeclarationDigest {
    /// A digest of each signal's declaration as the file writes it, by the index of the signal. Signals that one
    /// declaration makes share it.
    static func all(of signals: SignalCatalog, in recipe: Recipe, root: Node?) -> [String] {
        var digests: [SignalKey: String] = [:]
        for declaration in recipe.signals {
            guard let node = root?.node(at: declaration.path) else { continue }
            digests[SignalKey(declaration.family, declaration.name)] = String(
                SHA256.hexadecimal(Array(AnyValue(node).json.utf8)).prefix(16))
        }
        return signals.entries.map { entry in
            if let digest = digests[entry.key] { return digest }
            // Families like complexity make several signals of one declaration: `name:level`.
            guard let end = entry.key.name.lastIndex(of: ":") else { return "" }
            return digests[SignalKey(entry.key.family, String(entry.key.name[..<end]))] ?? ""
        }
    }
}
