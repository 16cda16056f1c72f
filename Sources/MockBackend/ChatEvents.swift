import NIOCore

/// The server-sent events of a streamed reply, made one by one.
struct ChatEvents {
    /// What an event carries.
    enum Kind: Equatable {
        case role
        case token
        case finish
        case usage
        case done
    }

    /// Where one choice stands.
    private enum Place {
        case role
        case text(Int)
        case callName(Int)
        case callArguments(Int, Int)
        case finish
        case over
    }

    private let reply: ChatReply
    private let opening: ByteBuffer
    private var places: [Place]
    private var turn = 0
    private var unfinished: Int
    private var tail: [Kind]

    init(_ reply: ChatReply) {
        self.reply = reply
        var opening = ByteBuffer()
        opening.writeStaticString("data: ")
        reply.writeOpening(object: "chat.completion.chunk", to: &opening)
        self.opening = opening
        places = Array(repeating: .role, count: reply.choices.count)
        unfinished = places.count
        tail = reply.includesUsage ? [.done, .usage] : [.done]
    }

    /// Appends the next event, its blank line included; `nil` after `[DONE]`. Choices take turns.
    mutating func next(into buffer: inout ByteBuffer) -> Kind? {
        guard unfinished > 0 else { return nextOfTail(into: &buffer) }
        while case .over = places[turn] { turn = (turn + 1) % places.count }
        let index = turn
        turn = (turn + 1) % places.count
        return nextOfChoice(index, into: &buffer)
    }

    private mutating func nextOfTail(into buffer: inout ByteBuffer) -> Kind? {
        guard let kind = tail.popLast() else { return nil }
        if kind == .done {
            buffer.writeStaticString("data: [DONE]\n\n")
        } else {
            buffer.writeImmutableBuffer(opening)
            buffer.writeStaticString("\"choices\":[],\"usage\":")
            reply.writeUsage(to: &buffer)
            buffer.writeStaticString("}\n\n")
        }
        return kind
    }

    private mutating func nextOfChoice(_ index: Int, into buffer: inout ByteBuffer) -> Kind {
        let answer = reply.choices[index]
        buffer.writeImmutableBuffer(opening)
        buffer.writeStaticString("\"choices\":[{\"index\":")
        buffer.writeDecimal(index)
        buffer.writeStaticString(",\"delta\":{")
        let kind: Kind
        switch places[index] {
        case .role:
            buffer.writeStaticString("\"role\":\"assistant\",\"content\":\"\"")
            kind = .role
            places[index] = answer.toolCalls.isEmpty ? .text(0) : .callName(0)
        case .text(let piece):
            buffer.writeStaticString("\"content\":")
            buffer.writeJSONString(answer.text, answer.pieces[piece])
            kind = .token
            places[index] = .text(piece + 1)
        case .callName(let call):
            writeCallName(answer.toolCalls[call], at: call, to: &buffer)
            kind = .token
            places[index] = .callArguments(call, 0)
        case .callArguments(let call, let piece):
            buffer.writeStaticString("\"tool_calls\":[{\"index\":")
            buffer.writeDecimal(call)
            buffer.writeStaticString(",\"function\":{\"arguments\":")
            buffer.writeJSONString(answer.toolCalls[call].arguments, answer.toolCalls[call].pieces[piece])
            buffer.writeStaticString("}}]")
            kind = .token
            places[index] = .callArguments(call, piece + 1)
        case .finish, .over:
            kind = .finish
            places[index] = .over
            unfinished -= 1
        }
        buffer.writeStaticString("},\"logprobs\":null,\"finish_reason\":")
        if kind == .finish {
            buffer.writeJSONString(answer.finishReason)
        } else {
            buffer.writeStaticString("null")
            settle(index, answer)
        }
        buffer.writeStaticString("}]")
        if reply.includesUsage { buffer.writeStaticString(",\"usage\":null") }
        buffer.writeStaticString("}\n\n")
        return kind
    }

    private func writeCallName(_ call: ToolCall, at index: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\"tool_calls\":[{\"index\":")
        buffer.writeDecimal(index)
        buffer.writeStaticString(",\"id\":")
        buffer.writeJSONString(call.id)
        buffer.writeStaticString(",\"type\":\"function\",\"function\":{\"name\":")
        buffer.writeJSONString(call.name)
        buffer.writeStaticString(",\"arguments\":\"\"}}]")
    }

    /// Moves a place that has run out of pieces to the next thing there is.
    private mutating func settle(_ index: Int, _ answer: Answer) {
        switch places[index] {
        case .text(let piece) where piece == answer.pieces.count:
            places[index] = .finish
        case .callArguments(let call, let piece) where piece == answer.toolCalls[call].pieces.count:
            places[index] = call + 1 < answer.toolCalls.count ? .callName(call + 1) : .finish
        default: break
        }
    }
}
