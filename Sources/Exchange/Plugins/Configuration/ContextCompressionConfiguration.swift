public import Policy

/// A number of tokens, or `auto` for one made from the model's window.
public enum TokenBudget: Sendable, Hashable {
    case automatic
    case tokens(Int)

    /// The number, when there is one.
    public var tokens: Int? {
        if case .tokens(let tokens) = self { return tokens }
        return nil
    }
}

extension ValueType where Value == TokenBudget {
    /// A whole number that is not negative, or `auto`.
    static var tokenBudget: ValueType {
        ValueType(
            .either([.integer(0...Int.max), .enumeration(["auto"])]),
            render: { $0.tokens.map(String.init) ?? "auto" }
        ) { node, context in
            guard let scalar = node.scalar else {
                context.error(
                    .wrongType, "expected a number of tokens or auto, found \(node.kindDescription)", at: node.position)
                return nil
            }
            if scalar.text == "auto" { return .automatic }
            guard let tokens = Int(scalar.text), tokens >= 0 else {
                context.error(
                    .invalidValue, "expected a number of tokens or auto, found \"\(scalar.text)\"", at: node.position,
                    suggestion: "auto")
                return nil
            }
            return .tokens(tokens)
        }
    }
}

/// When compression begins and how far it goes.
public struct CompressionBudget: Sendable {
    public var triggerTokens: TokenBudget = .automatic
    public var targetTokens: TokenBudget = .automatic
    public var reservedOutputTokens: TokenBudget = .automatic

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "budget", "When compression begins and how far it goes.", initial: CompressionBudget()
    ) {
        Key("trigger_tokens", \.triggerTokens, .tokenBudget, "Tokens of a request above which it is compressed.")
        Key("target_tokens", \.targetTokens, .tokenBudget, "Tokens to which it is compressed.")
        Key("reserve_output_tokens", \.reservedOutputTokens, .tokenBudget, "Tokens left for the answer.")
    }.checking { value, node, context in
        if let trigger = value.triggerTokens.tokens, let target = value.targetTokens.tokens, trigger > 0,
            target >= trigger
        {
            context.error(.outOfRange, "target_tokens must be less than trigger_tokens", key: "target_tokens", of: node)
        }
    }
}

/// How one part of a request is compressed.
public struct CompressionTarget: Sendable {
    /// What happens to the part.
    public enum Mode: String, Sendable, CaseIterable {
        case preserve
        case extractive
        case recoverable
    }

    public var mode = Mode.preserve
    public var minimumTokens = 2000
    public var targetTokens = 1000

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "compression target", "How one part of a request is compressed.", initial: CompressionTarget()
    ) {
        Key("mode", \.mode, .enumeration(), "What happens to the part.")
        Key("min_tokens", \.minimumTokens, .count, "Tokens below which the part is left alone.")
        Key("target_tokens", \.targetTokens, .count, "Tokens to which it is compressed.")
    }.checking { value, node, context in
        if value.mode != .preserve, value.targetTokens >= value.minimumTokens, value.minimumTokens > 0 {
            context.error(.outOfRange, "target_tokens must be less than min_tokens", key: "target_tokens", of: node)
        }
    }

    static let toolOutputs = {
        var target = CompressionTarget()
        target.mode = .extractive
        return target
    }()
}

/// The parts of a request.
public struct CompressionTargets: Sendable {
    public var toolOutputs: CompressionTarget = .toolOutputs
    public var history = CompressionTarget()
    public var retrieved = CompressionTarget()
    public var memory = CompressionTarget()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "targets", "The parts of a request.", initial: CompressionTargets()
    ) {
        Key("tool_outputs", \.toolOutputs, merging: CompressionTarget.schema, "Results of tools.")
        Key("history", \.history, merging: CompressionTarget.schema, "Earlier turns.")
        Key("rag", \.retrieved, merging: CompressionTarget.schema, "Retrieved passages.")
        Key("memory", \.memory, merging: CompressionTarget.schema, "Memories.")
    }
}

/// How sentences are weighed.
public struct CompressionScoring: Sendable {
    /// What weighs them.
    public enum Method: String, Sendable, CaseIterable {
        case bm25
        case embedding
        case hybrid
    }

