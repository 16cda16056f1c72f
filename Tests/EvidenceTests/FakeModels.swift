import Policy
import Routing
import Synchronization

@testable import Evidence

/// A model whose findings a test writes down: vectors by text, probabilities by task.
final class FakeReader: TextReader {
    let name: String
    let cost = CostClass.encoder
    let similarity = SimilarityScale.identity
    let vectors: [String: [Float]]
    let labelled: [LearnedTask: [String]]
    let probabilities: @Sendable (LearnedTask, TextSource) -> [Double]
    let entities: [TextFindings.Entity]
    let problem: UnknownReason?
    /// Every need that was read, in order.
    let asked = Mutex<[TextNeed]>([])

    init(
        name: String = "fake", vectors: [String: [Float]] = [:], labels: [LearnedTask: [String]] = [:],
        entities: [TextFindings.Entity] = [], problem: UnknownReason? = nil,
        probabilities: @escaping @Sendable (LearnedTask, TextSource) -> [Double] = { _, _ in [] }
    ) {
        self.name = name
        self.vectors = vectors
        labelled = labels
        self.entities = entities
        self.problem = problem
        self.probabilities = probabilities
    }

    struct Ticket: ReadingTicket { func cancel() {} }

    func labels(of task: LearnedTask) -> [String]? { task == .embedding ? [] : labelled[task] }

    func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?] { texts.map { vectors[$0] } }

    func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant, completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket {
        asked.withLock { $0 += needs }
        completion(needs.map(findings))
        return Ticket()
    }

    private func findings(_ need: TextNeed) -> TextFindings {
        if let problem { return TextFindings(problem: problem) }
        var found = TextFindings()
        for task in need.tasks.members {
            switch task {
            case .embedding:
                if case .text(let text) = need.source { found.embedding = vectors[text] ?? [0, 0, 1] }
            case .personalData: found.entities = entities
            default: found.probabilities[task] = probabilities(task, need.source)
            }
        }
        return found
    }
}

/// A machine with one model for everything.
struct FakeModels: EvidenceModels {
    let reader: FakeReader

    func prepare(_ tasks: LearnedTasks) {}
    func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? { reader }
    func classifier(_ task: LearnedTask, path: String?) -> (any TextReader)? {
        reader.labels(of: task) == nil ? nil : reader
    }
    func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? { reader }
    func localClassifier(path: String, labels: [String]) -> (any TextReader)? { reader }
    func languageModel(
        _ model: ExternalModel, labels: [String], instructions: String
    ) -> (any TextReader)? { reader }
    func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? { reader }
}

extension EvidenceEngine {
    /// Everything that the signals say about a conversation, by `family:name`, with models asked.
    func readAll(_ request: EvidenceRequest) async -> [String: Reading] {
        var reader = begin(request)
        let all = Array(catalog.entries.indices)
        let needs = reader.needs(of: all)
        if !needs.isEmpty { reader.supply(await gather(needs, deadline: .now + .seconds(5))) }
        return Dictionary(uniqueKeysWithValues: reader.read(all).map { (catalog.entries[$0].key.description, $1) })
    }
}
