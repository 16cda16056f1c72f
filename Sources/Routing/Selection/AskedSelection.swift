internal import Policy

/// A choice that somebody on another machine made.
public enum AskedSelection {
    /// The candidates with the named one first; the declared order when nobody was named.
    public static func select(_ candidates: [Candidate], named: String?, method: String, problem: String?) -> Selection
    {
        guard let named, let index = candidates.firstIndex(where: { $0.reference.effectiveName == named }) else {
            let reason = named == nil ? problem ?? "no answer" : "\(named ?? "") cannot serve the request"
            return .fallback(candidates, method: method, reason: "\(reason); first candidate")
        }
        return .ranked(
            candidates, candidates.indices.map { $0 == index ? 1 : 0 }, confidence: 1, method: method,
            reason: "\(method) chose it")
    }
}
