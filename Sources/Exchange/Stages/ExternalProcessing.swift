internal import NIOCore
internal import NIOHTTP1
internal import Policy

/// What is different when another gateway asks what to do.
extension Router {
    /// Whether a request is none of the router's business by its head: a path outside the API, or a client that asked
    /// for no processing where the policy allows it.
    func passesThrough(_ head: RequestHead, _ path: RequestPath) -> Bool {
        guard path.text == "/v1" || path.text.hasPrefix("/v1/") else { return true }
        let generation = current
        guard head.asksToSkip, generation.policy.global.router.skipProcessing.isEnabled else { return false }
        // Limits count requests to models, which the body names.
        return generation.limiter == nil || path.text != "/v1/chat/completions"
    }

    /// Whether a body is no JSON and is not said to be. A label alone must not lead past the policy: a body that looks
    /// like a request is read, whatever its type.
    func isForeign(_ head: RequestHead, _ body: ByteBuffer) -> Bool {
        guard let type = head.headers.first(name: "content-type"), !Self.isJSON(type) else { return false }
        // White space, and what a byte order mark or UTF-16 puts before the first character.
        let ignored: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, 0x00, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF]
        return body.readableBytesView.first { !ignored.contains($0) } != UInt8(ascii: "{")
    }

    /// `application/json` or a type with the suffix `+json`, whatever its parameters.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type.isEmpty || type == "application/json" || type == "text/json" || type.hasSuffix("+json")
    }

    /// The headers of a client that must not reach a backend on a request that goes on untouched: what only the router
    /// may say, and identity that only a trusted proxy may state.
    public func untrustedHeaders(_ head: RequestHead) -> [String] {
        let generation = current
        let isTrusted = generation.trusts(head)
        return head.headers.compactMap { name, _ in
            if UpstreamHeaders.begins(name, "x-vsr-") || UpstreamHeaders.equal(name, RoutingHeader.selectedModel) {
                return name.lowercased()
            }
            let isIdentity = generation.identityHeaders.contains { UpstreamHeaders.equal(name, $0) }
            return isIdentity && !isTrusted ? name.lowercased() : nil
        }
    }
}
