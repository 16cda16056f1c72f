internal import NIOHTTP1
internal import Policy

/// What a client asks of the cache, as far as the policy lets it. Spec pipeline-api §7.4.
struct CacheControls: Sendable, Hashable {
    var skipsLookup = false
    var skipsStore = false
    /// Seconds beyond which an answer is too old.
    var maximumAge = Double.infinity
    /// Seconds for which this answer is to be kept.
    var lifetime: Double?

    init(_ head: RequestHead, _ settings: CacheRequestControls) {
        guard settings.isEnabled else { return }
        for value in head.headers[canonicalForm: settings.header] {
            let parts = value.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let name = parts.first, let directive = CacheRequestControls.Directive(rawValue: name),
                settings.allowed.contains(directive)
            else { continue }
            let number = parts.count > 1 ? Double(parts[1]).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil } : nil
            switch directive {
            case .noCache: skipsLookup = true
            case .noStore: skipsStore = true
            case .bypass: (skipsLookup, skipsStore) = (true, true)
            case .maxAge: if let number { maximumAge = number }
            case .ttl:
                guard let number else { continue }
                lifetime = settings.maximumTTLSeconds.map { min(number, Double($0)) } ?? number
            }
        }
    }
}
