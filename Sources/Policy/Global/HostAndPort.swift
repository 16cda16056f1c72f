/// A host with a port, as `HOST:PORT`, `HOST` or `[IPv6]:PORT`.
public struct HostAndPort: Sendable, Hashable {
    /// A name or an IP address, without brackets.
    public let host: String
    public let port: Int

    /// Reads an address; nil when it names no host or no possible port.
    public init?(_ text: String, defaultPort: Int) {
        guard !text.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "@" }) else { return nil }
        var host = text[...]
        var port = defaultPort
        let afterAddress = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[afterAddress...].lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            host = text[..<colon]
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard AddressText.isIPAddress(String(host)) else { return nil }
        } else if host.contains(where: { $0 == ":" || $0 == "[" || $0 == "]" }) {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }
}
