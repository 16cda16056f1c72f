internal import Evidence
internal import NIOHTTP1
internal import Routing
internal import Synchronization
internal import Telemetry

/// Who sends a request, as far as the router believes it, and under which identifiers it travels.
struct RequestIdentity: Sendable {
    let requestID: String
    /// The place in the trace that the client's request takes here.
    let trace: TraceContext
    /// The client's own place, where it names one.
    let parent: TraceContext?
    /// The user and groups that a trusted proxy names; nil is anonymous.
    let identity: CallerIdentity?
    let isDebug: Bool
    /// The client asked for no processing; heeded only where the policy allows it.
    let asksToSkip: Bool
    /// The seed of every random draw; made from the request id, so that a trace replays.
    let seed: UInt64

    init(_ head: RequestHead, generation: RouterGeneration) {
        var generator = IdentifierGenerator()
        let given = head.headers.first(name: "x-request-id")
        requestID = given.flatMap { Self.isAcceptable($0) ? $0 : nil } ?? "req-" + Self.hexadecimal(generator.next())
        seed = Self.seed(requestID)
        let state = head.headers["tracestate"]
        parent = head.headers.first(name: "traceparent").flatMap {
            try? TraceContext(traceparent: $0, tracestate: state.isEmpty ? nil : state.joined(separator: ","))
        }
        trace = parent?.child(using: &generator) ?? TraceContext.root(isSampled: false, using: &generator)
        isDebug = head.headers.first(name: RoutingHeader.debug).map { UpstreamHeaders.equal($0, "true") } ?? false
        asksToSkip = head.asksToSkip
        // Two users contradict each other: a proxy that adds its header beside the client's own proves nothing.
        let users = generation.trusts(head) ? head.headers[generation.identityHeaders[0]] : []
        guard users.count == 1, let user = users.first, !user.isEmpty else {
            identity = nil
            return
        }
        let groups = head.headers[canonicalForm: generation.identityHeaders[1]].map { Self.trimmed($0) }
        identity = CallerIdentity(userID: user, groups: groups.filter { !$0.isEmpty })
    }

    /// The client's headers that a backend may see, and the ones that the router adds to every attempt.
    func upstreamHeaders(_ head: RequestHead, _ generation: RouterGeneration) -> [(String, String)] {
        var fields: [(String, String)] = []
        fields.reserveCapacity(head.headers.count + 8)
        let named =
            head.headers.contains(name: "connection")
            ? head.headers[canonicalForm: "connection"].map { $0.lowercased() } : []
        for (name, value) in head.headers
        where !UpstreamHeaders.isDropped(name, identityHeaders: generation.identityHeaders) {
            if !named.isEmpty, named.contains(name.lowercased()) { continue }
            fields.append((name, value))
        }
        fields.append(("accept-encoding", "identity"))
        fields.append(("x-request-id", requestID))
        fields.append(("traceparent", trace.traceparent))
        if let state = trace.tracestate { fields.append(("tracestate", state)) }
        return fields
    }

    /// The seed of a request's draws, from its id.
    static func seed(_ requestID: String) -> UInt64 {
        requestID.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Up to 128 visible ASCII characters.
    static func isAcceptable(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(start[...end])
    }
}

extension RequestHead {
    /// Whether the client asks for no processing.
    var asksToSkip: Bool {
        headers.first(name: RoutingHeader.skipProcessing).map { UpstreamHeaders.equal($0, "true") } ?? false
    }
}

extension RouterGeneration {
    /// Whether a request comes from a proxy whose word on identity counts.
    func trusts(_ head: RequestHead) -> Bool {
        head.peerAddress.map { peer in trustedProxies.contains { $0.contains(peer) } } ?? false
    }
}

/// The path of a request target, in origin or absolute form, without query and trailing slash.
struct RequestPath: Sendable {
    let text: String

    init(_ target: String) {
        // Nearly every request.
        if target == "/v1/chat/completions" {
            text = target
            return
        }
        var path = Substring(target)
        let ends: [UInt8] = [UInt8(ascii: "?"), UInt8(ascii: "#")]
        if let query = path.utf8.firstIndex(where: ends.contains) { path = path[..<query] }
        for scheme in ["http://", "https://"] where UpstreamHeaders.begins(target, scheme) {
            path = path.dropFirst(scheme.count).drop { $0 != "/" }
        }
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        text = String(path)
    }
}

/// Identifiers that do not repeat: SplitMix64 over one counter that starts where the system's generator says. They
/// name things and keep no secret, so no request pays for a system call.
struct IdentifierGenerator: RandomNumberGenerator {
    private static let state = Atomic<UInt64>(UInt64.random(in: 0 ... .max))

    func next() -> UInt64 {
        var generator = SplitMix64(seed: Self.state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).oldValue)
        return generator.next()
    }
}