    public var method = Method.bm25
    public var embeddingModel = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "scoring", "How sentences are weighed.", initial: CompressionScoring()
    ) {
        Key("method", \.method, .enumeration(), "What weighs them.")
        Key("embedding_model_ref", \.embeddingModel, .string, "Embedding model; needed unless the method is bm25.")
    }.checking { value, node, context in
        if value.method != .bm25, value.embeddingModel.isEmpty {
            context.error(
                .missingKey, "the method \(value.method.rawValue) needs an embedding_model_ref", key: "method", of: node
            )
        }
    }
}

/// Keeping what was cut, so that the model can ask for it.
public struct CompressionRecovery: Sendable {
    /// Where it is kept.
    public enum Store: String, Sendable, CaseIterable {
        case unset = ""
        case redis
        case valkey
        case responseCache = "response_cache"
    }

    public var isEnabled = false
    public var store = Store.unset
    public var ttlSeconds = 900
    public var maximumBytesPerRequest = 10485760
    public var maximumTotalBytes = 268435456
    public var maximumRetrievals = 8

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "recovery", "Keeping what was cut, so that the model can ask for it.", initial: CompressionRecovery()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep what was cut.")
        Key("store", \.store, .enumeration(), "Where it is kept; needed when enabled.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that it is kept.")
        Key("max_bytes_per_request", \.maximumBytesPerRequest, .count, "Most bytes of a request.")
        Key("max_total_bytes", \.maximumTotalBytes, .count, "Most bytes in all.")
        Key("max_retrievals", \.maximumRetrievals, .count, "Times that a model may ask.")
    }.checking { value, node, context in
        if value.isEnabled, value.store == .unset {
            context.error(.missingKey, "an enabled recovery needs a store", key: "store", of: node)
        }
    }
}

/// What clients may ask of compression.
public struct CompressionRequestControls: Sendable {
    /// A wish of the client.
    public enum Directive: String, Sendable, CaseIterable {
        case bypass
        case target
    }

    public var isEnabled = false
    public var header = "x-vsr-compression-control"
    public var allowed: [Directive] = []
    public var maximumTargetTokens = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "request_controls", "What clients may ask of compression.", initial: CompressionRequestControls()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Heed the client's header.")
        Key("header", \.header, .headerName, "Header that carries the wishes.")
        Key("allowed", \.allowed, .list(.enumeration()), "Wishes that are heeded.")
        Key(
            "max_target_tokens", \.maximumTargetTokens, .count,
            "Greatest target that a client may ask for; 0 is no bound.")
    }
}

/// Shortening of long requests. Spec config §9.2.
public struct ContextCompressionConfiguration: Sendable {
    /// When requests are compressed.
    public enum Mode: String, Sendable, CaseIterable {
        case auto
        case always
    }

    /// What a failure means.
    public enum FailureMode: String, Sendable, CaseIterable {
        case failOpen = "fail_open"
        case failClosed = "fail_closed"
    }

    public var isEnabled = false
    public var mode = Mode.auto
    public var budget = CompressionBudget()
    public var targets = CompressionTargets()
    public var scoring = CompressionScoring()
    public var recovery = CompressionRecovery()
    public var requestControls = CompressionRequestControls()
    public var failureMode = FailureMode.failOpen

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "context_compression", "Shortening of long requests. Spec config §9.2.",
        initial: ContextCompressionConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Compress requests of the decision.")
        Key("mode", \.mode, .enumeration(), "When requests are compressed.")
        Key("budget", \.budget, merging: CompressionBudget.schema, "When it begins and how far it goes.")
        Key("targets", \.targets, merging: CompressionTargets.schema, "The parts of a request.")
        Key("scoring", \.scoring, merging: CompressionScoring.schema, "How sentences are weighed.")
        Key("recovery", \.recovery, merging: CompressionRecovery.schema, "Keeping what was cut.")
        Key("request_controls", \.requestControls, merging: CompressionRequestControls.schema, "What clients may ask.")
        Key("failure_mode", \.failureMode, .enumeration(), "What a failure means.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("context_compression", schema) {
        $0.isEnabled ? .unavailable("context compression is not built yet; requests are sent whole") : .available
    }
}
