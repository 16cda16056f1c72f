import Encoding
import Routing
import Synchronization
import Testing

@testable import Evidence

@Suite struct WindowCacheTests {
    private static func head(_ name: String, _ kind: EncoderHead.Kind = .sequence) -> EncoderHead {
        EncoderHead(name: name, kind: kind, labels: ["a", "b"])
    }

    private let cache = WindowCache(
        maximumPositions: 8, heads: [Self.head("topic"), Self.head("risk"), Self.head("spans", .token)])
    private let everything = EncoderOutputs(embedding: true, heads: ["topic", "risk", "spans"])
    private let result = EncoderResult(embedding: [1, 2], logits: [[0.1], [0.2]], tokenLogits: [[0.3]])

    @Test func whoWantsLessGetsHisPart() {
        cache.keep([1, 2], everything, result)
        #expect(cache.result([1, 2], everything) == result)
        #expect(
            cache.result([1, 2], EncoderOutputs(heads: ["risk"])) == EncoderResult(logits: [[0.2]]))
        #expect(
            cache.result([1, 2], EncoderOutputs(embedding: true, heads: ["spans"]))
                == EncoderResult(embedding: [1, 2], tokenLogits: [[0.3]]))
        #expect(cache.result([1], everything) == nil)
    }

    @Test func whoWantsMoreGetsNothing() {
        cache.keep([1], EncoderOutputs(heads: ["topic"]), EncoderResult(logits: [[0.1]]))
        #expect(cache.result([1], everything) == nil)
        #expect(cache.claim([[1], [2]], everything) == [[1], [2]])
        #expect(cache.claim([[1]], EncoderOutputs(heads: ["topic"])).isEmpty, "it is being read")
    }

    @Test func whatIsNotAskedForGoes() {
        for number in 0..<100 { cache.keep([Int32(number)], everything, result) }
        let kept = (0..<100).filter { cache.result([Int32($0)], everything) != nil }
        #expect(kept.count <= 8)
        #expect(kept.last == 99)
    }

    @Test func longWindowsTakeMoreOfTheRoom() {
        for number in 0..<100 { cache.keep([Int32](repeating: Int32(number), count: 4), everything, result) }
        let kept = (0..<100).filter { cache.result([Int32](repeating: Int32($0), count: 4), everything) != nil }
        #expect(kept == [98, 99])
    }

    @Test func whoeverWaitsGoesOnWhenTheWindowIsRead() {
        let wasCalled = Mutex(0)
        #expect(!cache.wait(for: [[1]]) { wasCalled.withLock { $0 += 1 } })
        let claimed = cache.claim([[1], [2]], everything)
        #expect(cache.wait(for: [[0], [1]]) { wasCalled.withLock { $0 += 1 } })
        #expect(wasCalled.withLock { $0 } == 0)
        cache.release(claimed)
        #expect(wasCalled.withLock { $0 } == 1)
        #expect(cache.claim([[1]], everything) == [[1]], "it was given up")
    }
}

/// Reading ahead with the encoder that comes with the router.
@Suite(.serialized, .enabled(if: TestEncoder.isInstalled, "the inference library or the encoder is not installed"))
struct AnticipationTests {
    private let text = (0..<1_100).map { "The library opens its door number \($0)." }.joined(separator: " ")
    private let tasks = LearnedTasks(.embedding)

    private func findings(_ reader: EncoderTextReader, _ text: String) async -> TextFindings? {
        await withCheckedContinuation { continuation in
            _ = reader.read([TextNeed(.text(text), tasks)], deadline: .now + .seconds(60)) {
                continuation.resume(returning: $0.first)
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func whatWasReadAheadIsWhatIsFound() async throws {
        let encoder = try TestEncoder.loaded.get()
        let plain = try #require(await findings(EncoderTextReader(encoder), text))
        let reader = EncoderTextReader(encoder)
        for share in [0.3, 0.7, 0.9] {
            let beginning = String(text.prefix(Int(Double(text.count) * share)))
            reader.anticipate([TextNeed(.text(beginning), tasks)], share: share)
        }
        let ahead = try #require(await findings(reader, text))
        #expect(plain.problem == nil)
        #expect(plain.windowEmbeddings.count == 40)
        #expect(ahead.coverage == plain.coverage)
        // Equal but for rounding, which depends on what ran together.
        for (one, other) in zip(ahead.windowEmbeddings + [ahead.embedding], plain.windowEmbeddings + [plain.embedding])
        {
            #expect(zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } > 0.9999)
        }
        // Nothing is left to be run: the same windows are known.
        #expect(await findings(reader, text) == ahead)
    }

    /// What is chosen of a text is chosen of a longer one too, nearly always.
    @Test(arguments: [41, 60, 77, 100, 500]) func theChoiceIsSpreadAndLasts(count: Int) {
        let chosen = EncoderText.chosen(of: count, most: 40)
        #expect(chosen.count == 40)
        #expect(chosen == Array(Set(chosen)).sorted())
        #expect(chosen.first == 0 && chosen.last == count - 1)
        let gaps = zip(chosen, chosen.dropFirst()).map { $1 - $0 }
        #expect((gaps.max() ?? 0) <= 4 * max(1, count / 40), "\(gaps)")
        let longer = Set(EncoderText.chosen(of: count + 3, most: 40))
        #expect(chosen.filter(longer.contains).count >= 36)
    }

    @Test(.timeLimit(.minutes(1))) func aDeadlineHoldsWhileOthersReadAhead() async throws {
        let reader = EncoderTextReader(try TestEncoder.loaded.get())
        reader.anticipate([TextNeed(.text(text), tasks)], share: nil)
        let start = ContinuousClock.now
        let findings = await withCheckedContinuation { (continuation: CheckedContinuation<TextFindings?, Never>) in
            _ = reader.read([TextNeed(.text(text), tasks)], deadline: .now + .milliseconds(1)) {
                continuation.resume(returning: $0.first)
            }
        }
        #expect(findings?.problem == .timeout)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
