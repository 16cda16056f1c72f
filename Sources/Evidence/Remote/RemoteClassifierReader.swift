internal import Routing

/// A classifier on another machine as a reader of texts: one call for each piece of a text.
///
/// Texts are cut into pieces that overlap, up to a bound that the coverage tells; of the pieces the riskiest counts
/// for a guard, the first for a choice of label.
final class RemoteClassifierReader: TextReader {
    /// Bytes of a piece, of what two pieces share, and the most pieces of one text.
    private static let pieceBytes = 6_000
    private static let overlapBytes = 256
    private static let maximumPieces = 16

    let name: String
    let identity: String
    let cost = CostClass.remote
    let similarity = SimilarityScale.identity
    private let task: LearnedTask
    private let model: any RemoteClassifierProtocol
    private let positives: [Int]
    private let calls: RemoteCalls

    /// A reader for one task. `positives` are the labels whose sum is the risk; none for a choice of label. `identity`
    /// tells it from readers of the same name; nil where the name does.
    init(
        _ model: any RemoteClassifierProtocol, name: String, identity: String? = nil, task: LearnedTask,
        positives: [String] = [], transport: any RemoteTransport
    ) {
        self.model = model
        self.name = name
        self.identity = identity ?? name
        self.task = task
        self.positives = model.labels.indices.filter { positives.contains(model.labels[$0]) }
        calls = RemoteCalls(transport)
    }

    func labels(of task: LearnedTask) -> [String]? { task == self.task ? model.labels : nil }

    func embed(_ texts: [String]) throws(TextReaderError) -> [[Float]?] {
        throw TextReaderError("\(name) does not embed texts")
    }

    func read(
        _ needs: [TextNeed], deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable ([TextFindings]) -> Void
    ) -> any ReadingTicket {
        calls.start(needs.count, completion) { [self] in
            await withTaskGroup(of: (Int, TextFindings).self) { group in
                for (index, need) in needs.enumerated() {
                    group.addTask { (index, await self.findings(need.source, deadline)) }
                }
                var found = needs.map { _ in TextFindings(problem: .failed) }
                for await (index, findings) in group { found[index] = findings }
                return found
            }
        }
    }

    private func findings(_ source: TextSource, _ deadline: ContinuousClock.Instant) async -> TextFindings {
        let text =
            switch source {
            case .text(let text): text
            case .exchange(_, _, let followUp): followUp
            }
        let (pieces, coverage) = Self.pieces(of: text, most: positives.isEmpty ? 1 : Self.maximumPieces)
        var worst: [Double] = []
        for piece in pieces {
            let probabilities: [Double]
            do throws(RemoteModelError) {
                let request = try model.request(for: piece)
                switch await calls.send(request, deadline: deadline) {
                case .success(let answer):
                    probabilities = try model.probabilities(status: answer.status, body: answer.body)
                case .failure(let problem): return TextFindings(problem: problem.reason)
                }
            } catch {
                return TextFindings(problem: .failed)
            }
            if worst.isEmpty || risk(probabilities) > risk(worst) { worst = probabilities }
        }
        var findings = TextFindings()
        findings.probabilities[task] = worst
        findings.coverage = coverage
        return findings
    }

    private func risk(_ probabilities: [Double]) -> Double { positives.reduce(0) { $0 + probabilities[$1] } }

    /// Pieces of a text and the share of it that they hold.
    static func pieces(of text: String, most: Int) -> (pieces: [String], coverage: Double) {
        let bytes = text.utf8
        guard bytes.count > pieceBytes else { return ([text], 1) }
        var pieces: [String] = []
        var start = 0
        var end = 0
        while end < bytes.count, pieces.count < most {
            end = min(start + pieceBytes, bytes.count)
            // A letter cut in two becomes a replacement character.
            pieces.append(String(decoding: bytes.dropFirst(start).prefix(end - start), as: UTF8.self))
            start = end - overlapBytes
        }
        return (pieces, Double(end) / Double(bytes.count))
    }
}
