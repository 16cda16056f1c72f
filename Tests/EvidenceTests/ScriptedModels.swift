import Policy
import Routing
import Synchronization
import Testing
import Wire

@testable import Evidence

/// A model that answers by a script, after a while if asked to, and that notes every call.
final class ScriptedReader: TextReader {
    let name: String
    let identity: String
    let cost: CostClass
    let similarity: SimilarityScale
    private let vectors: [String: [Float]]
    private let labelled: [LearnedTask: [String]]
    private let failsToEmbed: Bool
    private let delay: Duration?
    private let script: @Sendable (TextNeed) -> TextFindings
    /// The needs of each call.
    let calls = Mutex<[[TextNeed]]>([])
    /// The examples of each call.
    let embedded = Mutex<[[String]]>([])
    let cancellations = Mutex(0)
    private let isHeld: Bool
    private let held = Mutex<[@Sendable () -> Void]>([])

    /// A model; without a script it knows the vectors alone. With a delay it answers from another thread, and held it
    /// answers when it is released.
    init(
        name: String = "scripted", identity: String? = nil, cost: CostClass = .encoder,
        similarity: SimilarityScale = .identity,
        vectors: [String: [Float]] = [:], labels: [LearnedTask: [String]] = [:], failsToEmbed: Bool = false,
        delay: Duration? = nil, isHeld: Bool = false, script: (@Sendable (TextNeed) -> TextFindings)? = nil
    ) {
        self.name = name
        self.identity = identity ?? name
        self.cost = cost
        self.similarity = similarity
        self.vectors = vectors
        labelled = labels
        self.failsToEmbed = failsToEmbed
        self.delay = delay
        self.isHeld = isHeld
        self.script =
            script ?? { need in
                guard case .text(let text) = need.source, let vector = vectors[text] else {
                    return TextFindings(problem: .unreadable)
                }
                return .placed(vector)
            }
    }

    /// Calls the work off, which makes a delayed answer come at once.
    struct Ticket: ReadingTicket {
        var called: @Sendable () -> Void

        func cancel() { called() }
    }

    func labels(of task: LearnedTask) -> [String]? { task == .embedding ? [] : labelled[task] }

    func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?] {
        embedded.withLock { $0.append(texts) }
        if failsToEmbed { throw TextReaderError("it is broken") }
        return texts.map { vectors[$0] }
    }

    func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant, completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket {
        calls.withLock { $0.append(needs) }
        if isHeld {
            held.withLock { $0.append { completion(needs.map(self.script)) } }
            return Ticket { self.cancellations.withLock { $0 += 1 } }
        }
        guard let delay else {
            completion(needs.map(script))
            return Ticket { self.cancellations.withLock { $0 += 1 } }
        }
        let task = Task {
            do {
                try await Task.sleep(for: delay)
                completion(needs.map(self.script))
            } catch {
                completion(needs.map { _ in TextFindings(problem: .timeout) })
            }
        }
        return Ticket {
            self.cancellations.withLock { $0 += 1 }
            task.cancel()
        }
    }

    /// Answers what was held.
    func release() {
        let answers = held.withLock { held in
            defer { held = [] }
            return held
        }
        for answer in answers { answer() }
    }

    /// Every text that was read, in order.
    var sources: [TextSource] { calls.withLock { $0.flatMap { $0.map(\.source) } } }
}

extension TextFindings {
    /// A text that lies there.
    static func placed(_ vector: [Float], coverage: Double = 1) -> TextFindings {
        var found = TextFindings()
        found.embedding = vector
        found.coverage = coverage
        return found
    }

    /// The verdict of one task.
    static func judged(_ task: LearnedTask, _ probabilities: [Double], coverage: Double = 1) -> TextFindings {
        var found = TextFindings()
        found.probabilities[task] = probabilities
        found.coverage = coverage
        return found
    }
}

/// A machine with a model of its own for each use, which notes what it is asked for.
struct ScriptedModels: EvidenceModels {
    final class Log: Sendable {
        let entries = Mutex<[String]>([])
    }

    var embedding: ScriptedReader?
    var classifiers: [LearnedTask: ScriptedReader] = [:]
    var remoteGuard: ScriptedReader?
    var local: ScriptedReader?
    var language: ScriptedReader?
    var preference: ScriptedReader?
    let log = Log()

    func prepare(_ tasks: LearnedTasks) {}

    func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? { embedding }

    func classifier(_ task: LearnedTask, path: String?) -> (any TextReader)? {
        log.entries.withLock { $0.append("\(task.rawValue) at \(path ?? "-")") }
        return classifiers[task]
    }

    func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? {
        log.entries.withLock { $0.append("guard \(model.name)") }
        return remoteGuard
    }

    func localClassifier(path: String, labels: [String]) -> (any TextReader)? {
        log.entries.withLock { $0.append("\(labels) at \(path)") }
        return local
    }

    func languageModel(_ model: ExternalModel, labels: [String], instructions: String) -> (any TextReader)? {
        log.entries.withLock { $0.append("\(model.name) for \(labels): \(instructions)") }
        return language
    }

    func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? {
        log.entries.withLock { $0.append("\(model.name) for \(preferences.map { "\($0.name)=\($0.description)" })") }
        return preference
    }
}

/// The engine of a policy's signals over models; `modules` and `catalog` are flow mappings of the global settings.
func learned(
    _ signals: String, _ models: any EvidenceModels, projections: String = "", modules: String = "{}",
    catalog: String = "", file: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
) throws -> EvidenceEngine {
    let global = "global:\n  model_catalog:\n    modules: \(modules)\n\(catalog)"
    return try engine(
        signals: signals, rest: projections + global, resources: EvidenceResources(models: models, file: file))
}

extension EvidenceEngine {
    /// What a signal says about a conversation, with models asked.
    func ask(_ key: String, _ request: EvidenceRequest) async -> Reading? { await readAll(request)[key] }

    /// What a signal says about a single user message, with models asked.
    func ask(_ key: String, _ text: String) async -> Reading? { await ask(key, EvidenceRequest(text)) }
}

extension EvidenceRequest {
    /// Turns from the oldest to the latest.
    static func turns(_ turns: (Role, String)...) -> EvidenceRequest {
        EvidenceRequest(
            conversation: Conversation(
                model: "auto",
                turns: turns.enumerated().map { Turn(role: $1.0, text: $1.1, sourceIndex: $0) }, metadata: [:]))
    }
}

/// Whether two numbers are equal but for rounding.
func isNear(_ left: Double?, _ right: Double, within tolerance: Double = 1e-6) -> Bool {
    left.map { abs($0 - right) <= tolerance } ?? false
}
