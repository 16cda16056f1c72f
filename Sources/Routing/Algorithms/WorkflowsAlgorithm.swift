public import Policy

/// A part in a workflow.
public struct WorkflowRole: Sendable {
    public var name = ""
    public var models: [String] = []
    public var prompt = ""
    public var readableRoles: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "role", "A part in a workflow.", initial: WorkflowRole()
    ) {
        Key("name", \.name, .name, "Name of the part.", required: true)
        Key("models", \.models, .list(.nonEmptyString), "Models that may play it.", required: true)
        Key("prompt", \.prompt, .string, "What they are told.")
        Key("access_list", \.readableRoles, .list(.nonEmptyString), "Parts whose results they see.")
    }
}

/// The last step of a workflow.
public struct WorkflowFinal: Sendable {
    public var model = ""
    public var prompt = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "final", "The last step of a workflow.", initial: WorkflowFinal()
    ) {
        Key("model", \.model, .string, "Model that writes the answer.")
        Key("prompt", \.prompt, .string, "What it is told.")
    }
}

/// The model that plans a dynamic workflow.
public struct WorkflowPlanner: Sendable {
    public var model = ""
    public var maximumCompletionTokens = 2048

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "planner", "The model that plans a dynamic workflow.", initial: WorkflowPlanner()
    ) {
        Key("model", \.model, .string, "Model that plans; needed for dynamic.")
        Key("max_completion_tokens", \.maximumCompletionTokens, .count, "Most tokens of a plan.")
    }
}

/// Several models work in steps. Spec config §8.11.
public struct WorkflowsConfiguration: Sendable {
    /// Whether the steps are given or planned.
    public enum Mode: String, Sendable, CaseIterable {
        case `static`
        case dynamic
    }

    /// What a failed step means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case fail
        case skip
    }

    public var mode = Mode.static
    public var template = "micro_agent"
    public var roles: [WorkflowRole] = []
    public var finalStep = WorkflowFinal()
    public var planner = WorkflowPlanner()
    public var maximumSteps = 3
    public var maximumParallel = 2
    public var maximumCompletionTokens = 0
    public var roundTimeoutSeconds = 0
    public var minimumSuccessfulResponses = 0
    public var temperature: Double?
    public var includesIntermediateResponses = true
    public var failureAction = FailureAction.fail

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "workflows", "Several models work in steps. Spec config §8.11.", initial: WorkflowsConfiguration()
    ) {
        Key("mode", \.mode, .enumeration(), "Whether the steps are given or planned.")
        Key("template", \.template, .string, "Kind of the workflow.")
        Key("roles", \.roles, .list(.object(WorkflowRole.schema)), "Parts of a static workflow.")
        Key("final", \.finalStep, merging: WorkflowFinal.schema, "The last step.")
        Key("planner", \.planner, merging: WorkflowPlanner.schema, "The model that plans a dynamic workflow.")
        Key("max_steps", \.maximumSteps, .count, "Most steps; 0 is 3.")
        Key("max_parallel", \.maximumParallel, .count, "Steps at once; 0 is 2.")
        Key(
            "max_completion_tokens", \.maximumCompletionTokens, .count,
            "Most tokens of a step; 0 leaves it to the backend.")
        Key("round_timeout_seconds", \.roundTimeoutSeconds, .count, "Seconds to wait for a step; 0 is no bound.")
        Key("min_successful_responses", \.minimumSuccessfulResponses, .count, "Results that a step needs.")
        Key("temperature", \.temperature, .nonNegative, "Sampling temperature.")
        Key(
            "include_intermediate_responses", \.includesIntermediateResponses, .boolean,
            "Report the results of all steps.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed step means.")
    }.checking { value, node, context in
        switch value.mode {
        case .static:
            if value.roles.isEmpty, node["roles"]?.elements?.isEmpty ?? true {
                context.error(.missingKey, "a static workflow needs at least one role", key: "roles", of: node)
            }
        case .dynamic:
            if node["roles"]?.elements?.isEmpty == false {
                context.error(.conflict, "a dynamic workflow plans its own roles", key: "roles", of: node)
            }
            if value.planner.model.isEmpty {
                context.error(.missingKey, "a dynamic workflow needs planner.model", key: "planner", of: node)
            }
        }
        for element in node["roles"]?.elements ?? [] {
            guard let models = element["models"], let list = models.elements else { continue }
            let names = list.compactMap { $0.scalar?.text }
            if names.isEmpty { context.error(.invalidValue, "a role needs at least one model", at: models.position) }
            if Set(names).count != names.count {
                context.error(.duplicateName, "a model stands twice in the role", at: models.position)
            }
        }
    }
}

/// Several models work in steps. Spec config §8.11.
public enum WorkflowsAlgorithm {
    /// The configuration.
    public typealias Configuration = WorkflowsConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("workflows", Configuration.schema, availability: .notBuilt) {
        decision, use, _, context in
        guard let configuration = use.configuration as? Configuration else { return }
        for role in configuration.roles {
            for model in role.models {
                context.requireCandidate(model, "roles[].models", of: decision, at: use.position)
            }
        }
        context.requireCandidate(configuration.finalStep.model, "final.model", of: decision, at: use.position)
    }
}
