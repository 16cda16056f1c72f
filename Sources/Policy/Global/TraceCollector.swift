/// Where an OTLP collector takes spans, as `observability.tracing.exporter` says it.
///
/// Martlet speaks OTLP over HTTP with protobuf bodies. The contract's endpoint is a host and the port of OTLP over
/// gRPC, 4317; such an endpoint stands for the same collector's HTTP port, 4318. A URL is taken as it is, and gets the
/// standard path when it has none.
public struct TraceCollector: Sendable, Hashable {
    /// The URL that spans are posted to.
    public let url: String
    /// The endpoint names gRPC's port, and the spans go to the port beside it.
    public let isMovedFromGRPC: Bool

    private static let path = "/v1/traces"
    private static let grpcPort = 4317
    private static let httpPort = 4318

    /// Reads the exporter's endpoint; nil when it names no host or no possible port.
    public init?(_ exporter: TraceExporterSettings) {
        var rest = exporter.endpoint[...]
        var scheme = exporter.isInsecure ? "http" : "https"
        var isURL = false
        for known in ["http", "https"] where rest.lowercased().hasPrefix(known + "://") {
            scheme = known
            isURL = true
            rest = rest.dropFirst(known.count + 3)
        }
        let authority = rest.prefix { $0 != "/" }
        var target = String(rest.dropFirst(authority.count))
        if target.isEmpty || target == "/" { target = Self.path }
        guard !rest.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" || $0 == "@" }) else { return nil }
        guard isURL || authority.count == rest.count else { return nil }
        var host = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            host = authority[..<colon]
            port = number
        }
        guard !host.isEmpty, host.hasPrefix("[") || !host.contains(":") else { return nil }
        isMovedFromGRPC = !isURL && port == Self.grpcPort
        if !isURL, port == nil || port == Self.grpcPort { port = Self.httpPort }
        url = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") + target
    }
}
