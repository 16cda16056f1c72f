/// The model of each built-in capability. Spec config §11.5.2.
public struct SystemModels: Sendable {
    public var promptGuard = "models/mmbert32k-jailbreak-detector-merged"
    public var domainClassifier = "models/mmbert32k-intent-classifier-merged"
    public var piiClassifier = "models/mmbert32k-pii-detector-merged"
    public var factCheckClassifier = "models/mmbert32k-factcheck-classifier-merged"
    public var hallucinationDetector = "models/mom-halugate-detector"
    public var hallucinationExplainer = "models/mom-halugate-explainer"
    public var feedbackDetector = "models/mmbert32k-feedback-detector-merged"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "system", "The model of each built-in capability. Spec config §11.5.2.", initial: SystemModels()
    ) {
        Key("prompt_guard", \.promptGuard, .string, "Folder of the jailbreak detector.")
        Key("domain_classifier", \.domainClassifier, .string, "Folder of the domain classifier.")
        Key("pii_classifier", \.piiClassifier, .string, "Folder of the detector of personal data.")
        Key("fact_check_classifier", \.factCheckClassifier, .string, "Folder of the classifier of factual requests.")
        Key("hallucination_detector", \.hallucinationDetector, .string, "Folder of the hallucination detector.")
        Key(
            "hallucination_explainer", \.hallucinationExplainer, .string,
            "Folder of the model that explains hallucinations.")
        Key("feedback_detector", \.feedbackDetector, .string, "Folder of the feedback detector.")
    }

    /// The capabilities, as `model_ref` names them.
    public static let names = [
        "prompt_guard", "domain_classifier", "pii_classifier", "fact_check_classifier", "hallucination_detector",
        "hallucination_explainer", "feedback_detector",
    ]

    /// The model of a capability; nil when there is no such capability.
    public subscript(name: String) -> String? {
        switch name {
        case "prompt_guard": return promptGuard
        case "domain_classifier": return domainClassifier
        case "pii_classifier": return piiClassifier
        case "fact_check_classifier": return factCheckClassifier
        case "hallucination_detector": return hallucinationDetector
        case "hallucination_explainer": return hallucinationExplainer
        case "feedback_detector": return feedbackDetector
        default: return nil
        }
    }

    /// The folder that a module uses: its own `model_id`, else what its `model_ref` names; nil for none.
    public func modelPath(reference: String, identifier: String) -> String? {
        if !identifier.isEmpty { return identifier }
        guard let path = self[reference], !path.isEmpty else { return nil }
        return path
    }
}
