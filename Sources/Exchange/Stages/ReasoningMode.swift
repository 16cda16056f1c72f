internal import Policy
internal import Wire

/// Switches reasoning on or off in a request body, in the way of the model's family. Spec pipeline-api §6.6.
struct ReasoningMode: Sendable {
    let family: ReasoningFamily
    let isOn: Bool
    let effort: String

    /// The mode that a decision asks for; nil when the model has no reasoning family.
    init?(_ reference: ModelReference, of model: CallableModel, defaults: ProviderDefaults) {
        guard let family = model.reasoning else { return nil }
        self.family = family
        isOn = reference.usesReasoning
        let effort = reference.reasoningEffort ?? defaults.defaultReasoningEffort
        self.effort = effort.isEmpty ? "medium" : effort
    }

    /// Edits a body; `clients` is the client's own effort, where it is allowed, and `readsTopLevel` says that the
    /// backend's host reads reasoning fields at the top level.
    func apply(to body: inout JSONEditor, clients: JSONValue?, readsTopLevel: Bool) throws(JSONEditError) {
        switch family.kind {
        case .chatTemplateArguments:
            try body.set(path: ["chat_template_kwargs", .key(family.parameter)], to: .bool(isOn))
        case .topLevelReasoningEffort:
            if isOn { try body.set(path: ["reasoning_effort"], to: .string(effort)) }
        case .reasoningEffort:
            if readsTopLevel {
                if isOn { try body.set(path: ["reasoning_effort"], to: .string(effort)) }
                return
            }
            body.remove(path: ["reasoning_effort"])
            try body.set(
                path: ["chat_template_kwargs", "reasoning_effort"],
                to: .string(isOn ? effort : clients?.string ?? "low"))
        }
    }
}
