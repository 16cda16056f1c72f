internal import Policy
internal import Routing
internal import Wire

/// One jailbreak signal: the risk that a classifier sees, the lead of likeness to attacks over likeness to harmless
/// requests, or both. Spec signals-decisions §4.9.
///
/// Unlike there, what tools returned since the assistant last spoke is read too, an omitted threshold is the module's,
/// `hybrid` means that either method may find an attack, and an empty list of harmless examples is like nothing.
struct JailbreakRule: SignalRule {
    /// Lead from which likeness to attacks counts, when the signal names none.
    private static let defaultLead = 0.1

    struct Patterns: Sendable {
        var reader: Int
        var similarity: SimilarityScale
        var attacks: [[Float]]
        var harmless: [[Float]]
        var threshold: Double
    }

    /// What the dearest of its models costs.
    let cost: CostClass
    private let classifier: LabelledText?
    private let positives: [Int]
    private let threshold: Double
    private let patterns: Patterns?
    private let includesHistory: Bool
    private let failureMatches: Bool

    /// Nil when a model that the method needs is missing, or none of the model's labels is an attack, which is reported:
    /// such a classifier would call everything harmless.
    init?(
        _ signal: JailbreakSignal, _ settings: PromptGuardSettings, in declaration: SignalDeclaration,
        _ builder: inout EvidenceBuilder
    ) {
        var cost = CostClass.free
        var classifier: LabelledText?
        var positives: [Int] = []
        if signal.method != .contrastive {
            guard
                let model = PromptGuard.reader(settings, builder.global.modelCatalog, builder.resources.models),
                let labelled = LabelledText(model, .jailbreak, &builder)
            else { return nil }
            let wanted = settings.positiveLabels.isEmpty ? ["jailbreak"] : settings.positiveLabels
            positives = PromptGuard.positives(labelled.labels, settings)
            guard !positives.isEmpty else {
                builder.report(
                    .danglingReference,
                    "prompt_guard.positive_labels must name labels of the guard \"\(model.name)\" "
                        + "(\(labelled.labels.joined(separator: ", "))); none of them is "
                        + wanted.map { "\"\($0)\"" }.joined(separator: " or "),
                    in: declaration,
                    suggestion: wanted.lazy.compactMap { NearestName.among(labelled.labels, to: $0) }.first)
                return nil
            }
            classifier = labelled
            cost = max(cost, model.cost)
        }
        var patterns: Patterns?
        if signal.method != .classifier {
            guard let model = builder.embedder, let attacks = builder.examples(signal.jailbreakPatterns, model),
                let harmless = builder.examples(signal.benignPatterns, model)
            else { return nil }
            let named = signal.method == .contrastive ? signal.threshold ?? 0 : 0
            patterns = Patterns(
                reader: builder.reader(model), similarity: model.similarity, attacks: attacks.map(\.vector),
                harmless: harmless.map(\.vector), threshold: named > 0 ? named : Self.defaultLead)
            cost = max(cost, model.cost)
        }
        self.cost = cost
        self.classifier = classifier
        self.patterns = patterns
        self.positives = positives
        let given = signal.threshold ?? 0
        threshold = given > 0 ? given : settings.threshold
        includesHistory = signal.includesHistory
        failureMatches = settings.failureAction == .block
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        for text in scan.guardedTexts(JailbreakSignals.family.type, includingHistory: includesHistory) {
            if let classifier { needs.add(.text(text), .jailbreak, to: classifier.reader) }
            if let patterns { needs.add(.text(text), .embedding, to: patterns.reader) }
        }
    }

    func read(_ scan: inout RequestScan) -> Reading {
        var risk = 0.0
        var lead: Double?
        var coverage = 1.0
        var problem: UnknownReason?
        for text in scan.guardedTexts(JailbreakSignals.family.type, includingHistory: includesHistory) {
            if let classifier {
                let found = classifier.probabilities(scan, .text(text))
                if found.problem == nil {
                    risk = max(risk, positives.reduce(0) { $0 + found.probabilities[$1] })
                    coverage = min(coverage, found.coverage)
                } else {
                    problem = problem ?? found.problem
                }
            }
            if let patterns {
                let found = scan.findings(patterns.reader, .text(text), .embedding)
                if let found, found.problem == nil {
                    let windows = found.windowEmbeddings.isEmpty ? [found.embedding] : found.windowEmbeddings
                    for window in windows { lead = max(lead ?? -1, patterns.lead(window)) }
                    coverage = min(coverage, found.coverage)
                } else {
                    problem = problem ?? found?.problem ?? .failed
                }
            }
        }
        return verdict(risk: min(risk, 1), lead: lead, coverage: coverage, problem: problem)
    }

    private func verdict(risk: Double, lead: Double?, coverage: Double, problem: UnknownReason?) -> Reading {
        if classifier != nil, risk >= threshold, risk > 0 {
            return .matched(confidence: risk, value: risk, coverage: coverage)
        }
        if let patterns, let lead, lead >= patterns.threshold {
            let confidence = min(max(lead, 0), 1)
            return .matched(
                confidence: classifier == nil ? confidence : max(risk, confidence), value: lead, coverage: coverage,
                details: ["like known attacks"])
        }
        if let problem {
            return failureMatches && problem != .unreadable
                ? .matched(confidence: 1, coverage: 0, details: ["classification_error"]) : .unknown(problem)
        }
        return .unmatched(value: classifier == nil ? lead : risk, coverage: coverage)
    }
}

extension JailbreakRule.Patterns {
    /// How much liker a text is to the nearest attack than to the nearest harmless example.
    func lead(_ vector: [Float]) -> Double {
        guard let attack = attacks.map({ similarity(vector, $0) }).max() else { return -1 }
        return attack - (harmless.map { similarity(vector, $0) }.max() ?? 0)
    }
}

extension RequestScan {
    /// What signals of protection read: the text, what tools returned since the assistant last spoke, and with history
    /// everything that was said before; each text once.
    mutating func guardedTexts(_ family: String, includingHistory: Bool) -> [String] {
        var texts = [learnedText(family)]
        let turns = conversation.turns
        let lastAnswer = turns.lastIndex { $0.role == .assistant } ?? -1
        for (index, turn) in turns.enumerated() where !turn.text.isEmpty {
            let isToolResult = turn.role == .tool || turn.role == .function
            if includingHistory || (isToolResult && index > lastAnswer) { texts.append(turn.text) }
        }
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
