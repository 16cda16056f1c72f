/// A way for the server to misbehave.
///
/// "Chunks" are server-sent events. For an answer that is not streamed, faults that count chunks act after
/// half of the body.
public enum Fault: Sendable, Hashable {
    /// Answer with this status; without a body, an OpenAI error object is sent.
    case status(Int, retryAfter: String?, body: String?)
    /// Reset the connection (TCP RST) before any byte of the answer.
    case reset
    /// Reset the connection after so many bytes of body.
    case resetAfterBytes(Int)
    /// Reset the connection after so many chunks. The peer's kernel may drop bytes it had not yet delivered.
    case resetAfterChunks(Int)
    /// Close the connection in an orderly way after so many chunks, leaving the body unfinished.
    case cutAfterChunks(Int)
    /// Send nothing for this long, then answer normally.
    case stall(Duration)
    /// Send so many chunks, pause, then go on normally.
    case stallAfterChunks(Int, Duration)
    /// Put invalid JSON in one data line (or cut the JSON of a plain answer), in valid HTTP.
    case malformedChunk
    /// Announce more body bytes than are sent, then close.
    case truncatedBody
    /// Send the response head line by line, spread over this long.
    case slowHeaders(Duration)
    /// Replace the rest of the stream by an error event (a plain request gets status 500).
    case errorEvent
    /// End the stream cleanly for HTTP, but without `[DONE]`, and close (a plain answer: as `truncatedBody`).
    case closeWithoutDone

    /// After how many events the faults without a count of their own act: the role and one token.
    static let defaultChunkCount = 2
}

/// A fault and the requests it is for.
public struct FaultRule: Sendable, Hashable {
    /// The conditions of a rule; all that are set must hold. Without any, every chat request is hit.
    public struct Match: Sendable, Hashable {
        /// Only requests for this model.
        public var model: String?
        /// Only the nth request (from 1) among those for `model`.
        public var nth: Int?
        /// Only every k-th request among those for `model`.
        public var every: Int?
        /// Only this share of the requests, from 0 to 1, drawn from the server's seed.
        public var probability: Double?

        /// Creates a match.
        public init(model: String? = nil, nth: Int? = nil, every: Int? = nil, probability: Double? = nil) {
            self.model = model
            self.nth = nth
            self.every = every
            self.probability = probability
        }
    }

    /// Which requests.
    public var when: Match
    /// What happens to them.
    public var fault: Fault

    /// Creates a rule.
    public init(when match: Match = Match(), fault: Fault) {
        self.when = match
        self.fault = fault
    }
}

/// Decides which requests are hit: the rules with their counts and random draws.
struct FaultSchedule {
    private let rules: [FaultRule]
    private var counts: [Int]
    private var generators: [SplitMix64]

    init(rules: [FaultRule], seed: UInt64) {
        self.rules = rules
        counts = Array(repeating: 0, count: rules.count)
        generators = rules.indices.map { SplitMix64(seed: seed ^ (UInt64($0 &+ 1) &* 0x9E37_79B9_7F4A_7C15)) }
    }

    /// The fault for the next request. Every rule counts the request, whichever rule decides.
    mutating func next(model: String) -> Fault? {
        var chosen: Fault?
        for index in rules.indices {
            let rule = rules[index]
            if let wanted = rule.when.model, wanted != model { continue }
            counts[index] += 1
            if rule.when.holds(count: counts[index], generator: &generators[index]), chosen == nil {
                chosen = rule.fault
            }
        }
        return chosen
    }
}

extension FaultRule.Match {
    /// Whether the conditions other than `model` hold for the `count`-th candidate.
    func holds(count: Int, generator: inout SplitMix64) -> Bool {
        // Drawn even when another condition already fails, so that draws depend on the count alone.
        let draw = probability.map { generator.nextUnit() < $0 } ?? true
        if let nth, count != nth { return false }
        if let every, every < 1 || count % every != 0 { return false }
        return draw
    }
}
