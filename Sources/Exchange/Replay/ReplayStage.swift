internal import Evidence
internal import NIOCore
internal import Policy
internal import State
internal import Telemetry
internal import Wire

/// Records of requests, where the policy wants them.
extension Router {
    /// Begins the record of a request that was decided.
    func beginReplay(_ context: RequestContext) -> StageOutcome {
        guard let writer = context.generation.memory.replay, let evaluation = context.evaluation,
            let configuration = evaluation.recipe.replay(evaluation.decisionIndex)
        else { return .next }
        let draft = ReplayDraft(
            configuration, evaluation, context.request, context.head, context.caller, context.generation)
        let standing = ReplayEnding(underWay: context.record)
        context.record.replay = draft
        context.record.replay?.mark = writer.begin { ReplayDocument(draft, standing).record }
        return .next
    }

    /// Leaves the record of a finished request to be written; never waits.
    func finishReplay(_ record: RequestRecord, at end: NIODeadline, _ generation: RouterGeneration) {
        guard let writer = generation.memory.replay else { return }
        // It is under way no more; nobody sees it in two places.
        record.replay?.mark = nil
        guard let draft = record.replay else { return }
        record.replay = nil
        let ending = ReplayEnding(
            record, duration: Self.milliseconds(end - record.start),
            firstByte: record.firstByte.map { Self.milliseconds($0 - record.start) })
        writer.enqueue(bytes: draft.byteCount) { ReplayDocument(draft, ending).record }
    }

    private static func milliseconds(_ amount: TimeAmount) -> Double {
        (Double(amount.nanoseconds) / 1_000).rounded() / 1_000
    }
}
