internal import NIOHTTP1

/// Which of a client's headers a backend may see.
enum UpstreamHeaders {
    /// By the length of the name, so that a header is compared with few of them.
    private static let dropped: [[String]] = {
        let names = [
            "host", "content-length", "accept-encoding", "connection", "keep-alive", "proxy-connection", "te",
            "trailer", "transfer-encoding", "upgrade", "expect", "proxy-authorization", "x-selected-model",
            "x-request-id", "traceparent", "tracestate", "cookie",
        ]
        return (0...(names.map(\.utf8.count).max() ?? 0)).map { length in names.filter { $0.utf8.count == length } }
    }()
    private static let droppedPrefixes: [String] = ["x-vsr-", "x-authz-", "x-user-"]

    /// Whether a header stays behind: framing, hop by hop, the router's own, and identity.
    static func isDropped(_ name: String, identityHeaders: [String]) -> Bool {
        let length = name.utf8.count
        if length < dropped.count { for candidate in dropped[length] where begins(name, candidate) { return true } }
        for prefix in droppedPrefixes where begins(name, prefix) { return true }
        for header in identityHeaders where equal(name, header) { return true }
        return false
    }

    /// Whether two header names are the same; `lowercase` is in lower case already.
    static func equal(_ name: String, _ lowercase: String) -> Bool {
        name.utf8.count == lowercase.utf8.count && begins(name, lowercase)
    }

    /// Whether a header name begins with a prefix that is in lower case already.
    static func begins(_ name: String, _ lowercase: String) -> Bool {
        var letters = name.utf8.makeIterator()
        for expected in lowercase.utf8 {
            guard var letter = letters.next() else { return false }
            if letter >= 0x41, letter <= 0x5A { letter |= 0x20 }
            if letter != expected { return false }
        }
        return true
    }
}
