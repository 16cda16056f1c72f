/// Takes finished, sampled spans.
///
/// It is called on the thread that ended the span, which serves requests: it must not wait.
public protocol SpanExporter: Sendable {
    /// Takes one span.
    func export(_ span: SpanRecord)
}

/// Writes each span as one JSON line (`exporter.type: stdout`).
public struct SpanLineExporter: SpanExporter {
    private let serviceName: String
    private let writer: LineWriter

    /// Creates an exporter.
    ///
    /// - Parameters:
    ///   - serviceName: The `service` of every line.
    ///   - writer: Where lines go.
    public init(serviceName: String = "martlet", writer: LineWriter = .standardOutput) {
        self.serviceName = serviceName
        self.writer = writer
    }

    /// Writes the span's line.
    public func export(_ span: SpanRecord) {
        writer.write(span.line(service: serviceName))
    }
}
