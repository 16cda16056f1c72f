internal import Wire

/// Puts the operator's text before, or in place of, the client's system prompt. Spec pipeline-api §6.3.
struct SystemPromptPlugin: RequestPlugin {
    static let type = "system_prompt"
    private let prompt: String
    private let replaces: Bool

    init?(_ configuration: any Sendable) {
        guard let configuration = configuration as? SystemPromptConfiguration, configuration.isEnabled else {
            return nil
        }
        prompt = configuration.systemPrompt
        replaces = configuration.mode == .replace
    }

    func shape(_ body: inout JSONEditor, of document: JSONDocument, _ notes: inout ShapingNotes) throws(JSONEditError) {
        guard let messages = document.root["messages"] else { return }
        notes.injectedSystemPrompt = true
        let instructions = messages.elements.enumerated().filter { Self.isInstruction($0.element) }
        let message = JSONFragment.object([("role", .string("system")), ("content", .string(prompt))])
        if replaces {
            guard !instructions.isEmpty else { return try body.insert(message, intoArrayAt: ["messages"], at: 0) }
            let others = messages.elements.lazy.filter { !Self.isInstruction($0) }.map { JSONFragment($0) }
            return try body.set(path: ["messages"], to: .array([message] + others))
        }
        guard let first = instructions.first, first.offset == 0, let content = first.element["content"] else {
            try body.insert(message, intoArrayAt: ["messages"], at: 0)
            return
        }
        if let text = content.string {
            try body.set(path: ["messages", 0, "content"], to: .string(prompt + "\n\n" + text))
        } else if content.kind == .array {
            let part = JSONFragment.object([("type", .string("text")), ("text", .string(prompt))])
            try body.insert(part, intoArrayAt: ["messages", 0, "content"], at: 0)
        } else {
            try body.set(path: ["messages", 0, "content"], to: .string(prompt))
        }
    }

    private static func isInstruction(_ message: JSONValue) -> Bool {
        let role = message["role"]?.string
        return role == "system" || role == "developer"
    }
}
