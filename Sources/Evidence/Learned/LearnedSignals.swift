internal import Policy
internal import Routing

extension EvidenceBuilder {
    /// Adds signals whose model this machine does not have. Switched off in the policy, they are disabled; otherwise
    /// the engine lists them among its missing models.
    mutating func addUnavailable(
        _ declarations: [SignalDeclaration], of family: SignalFamily, cost: CostClass, isEnabled: Bool = true
    ) {
        let rule = UnavailableRule(reason: isEnabled ? .modelMissing : .disabled)
        for declaration in declarations {
            for name in family.ruleNames(declaration) {
                add(
                    SignalKey(family.type, name), rule, cost: cost, isSafety: family.isSafety,
                    declaredAs: declaration.name)
            }
        }
    }

    /// The model that embeds texts, when the policy's settings lead to one.
    var embedder: (any TextReader)? { resources.models.embedder(global.modelCatalog.embeddings.semantic) }

    /// Places examples in meaning. Examples that the model cannot read are left out; nil when the model fails.
    mutating func examples(_ texts: [String], _ reader: any TextReader) -> [PrototypeBank.Example]? {
        let vectors: [[Float]?]
        do throws(TextReaderError) {
            vectors = try reader.embed(texts)
        } catch {
            return nil
        }
        var examples: [PrototypeBank.Example] = []
        for (text, vector) in zip(texts, vectors) {
            if let vector {
                examples.append(PrototypeBank.Example(text: text, vector: vector))
            } else {
                unreadableExamples.insert(text)
            }
        }
        return examples
    }

    /// Warns of a declaration's examples that the model could not read; `key` is the way to them within it, and `owner`
    /// says whose they are where that is not the declaration.
    mutating func warnOfUnreadable(
        _ texts: [String], in declaration: SignalDeclaration, key: [String], of owner: String? = nil
    ) {
        let unreadable = texts.filter(unreadableExamples.contains)
        guard let first = unreadable.first else { return }
        let shown = first.count > 40 ? first.prefix(40) + "…" : first[...]
        warnings.append(
            Diagnostic(
                .warning, .noEffect,
                "the model cannot read \(unreadable.count) of \(texts.count) examples\(owner.map { " of \($0)" } ?? ""), "
                    + "which have no effect: \"\(shown)\"\(unreadable.count > 1 ? " and others" : "")",
                at: declaration.position,
                path: key.reduce(declaration.path) { $0.appending(.key($1)) }))
    }

    /// The keys of declared signals under their own names.
    func keys(_ declarations: [SignalDeclaration]) -> [(key: SignalKey, declaredAs: String)] {
        declarations.map { (SignalKey($0.family, $0.name), $0.name) }
    }
}

/// What the members of a group say when nothing can be said.
func unknownReadings(_ count: Int, _ reason: UnknownReason) -> [Reading] {
    [Reading](repeating: .unknown(reason), count: count)
}

extension Reading {
    /// A text that the encoder can read, against examples of which it can read none: they are in another language
    /// than the text, so the text is not of their kind. The coverage says that nothing was compared.
    static let unreadableExamples = Reading(
        .unmatched, confidence: 0, coverage: 0, details: ["no example is readable by this encoder"])
}

/// A classifier's verdict on the text of a request: the probabilities of its labels, or why there are none.
struct LabelledText: Sendable {
    let reader: Int
    let task: LearnedTask
    let labels: [String]

    /// Nil when the model cannot be asked for the task.
    init?(_ model: any TextReader, _ task: LearnedTask, _ builder: inout EvidenceBuilder) {
        guard let labels = model.labels(of: task) else { return nil }
        reader = builder.reader(model)
        self.task = task
        self.labels = labels
    }

    /// The probability of each label.
    func probabilities(
        _ scan: RequestScan, _ source: TextSource
    ) -> (probabilities: [Double], coverage: Double, problem: UnknownReason?) {
        guard let found = scan.findings(reader, source, task) else { return ([], 0, .failed) }
        if let problem = found.problem { return ([], found.coverage, problem) }
        guard let probabilities = found.probabilities[task], probabilities.count == labels.count else {
            return ([], found.coverage, .failed)
        }
        return (probabilities, found.coverage, nil)
    }
}
