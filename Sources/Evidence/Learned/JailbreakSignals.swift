public import Policy
public import Routing

/// The configuration of a jailbreak signal. Spec config §5.12.
public struct JailbreakSignal: SignalConfiguration {
    /// How attacks are found.
    public enum Method: String, Sendable, CaseIterable {
        case classifier
        /// By likeness to patterns.
        case contrastive
        case hybrid
    }

    public var name = ""
    public var description = ""
    public var method = Method.classifier
    /// Least risk; nil leaves it to the module.
    public var threshold: Double?
    /// Whether earlier turns are read too.
    public var includesHistory = false
    public var jailbreakPatterns: [String] = []
    public var benignPatterns: [String] = []

    /// A signal of the classifier.
    public init() {}

    /// The declaration.
    public static let schema = Schema<JailbreakSignal>(
        "jailbreak signal", "Matches attempts to break the model's rules.", initial: JailbreakSignal(),
        keys: commonKeys + [
            Key("method", \.method, .enumeration(caseInsensitive: true), "How attacks are found."),
            Key("threshold", \.threshold, .fraction, "Least risk; the module's when omitted."),
            Key("include_history", \.includesHistory, .boolean, "Whether earlier turns are read too."),
            Key("jailbreak_patterns", \.jailbreakPatterns, .list(.nonEmptyString), "Examples of attacks."),
            Key("benign_patterns", \.benignPatterns, .list(.nonEmptyString), "Examples of harmless requests."),
        ]
    ).checking { value, node, context in
        if value.method == .classifier {
            for key in ["jailbreak_patterns", "benign_patterns"] where node[key]?.elements?.isEmpty == false {
                context.warning(.noEffect, "\(key) has no effect with the method classifier", key: key, in: node)
            }
        } else if value.jailbreakPatterns.isEmpty, node["jailbreak_patterns"]?.elements?.isEmpty ?? true {
            context.warning(
                .noEffect, "the method \(value.method.rawValue) needs jailbreak_patterns to compare with",
                key: "method", in: node)
        }
    }
}

/// The jailbreak family: attacks on the prompt.
public enum JailbreakSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "jailbreak", key: "jailbreak", schema: JailbreakSignal.schema.description,
        decode: { node, context in JailbreakSignal.schema.decode(node, &context) }, isSafety: true)

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = [LearnedTasks(.jailbreak), LearnedTasks(.embedding)]

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.promptGuard
        guard settings.isEnabled else {
            return builder.addUnavailable(declarations, of: family, cost: cost, isEnabled: false)
        }
        for (declaration, signal) in builder.configurations(declarations, as: JailbreakSignal.self) {
            guard let rule = JailbreakRule(signal, settings, in: declaration, &builder) else {
                builder.addUnavailable([declaration], of: family, cost: cost)
                continue
            }
            builder.add(
                SignalKey(family.type, declaration.name), rule, cost: rule.cost, isSafety: true,
                declaredAs: declaration.name)
            guard signal.method != .classifier else { continue }
            builder.warnOfUnreadable(signal.jailbreakPatterns, in: declaration, key: ["jailbreak_patterns"])
            builder.warnOfUnreadable(signal.benignPatterns, in: declaration, key: ["benign_patterns"])
        }
    }
}
