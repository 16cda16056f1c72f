/// Which traces are recorded (spec operations §5.5).
public enum SpanSampling: Sendable, Hashable {
    /// Every trace.
    case alwaysOn
    /// No trace.
    case alwaysOff
    /// This share of the traces, 0 to 1, chosen by trace identifier: every router decides alike. NaN means none.
    case probabilistic(Double)

    /// The configuration's name of a sampling type; `nil` for an unknown one.
    public init?(type: String, rate: Double) {
        switch type {
        case "always_on": self = .alwaysOn
        case "always_off": self = .alwaysOff
        case "probabilistic", "traceidratio", "trace_id_ratio": self = .probabilistic(rate)
        default: return nil
        }
    }

    /// Whether the trace is recorded. A trace recorded at one rate is recorded at every higher rate.
    public func includes(_ traceID: TraceID) -> Bool {
        switch self {
        case .alwaysOn: return true
        case .alwaysOff: return false
        case .probabilistic(let rate):
            guard rate > 0 else { return false }
            guard rate < 1 else { return true }
            let span = Double(UInt64(1) << 63)
            return traceID.low >> 1 < UInt64(rate * span)
        }
    }
}
