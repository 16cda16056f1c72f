/// A writer of the Prometheus text exposition format, version 0.0.4.
struct ExpositionText {
    private(set) var bytes: [UInt8] = []

    mutating func appendHeader(name: String, kind: MetricKind, help: String) {
        append("# HELP ")
        append(name)
        append(" ")
        appendEscaped(help, quotes: false)
        append("\n# TYPE ")
        append(name)
        append(" ")
        append(kind.rawValue)
        append("\n")
    }

    mutating func appendSample(_ name: String, suffix: String = "", labels: MetricLabels, value: Double) {
        append(name)
        append(suffix)
        appendLabels(labels)
        append(" ")
        append(Self.number(value))
        append("\n")
    }

    mutating func appendSample(_ name: String, suffix: String = "", labels: MetricLabels, integer: Int64) {
        append(name)
        append(suffix)
        appendLabels(labels)
        append(" ")
        append(String(integer))
        append("\n")
    }

    mutating func appendBucket(_ name: String, labels: MetricLabels, upperBound: Double, count: UInt64) {
        append(name)
        append("_bucket")
        appendLabels(labels, upperBound: Self.number(upperBound))
        append(" ")
        append(String(count))
        append("\n")
    }

    /// A number as Prometheus writes it: whole numbers without a fraction, `+Inf`, `-Inf`, `NaN`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let integer = Int64(exactly: value), value.magnitude < 1e15 { return String(integer) }
        return value.description
    }

    private mutating func appendLabels(_ labels: MetricLabels, upperBound: String? = nil) {
        guard !labels.pairs.isEmpty || upperBound != nil else { return }
        var separator = "{"
        for pair in labels.pairs {
            append(separator)
            append(pair.name)
            append("=\"")
            appendEscaped(pair.value, quotes: true)
            append("\"")
            separator = ","
        }
        if let upperBound {
            append(separator)
            append("le=\"")
            append(upperBound)
            append("\"")
        }
        append("}")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }
}
