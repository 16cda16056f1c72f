/// Detection of attacks on the prompt.
public struct PromptGuardSettings: Sendable {
    /// The local classifier.
    public enum Variant: String, Sendable, CaseIterable {
        case unset = ""
        case candle
        case mmbert32k
    }

    /// How a remote guard is asked.
    public enum RemoteProtocol: String, Sendable, CaseIterable {
        case unset = ""
        case httpChat = "http_chat"
        case httpClassify = "http_classify"
    }

    /// What a failed check counts as.
    public enum FailureAction: String, Sendable, CaseIterable {
        case allow
        case block
    }

    public var isEnabled = true
    public var modelReference = "prompt_guard"
    public var modelIdentifier = ""
    public var threshold = 0.7
    public var usesCPU = true
    public var variant = Variant.mmbert32k
    public var remoteProtocol = RemoteProtocol.unset
    public var jailbreakMappingPath = "models/mmbert32k-jailbreak-detector-merged/jailbreak_type_mapping.json"
    public var positiveLabels: [String] = []
    public var failureAction = FailureAction.allow

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "prompt_guard", "Detection of attacks on the prompt.", initial: PromptGuardSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Detect attacks.")
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which a text counts as an attack.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("variant", \.variant, .enumeration(), "The local classifier; unused with protocol.")
        Key("protocol", \.remoteProtocol, .enumeration(), "How a remote guard is asked; empty uses the local one.")
        Key("jailbreak_mapping_path", \.jailbreakMappingPath, .string, "File with the model's labels.")
        Key(
            "positive_labels", \.positiveLabels, .list(.nonEmptyString),
            "Labels that are attacks; found by their names when empty.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed check counts as.")
        Key<PromptGuardSettings>.removed("use_mmbert_32k", instead: "use prompt_guard.variant")
        Key<PromptGuardSettings>.removed("use_modernbert", instead: "use prompt_guard.variant")
        Key<PromptGuardSettings>.removed("use_vllm", instead: "use prompt_guard.protocol")
    }.checking { value, node, context in
        if let variant = node["variant"], !variant.isNull, value.variant != .unset, value.remoteProtocol != .unset {
            context.error(
                .conflict, "protocol asks a remote guard and variant names a local one: set variant to \"\"",
                key: "protocol",
                of: node)
        }
    }
}
