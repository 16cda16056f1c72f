internal import Lexical
public import Policy
public import Routing

/// The configuration of a language signal; its name is the language. Spec config §5.7.
public struct LanguageSignal: SignalConfiguration {
    /// The ISO 639-1 code of the language.
    public var name = ""
    public var description = ""
    /// Least probability; 0 is 0.3.
    public var threshold = 0.0

    /// A signal of no language.
    public init() {}

    /// The declaration.
    public static let schema = Schema<LanguageSignal>(
        "language signal", "Matches by the language of the text.", initial: LanguageSignal(),
        keys: [
            Key(
                "name", \.name, .enumeration(LanguageIdentifier.languages), "The language's ISO 639-1 code.",
                required: true),
            Key("description", \.description, .string, "What it is for."),
            Key("threshold", \.threshold, .fraction, "Least probability of the language; 0 is 0.3."),
        ])
}

/// The language family: what language the text is in.
public enum LanguageSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "language", key: "language", schema: LanguageSignal.schema.description,
        decode: { node, context in LanguageSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations; without a language model every signal is unknown.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let signals = builder.configurations(declarations, as: LanguageSignal.self)
        guard let first = signals.first else { return }
        if let bytes = builder.resources.languageModel {
            do throws(LanguageModelError) {
                builder.languages = try LanguageIdentifier(modelBytes: bytes)
            } catch {
                builder.report(.modelMissing, error.description, in: first.declaration)
            }
        }
        for (declaration, signal) in signals {
            if builder.languages == nil {
                builder.add(declaration, UnavailableRule(reason: .modelMissing), cost: cost)
            } else {
                let threshold = signal.threshold == 0 ? LanguageRule.floor : signal.threshold
                builder.add(declaration, LanguageRule(language: declaration.name, threshold: threshold), cost: cost)
            }
        }
    }
}

/// A compiled language signal: it matches when its language is the likeliest and likely enough. The value is the
/// probability of its language. Spec signals-decisions §3.8.
struct LanguageRule: SignalRule {
    /// Below this probability of the likeliest language nothing is said about any.
    static let floor = 0.3
    var language: String
    var threshold: Double

    func read(_ scan: inout RequestScan) -> Reading {
        guard let found = scan.languages else { return .unknown(.modelMissing) }
        guard let best = found.ranking.first, best.probability >= Self.floor else { return .unknown(.inconclusive) }
        let probability = found.ranking.first { $0.language == language }?.probability ?? 0
        guard best.language == language, probability >= threshold else {
            return .unmatched(value: probability, coverage: found.coverage)
        }
        return .matched(value: probability, coverage: found.coverage, details: [language])
    }
}
