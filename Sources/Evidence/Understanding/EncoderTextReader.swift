internal import Dispatch
public import Encoding
public import Lexical
public import Routing
internal import Synchronization

/// An encoder in this process as a reader of texts: one run of its graph answers every task about a text. Long texts
/// are read in overlapping windows, and texts in languages that the encoder does not know are not judged at all.
public final class EncoderTextReader: TextReader {
    /// How much is read, and how.
    public struct Settings: Sendable {
        /// Most windows of one text; of longer ones evenly spread windows are read, and the coverage says so.
        public var maximumWindows = 40
        /// Bytes from which a text is cut into tokens away from the thread that asks.
        public var inlineBytes = 32_768
        /// How long placing a batch of examples may take when a policy is compiled.
        public var exampleTimeout = Duration.seconds(30)
        /// How long reading ahead may take.
        public var anticipationTimeout = Duration.seconds(5)

        /// The defaults.
        public init() {}
    }

    public let name: String
    public let identity: String
    public let similarity: SimilarityScale
    public var cost: CostClass { .encoder }

    let encoder: Encoder
    private let settings: Settings
    private let readability: Readability
    private let decoder: EntityDecoder?
    private let heads: [LearnedTask: EncoderHead]
    /// The place of each sequence head among a result's logits.
    private let places: [LearnedTask: Int]
    private let known: Mutex<[String: [Float]?]>
    private let windows: WindowCache
    /// Positions of long texts whose findings are kept: about 25 MB with token heads.
    private static let maximumPositionsKept = 262_144
    /// Most examples whose vectors are kept for the next policy.
    private static let maximumKnown = 20_000

    /// A reader over an encoder. `headNames` says which head answers a task where its name is not the task's own.
    /// `identity` tells it from readers of other encoders with the same name; nil where the name does.
    public init(
        _ encoder: Encoder, similarity: SimilarityScale = .identity, languages: LanguageIdentifier? = nil,
        headNames: [LearnedTask: String] = [:], identity: String? = nil, settings: Settings = Settings()
    ) {
        self.encoder = encoder
        self.similarity = similarity
        self.settings = settings
        name = encoder.name
        self.identity = identity ?? encoder.name
        readability = Readability(encoder, languages)
        var heads: [LearnedTask: EncoderHead] = [:]
        var places: [LearnedTask: Int] = [:]
        let sequences = encoder.heads.filter { $0.kind == .sequence }
        for task in LearnedTask.allCases {
            let wanted = headNames[task] ?? task.rawValue
            heads[task] = encoder.heads.first { $0.name == wanted }
            places[task] = sequences.firstIndex { $0.name == wanted }
        }
        self.heads = heads
        self.places = places
        decoder = heads[.personalData].flatMap { EntityDecoder($0, encoder.tokenizer) }
        known = Mutex([:])
        windows = WindowCache(maximumPositions: Self.maximumPositionsKept, heads: encoder.heads)
    }

    /// Compiles the graph for these tasks, so that the first request need not wait for it. Throws when the runtime
    /// cannot.
    public func prepare(_ tasks: LearnedTasks) throws(EncodingError) {
        try encoder.executor.prepare(outputs(tasks))
    }

    public func labels(of task: LearnedTask) -> [String]? {
        if task == .embedding { return encoder.dimension == nil ? nil : [] }
        // Without spans that can be told apart, finding none would say that there are none.
        if task == .personalData, decoder == nil { return nil }
        return heads[task]?.labels
    }

    private func outputs(_ tasks: LearnedTasks) -> EncoderOutputs {
        EncoderOutputs(
            embedding: tasks.contains(LearnedTasks(.embedding)),
            heads: Set(tasks.members.compactMap { heads[$0]?.name }))
    }

    // MARK: Examples

