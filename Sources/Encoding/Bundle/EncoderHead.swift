internal import Glibc

/// What is known of one classification head.
public struct EncoderHead: Sendable, Hashable {
    /// What a head classifies.
    public enum Kind: String, Sendable, Hashable {
        /// The row as a whole.
        case sequence
        /// Each position.
        case token
    }

    /// How the windows of a long text become one answer.
    public enum WindowPooling: String, Sendable, Hashable {
        /// The mean of the probabilities: fits topics.
        case mean
        /// The window with the highest risk: fits guards.
        case max
    }

    /// What a row is made of.
    public enum Input: String, Sendable, Hashable {
        /// One text.
        case text
        /// A user's text, the reply to it, and the text that follows, each with its own bound.
        case exchange
    }

    /// Its name, such as `domain`.
    public var name: String
    /// What it classifies.
    public var kind: Kind
    /// The names of its classes, in the order of its logits.
    public var labels: [String]
    /// What logits are divided by before the softmax, so that probabilities are calibrated.
    public var temperature: Float
    /// How windows are pooled.
    public var windowPooling: WindowPooling
    /// What a row is made of.
    public var input: Input
    /// Figures measured on held-out data, by name, such as `recall_at_1_percent_fpr`.
    public var strength: [String: Double]
    /// On what they were measured.
    public var measuredOn: String?

    /// Creates a description.
    public init(
        name: String, kind: Kind, labels: [String], temperature: Float = 1, windowPooling: WindowPooling = .mean,
        input: Input = .text, strength: [String: Double] = [:], measuredOn: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.temperature = temperature
        self.windowPooling = windowPooling
        self.input = input
        self.strength = strength
        self.measuredOn = measuredOn
    }

    /// softmax(logits / temperature).
    public func probabilities(_ logits: some Sequence<Float>) -> [Float] {
        let scaled = logits.map { $0 / temperature }
        let highest = scaled.max() ?? 0
        let exponentials = scaled.map { expf($0 - highest) }
        let total = exponentials.reduce(0, +)
        return exponentials.map { $0 / total }
    }
}
