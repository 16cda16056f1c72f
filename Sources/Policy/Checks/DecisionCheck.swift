/// Rules over decisions that need the whole policy: leaves, algorithms, modalities, iterations. Spec config §7, §12.
struct DecisionCheck {
    var families: PolicyFamilies
    var root: Node
    var policy: Policy
    var recipe: Recipe
    var scope: Int

    func check(_ context: inout DecodingContext) {
        let signals = Dictionary(grouping: recipe.signals, by: \.family)
        for decision in recipe.decisions {
            for leaf in decision.rules?.leaves ?? [] {
                guard let family = families.signals.first(where: { $0.type == leaf.type }) else { continue }
                context.at(leaf.path, recipe: scope) { family.checkLeaf(leaf, signals[leaf.type] ?? [], &$0) }
            }
            checkModality(decision, &context)
            checkIterations(decision, &context)
            guard let use = decision.algorithm,
                let family = families.algorithms.first(where: { $0.type == use.type })
            else { continue }
            context.at(use.path, recipe: scope) { family.checkDecision(decision, use, policy, &$0) }
        }
    }

    /// A rule on the modality `BOTH` needs models that can make text and images, wherever in the tree it stands.
    private func checkModality(_ decision: Decision, _ context: inout DecodingContext) {
        guard let leaf = decision.rules?.leaves.first(where: { $0.type == "modality" && $0.name == "BOTH" }),
            !policy.modelCards.isEmpty
        else { return }
        let names = Set(decision.modelReferences.map(\.model))
        let modalities = Set(
            policy.modelCards.filter { card in
                names.contains(card.name) || card.adapters.contains { names.contains($0.name) }
            }.map { $0.modality.lowercased() })
        if modalities.contains("omni") || modalities.isSuperset(of: ["ar", "diffusion"]) { return }
        context.at(leaf.path, recipe: scope) {
            $0.error(
                .conflict,
                "the modality BOTH needs a model reference with the modality omni, or one with ar and one with diffusion",
                at: leaf.position)
        }
    }

    /// Models of an iteration need not be declared, but a name that nothing knows is probably a mistake.
    private func checkIterations(_ decision: Decision, _ context: inout DecodingContext) {
        guard !policy.modelCards.isEmpty else { return }
        let path = decision.path.appending(.key("candidateIterations"))
        for (index, iteration) in (root.node(at: path)?.elements ?? []).enumerated() {
            for (place, model) in (iteration["models"]?.elements ?? []).enumerated() {
                guard let name = model["model"]?.scalar?.text, !name.isEmpty else { continue }
                let here = path.appending(.index(index)).appending(.key("models")).appending(.index(place))
                context.at(here, recipe: scope) { context in
                    if !context.isDeclared(.model, name) {
                        context.warning(
                            .danglingReference, "no model card or adapter is named \"\(name)\"", key: "model",
                            in: model, suggestion: context.nearest(context.names(.model), to: name))
                    }
                    if let adapter = model["lora_name"]?.scalar?.text,
                        !context.isDeclared(.adapter(of: name), adapter)
                    {
                        context.warning(
                            .danglingReference, "\"\(name)\" has no adapter named \"\(adapter)\"", key: "lora_name",
                            in: model, suggestion: context.nearest(context.names(.adapter(of: name)), to: adapter))
                    }
                }
            }
        }
    }
}
