internal import Policy
public import Wire

extension Probe {
    /// The request body, as `POST /api/v1/eval` takes it.
    public var body: JSON {
        var members: [(String, JSON)] = []
        if !model.isEmpty { members.append(("model", .string(model))) }
        switch content {
        case .text(let text):
            members.append(("messages", .array([.object([("role", "user"), ("content", .string(text))])])))
        case .messages(let messages): members.append(("messages", .array(messages.map { JSON($0) })))
        }
        if !tools.isEmpty { members.append(("tools", .array(tools.map { JSON($0) }))) }
        return .object(members)
    }

    /// The conversation in the request. Throws when the messages are none.
    public func conversation() throws(WireError) -> Conversation {
        let limits = JSONLimits(maxBytes: 4 * ProbeVariant.maximumBytes)
        return try ChatRequest.parse(body.serialized(), options: .evaluation, limits: limits).conversation
    }
}

extension JSON {
    /// A policy's value as JSON; members by name.
    init(_ value: AnyValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .number(let value): self = .number(value)
        case .string(let value): self = .string(value)
        case .list(let values): self = .array(values.map { JSON($0) })
        case .mapping(let values):
            self = .object(values.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
        }
    }
}
