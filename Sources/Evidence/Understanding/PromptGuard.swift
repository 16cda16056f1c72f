public import Policy
public import Routing
internal import Synchronization

/// The policy's `prompt_guard` outside of signals: reads a text for an attack on a model.
public struct PromptGuard: Sendable {
    /// What was read in a text.
    public enum Verdict: Sendable, Hashable {
        case harmless
        /// An attack, with the risk that was seen, 0 to 1.
        case attack(risk: Double)
        /// It could not be read, and `on_error` is `block`. A language that the model does not know is no failure.
        case unread(UnknownReason)
    }

    /// Risk from which a text is an attack, 0 to 1.
    public var threshold: Double
    private let failureBlocks: Bool
    private let reader: any TextReader
    private let positives: [Int]

    /// Nil where the policy turns it off, its model is not on this machine, or no label of the model is an attack.
    public init?(_ catalog: ModelCatalog, _ models: any EvidenceModels) {
        let settings = catalog.modules.promptGuard
        guard settings.isEnabled, let reader = Self.reader(settings, catalog, models),
            let labels = reader.labels(of: .jailbreak)
        else { return nil }
        self.init(reader, labels: labels, settings)
    }

    init?(_ reader: any TextReader, labels: [String], _ settings: PromptGuardSettings) {
        positives = Self.positives(labels, settings)
        guard !positives.isEmpty else { return nil }
        self.reader = reader
        threshold = settings.threshold
        failureBlocks = settings.failureAction == .block
    }

    /// Reads a text, for no longer than a time.
    public func read(_ text: String, within time: Duration) async -> Verdict {
        let findings = await reader.findings(of: TextNeed(.text(text), LearnedTasks(.jailbreak)), within: time)
        guard let findings, findings.problem == nil, let probabilities = findings.probabilities[.jailbreak] else {
            let problem = findings?.problem ?? .failed
            return failureBlocks && problem != .unreadable ? .unread(problem) : .harmless
        }
        let risk = positives.reduce(0) { sum, label in
            probabilities.indices.contains(label) ? sum + probabilities[label] : sum
        }
        return risk >= threshold && risk > 0 ? .attack(risk: min(risk, 1)) : .harmless
    }

    /// The model that the settings name, here or on another machine.
    static func reader(
        _ settings: PromptGuardSettings, _ catalog: ModelCatalog, _ models: any EvidenceModels
    ) -> (any TextReader)? {
        if settings.remoteProtocol != .unset {
            let external = catalog.external.first { $0.role == "guardrail" }
            return external.flatMap { models.remoteGuard(settings, $0) }
        }
        let path = catalog.system.modelPath(
            reference: settings.modelReference, identifier: settings.modelIdentifier)
        return models.classifier(.jailbreak, path: path)
    }

    /// The labels that are attacks, by their places.
    static func positives(_ labels: [String], _ settings: PromptGuardSettings) -> [Int] {
        let wanted = settings.positiveLabels.isEmpty ? ["jailbreak"] : settings.positiveLabels
        return labels.indices.filter { wanted.contains(labels[$0]) }
    }
}

extension TextReader {
    /// What is found out of one text; nil where the reader leaves it open. A task that is cancelled calls the reading
    /// off.
    public func findings(of need: TextNeed, within time: Duration) async -> TextFindings? {
        let held = Mutex<(any ReadingTicket)?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<TextFindings?, Never>) in
                let ticket = read([need], deadline: .now + time) { continuation.resume(returning: $0.first) }
                held.withLock { $0 = ticket }
            }
        } onCancel: {
            held.withLock { $0 }?.cancel()
        }
    }
}
