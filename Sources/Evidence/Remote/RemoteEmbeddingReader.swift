internal import Dispatch
internal import Routing
internal import Synchronization

/// An embeddings service as a reader of texts. Its similarities are taken as they are.
final class RemoteEmbeddingReader: TextReader {
    /// How long placing the examples of a policy may take.
    private static let exampleTimeout = Duration.seconds(30)
    /// Most examples whose vectors are kept for the next policy.
    private static let maximumKnown = 20_000

    let name: String
    let cost = CostClass.remote
    let similarity = SimilarityScale.identity
    private let model: RemoteEmbeddingProtocol
    private let retries: Int
    private let calls: RemoteCalls
    private let known = Mutex<[String: [Float]]>([:])

    init(_ model: RemoteEmbeddingProtocol, name: String, retries: Int, transport: any RemoteTransport) {
        self.model = model
        self.name = name
        self.retries = min(retries, 5)
        calls = RemoteCalls(transport)
    }

    func labels(of task: LearnedTask) -> [String]? { task == .embedding ? [] : nil }

    func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?] {
        let missing = known.withLock { known in Array(Set(texts.filter { known[$0] == nil })) }
        if !missing.isEmpty {
            let result = Mutex<[TextFindings]>([])
            let done = DispatchSemaphore(value: 0)
            let needs = missing.map { TextNeed(.text($0), LearnedTasks(.embedding)) }
            _ = read(needs, deadline: .now + Self.exampleTimeout) { found in
                result.withLock { $0 = found }
                done.signal()
            }
            done.wait()
            let found = result.withLock { $0 }
            guard found.count == missing.count, found.allSatisfy({ $0.problem == nil }) else {
                throw TextReaderError("\(name) did not embed the examples of the policy")
            }
            known.withLock { known in
                if known.count > Self.maximumKnown { known.removeAll() }
                for (text, findings) in zip(missing, found) { known[text] = findings.embedding }
            }
        }
        return known.withLock { known in texts.map { known[$0] } }
    }

    func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket {
        calls.start(needs.count, completion) { [self] in
            let texts = needs.map { need in
                switch need.source {
                case .text(let text): text
                case .exchange(_, _, let followUp): followUp
                }
            }
            var found: [TextFindings] = []
            for range in RemoteEmbeddingProtocol.batches(of: texts) {
                found += await vectors(of: Array(texts[range]), deadline)
            }
            return found
        }
    }

    private func vectors(of texts: [String], _ deadline: ContinuousClock.Instant) async -> [TextFindings] {
        func failed(_ reason: UnknownReason) -> [TextFindings] {
            texts.map { _ in TextFindings(problem: reason) }
        }
        guard let request = try? model.request(for: texts) else { return failed(.failed) }
        var problem = UnknownReason.failed
        for attempt in 0...retries {
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(100 << attempt)) }
            guard !Task.isCancelled else { return failed(.timeout) }
            switch await calls.send(request, deadline: deadline) {
            case .failure(let failure): problem = failure.reason
            case .success(let answer):
                do throws(RemoteModelError) {
                    return try model.vectors(of: texts.count, status: answer.status, body: answer.body).map { vector in
                        var findings = TextFindings()
                        findings.embedding = vector
                        return findings
                    }
                } catch {
                    guard error.isRetryable else { return failed(.failed) }
                }
            }
        }
        return failed(problem)
    }
}
