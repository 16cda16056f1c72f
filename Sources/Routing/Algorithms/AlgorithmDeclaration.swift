internal import Policy

extension AlgorithmFamily {
    /// An algorithm with a block of its own that is read but not built yet.
    static func declared<Configuration: Sendable>(
        _ type: String, _ schema: Schema<Configuration>, isBlockRequired: Bool = false,
        checkDecision: @escaping @Sendable (Decision, AlgorithmUse, Policy, inout DecodingContext) -> Void = {
            _, _, _, _ in
        }
    ) -> AlgorithmFamily {
        AlgorithmFamily(
            type: type, schema: schema.description, isBlockRequired: isBlockRequired,
            decode: { schema.decode($0, &$1) }, checkDecision: checkDecision, availability: notBuilt)
    }

    /// An algorithm without a block that is not built yet.
    static func withoutBlock(_ type: String) -> AlgorithmFamily {
        AlgorithmFamily(type: type, availability: notBuilt)
    }

    private static var notBuilt: Availability {
        .unavailable("not built yet; the decision uses its first candidate")
    }
}

extension DecodingContext {
    /// Reports a model that a loop uses and that is no candidate of the decision; empty is no model.
    mutating func requireCandidate(
        _ model: String, _ key: String, of decision: Decision, at position: SourcePosition
    ) {
        let candidates = decision.modelReferences.map(\.model)
        guard !model.isEmpty, !candidates.contains(model) else { return }
        error(
            .danglingReference, "\(key) names \"\(model)\", which is not in the decision's modelRefs", at: position,
            suggestion: NearestName.among(candidates, to: model))
    }
}
