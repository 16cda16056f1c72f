/// Host and port of an engine.
public struct EngineAddress: Sendable, Hashable, CustomStringConvertible {
    public var host: String
    public var port: Int

    /// Reads `host:port`, `host` or `[IPv6]:port`; nil when it is none of them.
    public init?(_ text: String, defaultPort: Int) {
        var host = text[...]
        var port = defaultPort
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.first == ":", let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            guard !host.contains(":") else { return nil }
            port = number
        }
        guard !host.isEmpty, (1...65_535).contains(port), !host.utf8.contains(where: { $0 <= 32 || $0 == 47 }) else {
            return nil
        }
        self.host = String(host)
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
