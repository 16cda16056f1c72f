/// What counts money needs prices.
enum PricingCheck {
    static func check(_ policy: Policy, _ root: Node, _ context: inout DecodingContext) {
        let services = PolicyPath([.key("global"), .key("services")])
        let baseline = policy.global.services.costs.baselineModel
        let models = policy.providers.models
        if !baseline.isEmpty, !models.contains(where: { $0.name == baseline && $0.pricing != nil }) {
            let path = services.appending(.key("costs")).appending(.key("baseline_model"))
            context.at(path, recipe: nil) {
                $0.error(
                    .missingKey, "\"\(baseline)\" has no pricing under providers.models to compare with",
                    at: root.node(at: path)?.position ?? SourcePosition(line: 1, column: 1))
            }
        }
        for (index, provider) in policy.global.services.rateLimit.providers.enumerated() {
            for (place, rule) in provider.rules.enumerated() where rule.costPerUnit != nil {
                let unpriced = models.filter { $0.pricing?.currency != rule.currency }.map(\.name)
                guard !unpriced.isEmpty else { continue }
                var path = services.appending(.key("ratelimit")).appending(.key("providers"))
                path = path.appending(.index(index)).appending(.key("rules")).appending(.index(place))
                path = path.appending(.key("cost_per_unit"))
                context.at(path, recipe: nil) {
                    $0.warning(
                        .noEffect,
                        "no prices in \(rule.currency) are known of \(unpriced.joined(separator: ", ")): the budget does not see what they cost",
                        at: root.node(at: path)?.position ?? SourcePosition(line: 1, column: 1))
                }
            }
        }
    }
}
