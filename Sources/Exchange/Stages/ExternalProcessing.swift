internal import NIOHTTP1
internal import Policy

/// What is different when another gateway asks what to do.
extension Router {
    /// Whether a request is none of the router's business: a path outside the API, a body that is no JSON, or a client
    /// that asked for no processing where the policy allows it.
    func passesThrough(_ head: RequestHead, _ path: RequestPath) -> Bool {
        guard path.text == "/v1" || path.text.hasPrefix("/v1/") else { return true }
        if current.policy.global.router.skipProcessing.isEnabled,
            let asked = head.headers.first(name: RoutingHeader.skipProcessing), UpstreamHeaders.equal(asked, "true")
        {
            return true
        }
        guard path.text == "/v1/chat/completions", head.method == .POST,
            let type = head.headers.first(name: "content-type")
        else { return false }
        return !Self.isJSON(type)
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
        let isTrusted =
            head.peerAddress.map { peer in generation.trustedProxies.contains { $0.contains(peer) } } ?? false
        return head.headers.compactMap { name, _ in
            if UpstreamHeaders.begins(name, "x-vsr-") || UpstreamHeaders.equal(name, RoutingHeader.selectedModel) {
                return name.lowercased()
            }
            let isIdentity = generation.identityHeaders.contains { UpstreamHeaders.equal(name, $0) }
            return isIdentity && !isTrusted ? name.lowercased() : nil
        }
    }
}
