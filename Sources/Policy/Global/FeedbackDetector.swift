/// The detector of feedback in a follow-up.
public struct FeedbackDetectorSettings: Sendable {
    public var isEnabled = true
    public var modelReference = "feedback_detector"
    public var modelIdentifier = ""
    public var threshold = 0.7
    public var usesCPU = true
    public var usesModernBERT = false
    public var usesMMBERT = true
    public var feedbackMappingPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "feedback_detector", "The detector of feedback in a follow-up.", initial: FeedbackDetectorSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Run it when a policy asks for feedback.")
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which feedback counts.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("use_modernbert", \.usesModernBERT, .boolean, "The model is a ModernBERT.")
        Key("use_mmbert_32k", \.usesMMBERT, .boolean, "The model is an mmBERT.")
        Key("feedback_mapping_path", \.feedbackMappingPath, .string, "File with the model's labels.")
    }
}
