/// Where a backend listens.
public struct BackendEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// How to speak to it.
    public enum Scheme: String, Sendable, CaseIterable {
        case http
        case https

        /// The port when an address names none.
        public var defaultPort: Int { self == .https ? 443 : 80 }
    }

    public var scheme: Scheme
    /// A name or an address; IPv6 addresses without brackets.
    public var host: String
    public var port: Int
    /// The path before the API's own, without a slash at its end; empty is none.
    public var pathPrefix: String

    /// An endpoint.
    public init(scheme: Scheme, host: String, port: Int, pathPrefix: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    /// The host as it stands in URLs: IPv6 addresses in brackets.
    public var urlHost: String { host.contains(":") ? "[\(host)]" : host }

    /// The endpoint as a URL.
    public var description: String { "\(scheme.rawValue)://\(urlHost):\(port)\(pathPrefix)" }

    /// Why an address cannot be used.
    public struct Problem: Error, Sendable, Hashable {
        /// What is wrong, for a person.
        public var message: String
    }

    /// Reads `host`, `host:port`, `[v6]:port` or a URL of scheme `http` or `https`; a scheme in the text wins over
    /// `scheme`. Throws when there is no host, or a port, a path or a host that cannot be meant. Spec config §3.3.
    public static func parse(_ text: String, scheme: Scheme) throws(Problem) -> BackendEndpoint {
        var rest = Substring(text.drop(while: \.isWhitespace))
        while rest.last?.isWhitespace == true { rest.removeLast() }
        var scheme = scheme
        if let mark = rest.firstRange(of: "://") {
            let name = rest[..<mark.lowerBound].lowercased()
            guard let named = Scheme(rawValue: name) else {
                throw Problem(message: "\"\(name)\" is no scheme of a backend; write http or https")
            }
            scheme = named
            rest = rest[mark.upperBound...]
        }
        if rest.contains(where: { $0 == "?" || $0 == "#" }) {
            throw Problem(message: "a backend's address has neither a query nor a fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        if authority.contains("@") {
            throw Problem(message: "credentials do not belong in an address; use api_key_env")
        }
        let (host, portText) = try split(authority)
        guard !host.isEmpty else { throw Problem(message: "the address has no host") }
        if host.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f }) {
            throw Problem(message: "a host has no white space")
        }
        var port = scheme.defaultPort
        if let portText {
            guard portText.allSatisfy(\.isASCII), let number = Int(portText), (1...65_535).contains(number) else {
                throw Problem(message: "\"\(portText)\" is no port; it must be from 1 to 65535")
            }
            port = number
        }
        return BackendEndpoint(scheme: scheme, host: String(host), port: port, pathPrefix: String(path))
    }

    private static func split(_ authority: Substring) throws(Problem) -> (host: Substring, port: Substring?) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else {
                throw Problem(message: "the IPv6 address lacks its \"]\"")
            }
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { throw Problem(message: "text follows the \"]\"") }
            return (
                authority[authority.index(after: authority.startIndex)..<end], after.isEmpty ? nil : after.dropFirst()
            )
        }
        guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
        let port = authority[authority.index(after: colon)...]
        if port.contains(":") { throw Problem(message: "an IPv6 address stands in brackets: [\(authority)]") }
        return (authority[..<colon], port)
    }
}

extension Substring {
    /// The first place of a text.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
