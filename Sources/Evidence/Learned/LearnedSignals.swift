internal import Policy
internal import Routing

extension EvidenceBuilder {
    /// Adds signals whose model this build does not have. Switched off in the policy, they are disabled; otherwise the
    /// engine lists them among its missing models.
    mutating func addUnavailable(
        _ declarations: [SignalDeclaration], of family: SignalFamily, cost: CostClass, isEnabled: Bool = true
    ) {
        let rule = UnavailableRule(reason: isEnabled ? .modelMissing : .disabled)
        for declaration in declarations {
            for name in family.ruleNames(declaration) {
                add(
                    SignalKey(family.type, name), rule, cost: cost, isSafety: family.isSafety,
                    declaredAs: declaration.name)
            }
        }
    }
}
