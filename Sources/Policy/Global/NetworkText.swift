#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Rules over the URLs that policies name.
package enum HTTPURLText {
    /// What keeps a text from being a usable absolute http(s) URL, or nil.
    package static func problem(_ text: String) -> String? {
        if text.contains(where: \.isWhitespace) { return "a URL must not contain white space" }
        let lowered = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lowered.hasPrefix) else {
            return "expected an absolute http or https URL such as http://host:8000/v1"
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") { return "credentials must not stand in a URL" }
        if rest.contains("?") || rest.contains("#") { return "a query or fragment has no meaning here" }
        let host: Substring
        let port: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return "the IPv6 address has no closing bracket" }
            host = authority[authority.startIndex...end].dropFirst().dropLast()
            port = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority.dropFirst(host.count)
        }
        if host.isEmpty { return "the URL names no host" }
        if !port.isEmpty {
            guard let number = Int(port.dropFirst()), port.first == ":", (1...65_535).contains(number) else {
                return "the URL has no valid port"
            }
        }
        return nil
    }
}

/// Rules over network addresses.
package enum AddressText {
    /// Whether a text is an IP address, one with a prefix length, or `loopback`.
    package static func isRange(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if text == "loopback" { return true }
        guard let address = parts.first, isIPAddress(address), parts.count <= 2 else { return false }
        guard parts.count == 2 else { return true }
        return Int(parts[1]).map { (0...(address.contains(":") ? 128 : 32)).contains($0) } ?? false
    }

    /// Whether a text is an IPv4 or IPv6 address.
    package static func isIPAddress(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }
}
