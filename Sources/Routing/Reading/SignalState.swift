/// What a rule or a score needs of a reading, without what only people read: a trivial value, so that evaluating
/// rules over an array of them neither allocates nor counts references.
struct SignalState: Sendable, Hashable {
    /// What is known of a signal.
    enum Kind: UInt8, Sendable {
        case unread
        case matched
        case unmatched
        /// Unknown, and the operator was told at start: the model is missing or switched off.
        case unknownStanding
        /// Unknown because something went wrong with this request.
        case unknownFailed
    }

    var kind: Kind
    var confidence: Double
    var value: Double
    var hasValue: Bool

    static let unread = SignalState(kind: .unread, confidence: 0, value: 0, hasValue: false)

    var isUnknown: Bool { kind == .unknownStanding || kind == .unknownFailed }

    init(kind: Kind, confidence: Double, value: Double, hasValue: Bool) {
        self.kind = kind
        self.confidence = confidence
        self.value = value
        self.hasValue = hasValue
    }

    init(_ reading: Reading) {
        switch reading.outcome {
        case .matched: kind = .matched
        case .unmatched: kind = .unmatched
        case .unknown(let reason): kind = reason.isStanding ? .unknownStanding : .unknownFailed
        }
        confidence = reading.confidence
        value = reading.value ?? 0
        hasValue = reading.value != nil
    }

    /// The states of readings; what is not read is `unread`.
    static func all(_ readings: [Reading?]) -> [SignalState] {
        readings.withUnsafeBufferPointer { buffer in
            [SignalState](unsafeUninitializedCapacity: buffer.count) { states, count in
                for index in buffer.indices {
                    states.initializeElement(at: index, to: buffer[index].map(SignalState.init) ?? .unread)
                }
                count = buffer.count
            }
        }
    }
}