    public func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?] {
        let missing = known.withLock { known in Set(texts.filter { known[$0] == nil }) }.sorted {
            $0.utf8.count < $1.utf8.count
        }
        var rest = missing[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(64))
            rest = rest.dropFirst(64)
            let vectors = try vectors(of: batch)
            known.withLock { known in
                if known.count > Self.maximumKnown { known.removeAll() }
                for (text, vector) in zip(batch, vectors) { known[text] = .some(vector) }
            }
        }
        return known.withLock { known in texts.map { known[$0] ?? nil } }
    }

    private func vectors(of texts: [String]) throws(TextReaderError) -> [[Float]?] {
        let result = Mutex<[TextFindings]>([])
        let done = DispatchSemaphore(value: 0)
        let ticket = read(
            texts.map { TextNeed(.text($0), LearnedTasks(.embedding)) },
            deadline: .now + settings.exampleTimeout
        ) { found in
            result.withLock { $0 = found }
            done.signal()
        }
        done.wait()
        _ = ticket
        let found = result.withLock { $0 }
        guard found.count == texts.count else { throw TextReaderError("\(name) did not answer") }
        var vectors: [[Float]?] = []
        for findings in found {
            switch findings.problem {
            case nil: vectors.append(findings.embedding)
            case .unreadable?: vectors.append(nil)
            case let problem?:
                throw TextReaderError("\(name) could not place the examples of the policy: \(problem.rawValue)")
            }
        }
        return vectors
    }

    // MARK: Requests

    public func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket {
        let run = EncoderRun(needs.count, completion)
        if needs.reduce(0, { $0 + $1.source.byteCount }) > settings.inlineBytes {
            DispatchQueue.global().async { self.submit(needs, deadline, run) }
        } else {
            submit(needs, deadline, run)
        }
        return run
    }

    /// Puts the windows of all texts into the encoder's queue, texts with equal tasks together.
    private func submit(_ needs: [TextNeed], _ deadline: ContinuousClock.Instant, _ run: EncoderRun) {
        guard !run.isCancelled else { return run.finish(needs.map { _ in TextFindings(problem: .timeout) }) }
        let texts = needs.map { need in
            EncoderText(need, encoder, readability, maximumWindows: settings.maximumWindows)
        }
        var groups: [LearnedTasks: [Int]] = [:]
        for (index, need) in needs.enumerated() where texts[index].problem == nil {
            groups[need.tasks, default: []].append(index)
        }
        for (index, text) in texts.enumerated() {
            if let problem = text.problem {
                run.set(index, TextFindings(problem: problem, coverage: text.coverage))
            }
        }
        run.expect(groups.count)
        for (tasks, indices) in groups {
            let rows = indices.flatMap { texts[$0].rows }
            encode(rows, isLong: rows.count > indices.count, outputs(tasks), deadline, run) { result in
                switch result {
                case .success(let results):
                    var rest = results[...]
                    for index in indices {
                        let own = rest.prefix(texts[index].rows.count)
                        rest = rest.dropFirst(texts[index].rows.count)
                        run.set(index, self.pool(Array(own), texts[index], tasks))
                    }
                case .failure(let error):
                    let problem = UnknownReason(error.code)
                    for index in indices { run.set(index, TextFindings(problem: problem)) }
                }
                run.arrive()
            }
        }
        run.arrive()
    }

    /// Runs the rows that are not known. Windows of long texts are kept, and those that are being read ahead are
    /// waited for.
    private func encode(
        _ rows: [EncoderRow], isLong: Bool, _ outputs: EncoderOutputs, _ deadline: ContinuousClock.Instant,
        _ run: EncoderRun, _ completion: @escaping @Sendable (Result<[EncoderResult], EncodingError>) -> Void
    ) {
        guard !run.isCancelled else { return completion(.failure(EncodingError(.timeout, "nobody waits any more"))) }
        guard isLong else {
            return run.keep(
                encoder.executor.submit(rows, outputs: outputs, deadline: deadline, completion: completion))
        }
        let turn = Turn()
        let isWaiting = windows.wait(for: rows.map(\.ids)) {
            if turn.take() { self.encode(rows, isLong: true, outputs, deadline, run, completion) }
        }
        if isWaiting {
            let patience = max(.zero, deadline - .now)
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: patience.nanosecondCount)))
            {
                guard turn.take() else { return }
                completion(.failure(EncodingError(.timeout, "windows that are being read ahead took too long")))
            }
            return
        }
        let known = rows.map { windows.result($0.ids, outputs) }
        let missing = rows.indices.filter { known[$0] == nil }
        guard !missing.isEmpty else { return completion(.success(known.compactMap(\.self))) }
        let ticket = encoder.executor.submit(missing.map { rows[$0] }, outputs: outputs, deadline: deadline) { result in
            completion(
                result.map { found in
                    var all = known
                    for (index, result) in zip(missing, found) {
                        all[index] = result
                        self.windows.keep(rows[index].ids, outputs, result)
                    }
                    return all.compactMap(\.self)
                })
        }
        run.keep(ticket)
    }

    public func anticipate(_ needs: [TextNeed], share: Double?) {
        // Reading ahead is optional work: it must not make anybody wait.
        guard encoder.executor.waitingRows == 0 else { return }
        DispatchQueue.global().async { [self] in
            for need in needs {
                let text = EncoderText(need, encoder, readability, maximumWindows: .max)
                guard text.problem == nil else { continue }
                let expected = share.map { Int((Double(text.rows.count) / max($0, 0.001)).rounded()) }
                let chosen = Set(
                    EncoderText.chosen(of: expected ?? text.rows.count, most: settings.maximumWindows))
                // The last windows end with the text, which will go on.
                let settled = text.rows.indices.dropLast(2).filter(chosen.contains).map { text.rows[$0].ids }
                let outputs = outputs(need.tasks)
                let claimed = windows.claim(settled, outputs)
                guard !claimed.isEmpty else { continue }
                encoder.executor.submit(
                    claimed.map { EncoderRow(ids: $0) }, outputs: outputs, deadline: .now + settings.anticipationTimeout
                ) { [windows] result in
                    if case .success(let found) = result {
                        for (ids, result) in zip(claimed, found) { windows.keep(ids, outputs, result) }
                    }
                    windows.release(claimed)
                }
            }
        }
    }

    /// Makes one finding of the windows of a text: risks by their maximum, topics by their mean.
    private func pool(_ results: [EncoderResult], _ text: EncoderText, _ tasks: LearnedTasks) -> TextFindings {
        var findings = TextFindings()
        findings.coverage = text.coverage
        for task in tasks.members {
            if task == .embedding {
                let vectors = results.compactMap(\.embedding)
                findings.embedding = WindowPooling.mean(vectors, weights: text.weights)
                findings.windowEmbeddings = vectors.count > 1 ? vectors : []
            } else if task == .personalData {
                findings.entities = decoder?.entities(results, text, requested: requestedTokenHeads(tasks)) ?? []
            } else if let head = heads[task], let place = place(of: task, among: tasks) {
                let windows = results.compactMap { result in
                    result.logits.indices.contains(place)
                        ? head.probabilities(result.logits[place]).map(Double.init) : nil
                }
                findings.probabilities[task] = WindowPooling.pool(
                    windows, weights: text.weights, takesMaximum: head.windowPooling == .max)
            }
        }
        return findings
    }

    /// The place of a task's logits among those of the requested sequence heads.
    private func place(of task: LearnedTask, among tasks: LearnedTasks) -> Int? {
        guard let own = places[task] else { return nil }
        return tasks.members.compactMap { places[$0] }.filter { $0 < own }.count
    }

    private func requestedTokenHeads(_ tasks: LearnedTasks) -> [EncoderHead] {
        let names = outputs(tasks).heads
        return encoder.heads.filter { $0.kind == .token && names.contains($0.name) }
    }
}

/// Whose turn it is, of several that may act once.
private final class Turn: Sendable {
    private let isTaken = Atomic<Bool>(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}

extension TextSource {
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .exchange(let query, let answer, let followUp):
            query.utf8.count + answer.utf8.count + followUp.utf8.count
        }
    }
}

extension UnknownReason {
    fileprivate init(_ code: EncodingError.Code) {
        switch code {
        case .overloaded: self = .overloaded
        case .timeout: self = .timeout
        case .libraryMissing, .libraryIncompatible, .modelMissing: self = .modelMissing
        default: self = .failed
        }
    }
}
