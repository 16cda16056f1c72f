internal import Policy

extension AlgorithmFamily {
    /// An algorithm with a block of its own.
    static func declared<Configuration: Sendable>(
        _ type: String, _ schema: Schema<Configuration>, isBlockRequired: Bool = false,
        availability: Availability = .available,
        checkDecision: @escaping @Sendable (Decision, AlgorithmUse, Policy, inout DecodingContext) -> Void = {
            _, _, _, _ in
        }
    ) -> AlgorithmFamily {
        AlgorithmFamily(
            type: type, schema: schema.description, isBlockRequired: isBlockRequired,
            decode: { schema.decode($0, &$1) }, checkDecision: checkDecision, availability: availability)
    }

    /// An algorithm without a block of its own.
    static func withoutBlock(_ type: String, availability: Availability = .available) -> AlgorithmFamily {
        AlgorithmFamily(type: type, availability: availability)
    }
}

extension Availability {
    /// An algorithm that is read and checked, and does nothing yet.
    static var notBuilt: Availability {
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
