/// The public names of a looper.
public struct LooperNames: Sendable {
    public var modelNames: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "model_names", "The public names of a looper.", initial: LooperNames()
    ) {
        Key("model_names", \.modelNames, .list(.name), "Names under which clients ask for it.")
    }
}

/// Flow states in files.
public struct FlowStateFile: Sendable {
    public var directory = "vllm-sr-flow-state"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "file", "Flow states in files.", initial: FlowStateFile()
    ) {
        Key("directory", \.directory, .string, "Folder that holds them.")
    }
}

/// Where the state of running flows is kept.
public struct FlowStateSettings: Sendable {
    /// The engine that keeps it.
    public enum Backend: String, Sendable, CaseIterable {
        case file
        case memory
        case redis
    }

    public var storeBackend = Backend.file
    public var ttlSeconds = 1800
    public var file = FlowStateFile()
    public var redis: RedisSettings = .prefixed("vllm-sr:flow:state:", address: "localhost:6379")

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "state", "Where the state of running flows is kept.", initial: FlowStateSettings()
    ) {
        Key("store_backend", \.storeBackend, .enumeration(), "The engine that keeps it.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that a state lives.")
        Key("file", \.file, merging: FlowStateFile.schema, "States in files.")
        Key("redis", \.redis, merging: RedisSettings.schema, "The Redis server.")
    }
}

/// Router Flow.
public struct FlowSettings: Sendable {
    public var modelNames: [String] = []
    public var state = FlowStateSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "flow", "Router Flow.", initial: FlowSettings()
    ) {
        Key("model_names", \.modelNames, .list(.name), "Names under which clients ask for it; vllm-sr/flow when empty.")
        Key("state", \.state, merging: FlowStateSettings.schema, "Where the state of running flows is kept.")
    }
}

/// Calls of the router to itself for loops over several models. Spec config §11.4.2.
public struct LooperIntegration: Sendable {
    public var endpoint = "http://localhost:8899/v1/chat/completions"
    public var timeoutSeconds = 1200
    public var retryCount = 0
    public var headers: [String: String] = [:]
    public var grpcMaximumMessageMegabytes = 0
    public var maximumResponseMegabytes = 0
    public var remom = LooperNames()
    public var fusion = LooperNames()
    public var flow = FlowSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "looper",
        "Calls of the router to itself for loops over several models. Spec config §11.4.2.",
        initial: LooperIntegration()
    ) {
        Key("endpoint", \.endpoint, .httpURL, "Where loops call; empty turns off all loops and the prompt selector.")
        Key("timeout_seconds", \.timeoutSeconds, .integer(), "Seconds to wait for a loop; 0 and less are 30.")
        Key("retry_count", \.retryCount, .count, "Attempts after a failed call.")
        Key("headers", \.headers, mergingMap: .string, "Headers added to every call.")
        Key("grpc_max_msg_size_mb", \.grpcMaximumMessageMegabytes, .count, "Most megabytes of a gRPC message; 0 is 4.")
        Key("max_response_bytes_mb", \.maximumResponseMegabytes, .count, "Most megabytes of a response; 0 is 32.")
        Key("remom", \.remom, merging: LooperNames.schema, "ReMoM; vllm-sr/remom when it has no names.")
        Key("fusion", \.fusion, merging: LooperNames.schema, "Fusion; vllm-sr/fusion when it has no names.")
        Key("flow", \.flow, merging: FlowSettings.schema, "Router Flow.")
    }.checking { value, node, context in
        for (name, text) in value.headers where !HeaderText.isName(name) || !HeaderText.isValue(text) {
            context.inside("headers", of: node) {
                $1.error(.invalidValue, "\"\(name)\" is no valid header", key: name, of: $0)
            }
        }
    }

    /// The names that ask for a loop: those given, else the built-in one. Spec config §10.
    public var reservedModelNames: [String] {
        (remom.modelNames.isEmpty ? ["vllm-sr/remom"] : remom.modelNames)
            + (fusion.modelNames.isEmpty ? ["vllm-sr/fusion"] : fusion.modelNames)
            + (flow.modelNames.isEmpty ? ["vllm-sr/flow"] : flow.modelNames)
    }
}

/// What the router works with. Spec config §11.4.
public struct IntegrationSettings: Sendable {
    public var tools = ToolsIntegration()
    public var looper = LooperIntegration()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "integrations", "What the router works with. Spec config §11.4.", initial: IntegrationSettings()
    ) {
        Key("tools", \.tools, merging: ToolsIntegration.schema, "Tools that are offered to models.")
        Key("looper", \.looper, merging: LooperIntegration.schema, "Calls of the router to itself.")
    }
}
