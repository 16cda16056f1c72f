import Testing

@testable import Encoding

@Suite struct BatchQueueTests {
    private let now = ContinuousClock.now

    private func ticket(_ rows: Int, embedding: Bool = true, in seconds: Int = 10) -> EncodingTicket {
        EncodingTicket(
            rows: rows, outputs: EncoderOutputs(embedding: embedding), deadline: now + .seconds(seconds)
        ) { _ in }
    }

    private func rows(_ lengths: [Int]) -> [EncoderRow] {
        lengths.map { EncoderRow(ids: Array(repeating: 1, count: $0)) }
    }

    @Test func lengthsAreRoundedButNeverBeyondTheModel() {
        var queue = BatchQueue(rowLimit: 8, tokenLimit: 4096)
        queue.append(rows([1, 8, 9, 60]), ticket(4), maximumLength: 62)
        #expect(queue.entries.map(\.length) == [8, 8, 16, 62])
    }

    @Test func rowsOfSimilarLengthAndTheSameWishRunTogether() {
        var queue = BatchQueue(rowLimit: 8, tokenLimit: 4096)
        let first = ticket(3)
        let other = ticket(1, embedding: false)
        let second = ticket(2)
        queue.append(rows([64, 200, 72]), first, maximumLength: 512)
        queue.append(rows([64]), other, maximumLength: 512)
        queue.append(rows([50, 80]), second, maximumLength: 512)
        let batch = queue.next(now: now).batch
        #expect(batch?.entries.map(\.content.ids.count).sorted() == [50, 64, 72, 80])
        #expect(batch?.length == 80)
        #expect(batch?.outputs == first.outputs)
        #expect(queue.next(now: now).batch?.length == 200)
        #expect(queue.next(now: now).batch?.entries.first?.ticket === other)
        #expect(queue.next(now: now).batch == nil)
    }

    @Test func boundsOfRowsAndPositionsHold() {
        var queue = BatchQueue(rowLimit: 3, tokenLimit: 100)
        queue.append(rows([32, 32, 32, 32, 32]), ticket(5), maximumLength: 512)
        #expect(queue.next(now: now).batch?.entries.count == 3)
        queue.append(rows([300]), ticket(1), maximumLength: 512)
        #expect(queue.next(now: now).batch?.entries.count == 2)
        #expect(queue.next(now: now).batch?.length == 304)
        queue.append(rows([64, 64]), ticket(2), maximumLength: 512)
        #expect(queue.next(now: now).batch?.entries.count == 1)
    }

    @Test func expiredAndFinishedWorkIsDropped() {
        var queue = BatchQueue(rowLimit: 8, tokenLimit: 4096)
        let late = ticket(2, in: 1)
        let cancelled = ticket(1)
        let live = ticket(1)
        queue.append(rows([8, 16]), late, maximumLength: 512)
        queue.append(rows([8]), cancelled, maximumLength: 512)
        queue.append(rows([24]), live, maximumLength: 512)
        cancelled.cancel()
        let step = queue.next(now: now + .seconds(2))
        #expect(step.expired.count == 1 && step.expired.first === late)
        #expect(step.batch?.entries.map(\.length) == [24])
        #expect(queue.entries.isEmpty)
    }

    @Test func theOldestRowIsNeverLeftBehind() {
        var queue = BatchQueue(rowLimit: 2, tokenLimit: 4096)
        queue.append(rows([400]), ticket(1), maximumLength: 512)
        for _ in 0..<5 { queue.append(rows([8, 8]), ticket(2), maximumLength: 512) }
        #expect(queue.next(now: now).batch?.length == 400)
    }
}
