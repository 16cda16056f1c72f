internal import Evidence
public import NIOCore
internal import NIOHTTP1
internal import Routing
internal import Wire

/// Reading a long request while it still comes in.
extension Router {
    /// Beginnings are read up to here; the rest of a longer body is read when it is whole.
    private static let maxAnticipatedBytes = 512 * 1024

    public func anticipate(_ head: RequestHead, beginning: ByteBuffer) {
        let generation = current
        guard generation.recipes.contains(where: \.anticipates) else { return }
        let bytes = [UInt8](beginning.readableBytesView.prefix(Self.maxAnticipatedBytes))
        // Clients send the model before or after the messages; without one the policy's own recipe is the likeliest.
        guard let closed = JSONClosing.closed(bytes),
            let request = try? ChatRequest.parse(closed, options: ChatParseOptions(requireModel: false)),
            let recipe = generation.recipe(for: request.conversation)
        else { return }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        recipe.anticipate(
            request.conversation, identity: RequestIdentity(head, generation: generation).identity,
            share: length > 0 ? min(1, Double(bytes.count) / Double(length)) : nil)
    }
}

extension RecipeRouter {
    /// Whether some signal that decides anything needs the encoder.
    var anticipates: Bool { engine.usedSignals.contains { engine.signals.entries[$0].cost == .encoder } }

    /// Lets the encoder read what will not change of a conversation whose last text is incomplete.
    func anticipate(_ conversation: Conversation, identity: CallerIdentity?, share: Double?) {
        var reader = evidence.begin(EvidenceRequest(conversation: conversation, identity: identity))
        let signals = engine.usedSignals.filter { engine.signals.entries[$0].cost == .encoder }
        evidence.anticipate(reader.needs(of: signals), share: share)
    }
}
