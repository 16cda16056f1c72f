public import Policy

/// Images from a vLLM-Omni server.
public struct OmniImageBackend: Sendable {
    public var baseURL = ""
    public var model = ""
    public var inferenceSteps: Int?
    public var guidanceScale: Double?
    public var seed: Int?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "vllm_omni backend_config", "Images from a vLLM-Omni server.", initial: OmniImageBackend()
    ) {
        Key("base_url", \.baseURL, .httpURL, "Base URL of the server.", required: true)
        Key("model", \.model, .string, "Model that draws.")
        Key("num_inference_steps", \.inferenceSteps, .count, "Steps of the model.")
        Key("cfg_scale", \.guidanceScale, .nonNegative, "Weight of the prompt.")
        Key("seed", \.seed, .integer(), "Seed of the noise.")
    }
}

/// Images from the OpenAI API.
public struct OpenAIImageBackend: Sendable {
    /// Quality of the image.
    public enum Quality: String, Sendable, CaseIterable {
        case unset = ""
        case standard
        case hd
    }

    /// Style of the image.
    public enum Style: String, Sendable, CaseIterable {
        case unset = ""
        case vivid
        case natural
    }

    public var apiKey = Secret("")
    public var baseURL = ""
    public var model = ""
    public var quality = Quality.unset
    public var style = Style.unset

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "openai backend_config", "Images from the OpenAI API.", initial: OpenAIImageBackend()
    ) {
        Key("api_key", \.apiKey, .secret, "Key that is sent.", required: true)
        Key("base_url", \.baseURL, .httpURL, "Base URL of the API.")
        Key("model", \.model, .string, "Model that draws.")
        Key("quality", \.quality, .enumeration(), "Quality of the image.")
        Key("style", \.style, .enumeration(), "Style of the image.")
    }
}

/// Images in place of text. Spec config §9.5.
public struct ImageGenerationConfiguration: Sendable {
    /// Who draws.
    public enum Backend: String, Sendable, CaseIterable {
        case vllmOmni = "vllm_omni"
        case openai
    }

    public var isEnabled = false
    public var backend: Backend?
    public var backendConfiguration: Node?
    public var modalityDetection: ModalityDetectorSettings?
    public var defaultWidth = 0
    public var defaultHeight = 0
    public var maximumInferenceSteps = 0
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "image_gen", "Images in place of text. Spec config §9.5.", initial: ImageGenerationConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Draw.")
        Key("backend", \.backend, .enumeration(), "Who draws; needed when enabled.")
        Key("backend_config", \.backendConfiguration, .deferred(alternatives), "Keys of the backend.")
        Key(
            "modality_detection", \.modalityDetection, .object(ModalityDetectorSettings.schema),
            "Detection of requests for images, for this decision.")
        Key("default_width", \.defaultWidth, .count, "Width in pixels; 0 leaves it to the backend.")
        Key("default_height", \.defaultHeight, .count, "Height in pixels; 0 leaves it to the backend.")
        Key("max_inference_steps", \.maximumInferenceSteps, .count, "Most steps of the model; 0 is no bound.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an image; 0 leaves it to the client.")
    }.checking { value, node, context in
        guard let backend = value.backend else {
            if value.isEnabled {
                context.error(.missingKey, "an enabled image_gen needs a backend", key: "backend", of: node)
            }
            return
        }
        guard let given = value.backendConfiguration else {
            if value.isEnabled {
                context.error(
                    .missingKey, "the backend \(backend.rawValue) needs a backend_config", key: "backend_config",
                    of: node)
            }
            return
        }
        context.within(.key("backend_config")) { context in
            switch backend {
            case .vllmOmni: _ = OmniImageBackend.schema.decode(given, &context)
            case .openai: _ = OpenAIImageBackend.schema.decode(given, &context)
            }
        }
    }

    private static let alternatives = [OmniImageBackend.schema.description, OpenAIImageBackend.schema.description]

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("image_gen", schema) {
        $0.isEnabled ? .unavailable("image generation is not built yet; the decision's model answers") : .available
    }
}
