internal import Lexical
public import Policy
public import Routing

/// The configuration of an event signal. Spec config §5.16.
public struct EventSignal: SignalConfiguration {
    /// How grave an event is, as the text names it.
    public enum Severity: String, Sendable, CaseIterable {
        case critical
        case high
        case medium
        case low
    }

    public var name = ""
    public var description = ""
    public var eventTypes: [String] = []
    public var severities: [Severity] = []
    public var actionCodes: [String] = []
    /// Whether words of urgency count.
    public var isTemporal = false

    /// A signal without criteria.
    public init() {}

    /// The declaration.
    public static let schema = Schema<EventSignal>(
        "event signal", "Matches by event types, severities, action codes and words of urgency in the text.",
        initial: EventSignal(),
        keys: commonKeys + [
            Key("event_types", \.eventTypes, .list(.nonEmptyString), "Names of events, any of which counts."),
            Key(
                "severities", \.severities, .list(.enumeration(caseInsensitive: true)),
                "Severities, any of which counts."),
            Key("action_codes", \.actionCodes, .list(.nonEmptyString), "Codes, any of which counts."),
            Key("temporal", \.isTemporal, .boolean, "Whether words of urgency such as `deadline` count."),
        ]
    ).checking { value, node, context in
        let isEmpty = value.eventTypes.isEmpty && value.severities.isEmpty && value.actionCodes.isEmpty
        if isEmpty, !value.isTemporal {
            context.warning(.noEffect, "an event signal without criteria never matches", at: node.position)
        }
    }
}

/// The event family: events that the text reports.
public enum EventSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "event", key: "events", schema: EventSignal.schema.description,
        decode: { node, context in EventSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Words of urgency. Spec signals-decisions §3.5.
    static let temporalPattern = #"\b(?:urgent|immediate|asap|deadline|time.sensitive|now|critical.window)\b"#

    /// Compiles the declarations; words and the pattern go into the shared sets.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: EventSignal.self) {
            var criteria: [EventRule.Criterion] = []
            for words in [signal.eventTypes, signal.severities.map(\.rawValue), signal.actionCodes] where !words.isEmpty
            {
                var terms: [(text: String, literal: Int)] = []
                for word in words {
                    terms.append((word, builder.literal(word, caseSensitive: false, boundaries: true)))
                }
                criteria.append(.words(terms))
            }
            if signal.isTemporal {
                criteria.append(.urgency(pattern: builder.pattern(temporalPattern, caseInsensitive: true)))
            }
            builder.add(declaration, EventRule(criteria: criteria), cost: cost)
        }
    }
}

/// A compiled event signal: it matches when any criterion does. The value is the number of criteria that do.
struct EventRule: SignalRule {
    /// One of the configured criteria, with its place in the shared sets.
    enum Criterion: Sendable {
        case words([(text: String, literal: Int)])
        case urgency(pattern: Int)
    }

    var criteria: [Criterion]

    func read(_ scan: inout RequestScan) -> Reading {
        var hits = 0
        var details: [String] = []
        for criterion in criteria {
            switch criterion {
            case .words(let terms):
                let found = scan.literalMatches
                guard let term = terms.first(where: { found.contains($0.literal) }) else { continue }
                details.append(term.text)
            case .urgency(let pattern):
                guard scan.patternMatches.contains(pattern) else { continue }
                details.append("temporal")
            }
            hits += 1
        }
        guard hits > 0 else { return .unmatched(value: 0) }
        return .matched(
            confidence: 0.5 + 0.5 * Double(hits) / Double(criteria.count), value: Double(hits), details: details)
    }
}
