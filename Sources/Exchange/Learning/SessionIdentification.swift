internal import NIOHTTP1
internal import Policy
internal import Routing
internal import Wire

/// Which session a request belongs to. Spec selection-learning §5.1, §6.
struct SessionIdentification: Sendable {
    /// How sure it is.
    enum Status: Sendable {
        /// The client, or its agent, names the session.
        case named
        /// Recognised by how the conversation begins. Good enough to keep tool results with their model, not for more:
        /// two clients may begin alike.
        case fingerprint
    }

    var key: SessionKey
    var status: Status
    /// The session's name as it was given, whether or not it suffices to hold a session; nil where there is none.
    var name: String?

    /// The session of a request, within its tenant and recipe.
    init(
        _ head: RequestHead, _ conversation: Conversation, tenant: String, recipe: String,
        _ settings: ProtectionSettings
    ) {
        let session = Self.header(settings.identity.headers.session, head)
        let chain = head.sessionID
        name = session ?? chain
        let named: [String]?
        if settings.scope == .conversation {
            let conversation = Self.header(settings.identity.headers.conversation, head)
            named = session.flatMap { session in conversation.map { ["conversation", session, $0] } }
        } else {
            named = session.map { ["session", $0] }
        }
        if let named {
            (key, status) = (Self.key([tenant, recipe] + named), .named)
        } else if let chain {
            (key, status) = (Self.key([tenant, recipe, "responses", chain]), .named)
        } else if session == nil, let known = Self.agent(head, conversation) {
            (key, status, name) = (Self.key([tenant, recipe] + known), .named, known.last)
        } else {
            key = Self.key([tenant, recipe, "fingerprint"] + Self.beginning(of: conversation))
            status = .fingerprint
        }
    }

    /// What agents say of their sessions by themselves.
    private static func agent(_ head: RequestHead, _ conversation: Conversation) -> [String]? {
        if let id = header("x-claude-code-session-id", head) { return ["claude-code", id] }
        if let user = conversation.metadata["user_id"], !user.isEmpty { return ["anthropic-metadata", user] }
        if let id = conversation.metadata["session_id"], !id.isEmpty { return ["metadata", id] }
        return nil
    }

    /// What does not change while a conversation grows: the instructions and the first user turn, whole.
    private static func beginning(of conversation: Conversation) -> [String] {
        var parts: [String] = []
        for turn in conversation.turns {
            switch turn.role {
            case .system, .developer: parts.append(turn.text)
            case .user: return parts + [turn.text]
            default: break
            }
        }
        return parts
    }

    /// The trimmed value of a header that is given once and not empty. Values beyond 512 bytes name nothing.
    private static func header(_ name: String, _ head: RequestHead) -> String? {
        let values = head.headers[name]
        guard values.count == 1, let value = values.first, value.utf8.count <= 512 else { return nil }
        let trimmed = value.drop { $0 == " " || $0 == "\t" }
        guard let end = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
        return String(trimmed[...end])
    }

    /// 128 bits of a digest of the parts.
    private static func key(_ parts: [String]) -> SessionKey {
        let digest = SHA256.digest(ofParts: parts)
        func number(_ range: Range<Int>) -> UInt64 { digest[range].reduce(0) { $0 << 8 | UInt64($1) } }
        return SessionKey(high: number(0..<8), low: number(8..<16))
    }
}
