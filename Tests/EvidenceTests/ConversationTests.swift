import Evidence
import Routing
import Testing
import Wire

@Suite struct ConversationTests {
    private func read(_ feature: String, _ predicate: String? = nil, _ conversation: Conversation) throws -> Reading {
        let test = predicate.map { ", predicate: { \($0) }" } ?? ""
        return try engine(signals: "    conversation:\n      - { name: c, feature: { \(feature) }\(test) }")
            .read("conversation", "c", EvidenceRequest(conversation: conversation))
    }

    private func roles(_ roles: Role...) -> Conversation {
        Conversation(
            model: "auto", turns: roles.enumerated().map { Turn(role: $1, text: "text", sourceIndex: $0) })
    }

    @Test func countsMessagesByRole() throws {
        let conversation = roles(.system, .developer, .developer, .user, .assistant, .user, .tool)
        func count(_ role: String) throws -> Double? {
            try read("type: count, source: { type: message\(role) }", nil, conversation).value
        }
        #expect(try count(", role: user") == 2)
        #expect(try count(", role: assistant") == 1)
        #expect(try count(", role: system") == 1)
        #expect(try count(", role: developer") == 2)
        #expect(try count(", role: tool") == 1)
        #expect(try count(", role: non_user") == 5)
        #expect(try count("") == 7)
    }

    @Test func predicateDecides() throws {
        let feature = "type: count, source: { type: message, role: user }"
        #expect(try read(feature, "gte: 2", roles(.user, .assistant, .user)) == .matched(value: 2))
        #expect(try read(feature, "gte: 2", roles(.user)) == .unmatched(value: 1))
    }

    @Test func countWithoutPredicateNeedsOne() throws {
        #expect(try read("type: count, source: { type: tool_definition }", nil, roles(.user)) == .unmatched(value: 0))
        let tools = Conversation(model: "auto", turns: [], tools: (0..<5).map { ToolDefinition(name: "t\($0)") })
        #expect(try read("type: count, source: { type: tool_definition }", "gte: 3", tools) == .matched(value: 5))
    }

    @Test func toolLoops() throws {
        let calls = [ToolCall(id: "1", name: "t", arguments: "{}")]
        let active = Conversation(
            model: "auto",
            turns: [
                Turn(role: .user, text: "go", sourceIndex: 0),
                Turn(role: .assistant, text: "", toolCalls: calls, sourceIndex: 1),
                Turn(role: .tool, text: "result", toolCallID: "1", sourceIndex: 2),
            ])
        let finished = Conversation(
            model: "auto",
            turns: active.turns + [
                Turn(role: .assistant, text: "done", sourceIndex: 3), Turn(role: .user, text: "ok", sourceIndex: 4),
            ])
        let loop = "type: exists, source: { type: active_tool_loop }"
        #expect(try read(loop, nil, active) == .matched(value: 1))
        #expect(try read(loop, nil, finished) == .unmatched(value: 0))
        #expect(try read("type: count, source: { type: assistant_tool_call }", nil, active).value == 1)
        #expect(try read("type: count, source: { type: assistant_tool_cycle }", nil, active).value == 1)
    }

    @Test func imagesOfUsers() throws {
        let conversation = try Conversation.body(
            #"""
            {"messages":[{"role":"user","content":[{"type":"text","text":"see"},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}
            """#)
        #expect(try read("type: exists, source: { type: image_content }", nil, conversation) == .matched(value: 1))
    }
}
