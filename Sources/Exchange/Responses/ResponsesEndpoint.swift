internal import Evidence
internal import NIOCore
internal import NIOHTTP1
internal import Policy
internal import State
internal import Telemetry
internal import Wire

/// OpenAI's Responses API over chat backends. Spec pipeline-api §4.3, with its holes closed: responses belong to their
/// tenant, tools and their results are translated, and what cannot be is refused.
extension Router {
    static let responsesPath = "/v1/responses"

    /// What becomes of a request to the Responses API by its head; nil for other paths.
    func admitResponses(_ head: RequestHead, _ path: RequestPath) -> Admission? {
        guard path.text == Self.responsesPath || path.text.hasPrefix(Self.responsesPath + "/") else { return nil }
        let generation = current
        guard generation.policy.global.services.responseAPI.isEnabled, head.door == .gateway else { return nil }
        if path.text == Self.responsesPath {
            guard head.method == .POST else { return .respond(refuse(Self.wrongMethod(head, "POST"), head)) }
            return .readBody(limit: min(settings.maxBodyBytes, generation.maxBodyBytes ?? .max))
        }
        let parts = path.text.dropFirst(Self.responsesPath.count + 1).split(separator: "/")
        switch (parts.count, parts.count > 1 ? parts[1] : "", head.method) {
        // The store is asked when the whole request is there.
        case (1, _, .GET), (1, _, .DELETE), (2, "input_items", .GET): return .readBody(limit: 64 * 1024)
        case (1, _, _): return .respond(refuse(Self.wrongMethod(head, "GET, DELETE"), head))
        case (2, "input_items", _): return .respond(refuse(Self.wrongMethod(head, "GET"), head))
        default: return nil
        }
    }

    /// Begins whatever is asked of the Responses API; nil for other paths.
    func beginResponses(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart? {
        let path = RequestPath(head.target).text
        if path == Self.responsesPath { return beginResponse(head, body: body, on: loop) }
        guard path.hasPrefix(Self.responsesPath + "/") else { return nil }
        let generation = current
        let id = String(path.dropFirst(Self.responsesPath.count + 1).split(separator: "/").first ?? "")
        let listsItems = path.hasSuffix("/input_items")
        let tenant = RequestIdentity(head, generation: generation).identity?.userID ?? ""
        return .awaiting(on: loop) { () -> Result<[UInt8], ExchangeError> in
            do throws(ExchangeError) {
                let stored = try await self.stored(id, tenant, generation)
                if head.method == .DELETE { return .success(try await self.delete(id, tenant, generation)) }
                return .success(listsItems ? self.inputItems(of: stored) : stored.object)
            } catch {
                return .failure(error)
            }
        } then: { [self] result in
            switch result {
            case .success(let body): .respond(json(200, body))
            case .failure(let error): .respond(refuse(error, head))
            }
        }
    }

    /// Begins a response: the chat request that it becomes goes the way of all chat requests.
    func beginResponse(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart {
        let generation = current
        let caller = RequestIdentity(head, generation: generation)
        let tenant = caller.identity?.userID ?? ""
        let request: ResponsesRequest
        do throws(WireError) { request = try ResponsesRequest(parsing: Array(body.readableBytesView)) } catch {
            return .respond(ExchangeError(error).response(requestID: caller.requestID))
        }
        guard request.previousResponseID != nil || request.conversationID != nil else {
            return continued(head, request, History(), caller, generation, on: loop)
        }
        return .awaiting(on: loop) { () -> Result<History, ExchangeError> in
            do throws(ExchangeError) { return .success(try await self.history(request, tenant, generation)) } catch {
                return .failure(error)
            }
        } then: { [self] result in
            switch result {
            case .success(let history): continued(head, request, history, caller, generation, on: loop)
            case .failure(let error): .respond(error.response(requestID: caller.requestID))
            }
        }
    }

    /// Goes on with a request whose history is known.
    private func continued(
        _ head: RequestHead, _ request: ResponsesRequest, _ history: History, _ caller: RequestIdentity,
        _ generation: RouterGeneration, on loop: any EventLoop
    ) -> ExchangeStart {
        do throws(ExchangeError) {
            let chat: [UInt8]
            do throws(WireError) {
                chat = try request.chatBody(after: history.items, instructions: history.instructions)
            } catch { throw ExchangeError(error) }
            let now = UTCTime.now().unixSeconds
            let settings = generation.policy.global.services.responseAPI
            let recorder = ResponseRecorder(
                request: request, tenant: caller.identity?.userID ?? "", store: generation.memory.responseRecords,
                lifetime: settings.ttlSeconds > 0 ? Double(settings.ttlSeconds) : 30 * 86_400, createdAt: now,
                id: Self.identifier("resp_"), conversationID: request.conversationID ?? history.conversationID,
                logger: logger)
            var chatHead = head
            chatHead.target = "/v1/chat/completions"
            // A chain is one session: it is named by its conversation, else by its first response.
            chatHead.sessionID = recorder.conversationID ?? history.rootID ?? recorder.id
            return translated(begin(chatHead, body: ByteBuffer(bytes: chat), on: loop), recorder, on: loop)
        } catch {
            return .respond(error.response(requestID: caller.requestID))
        }
    }

    /// A start whose answer, whenever it comes, becomes a response.
    private func translated(
        _ start: ExchangeStart, _ recorder: ResponseRecorder, on loop: any EventLoop
    ) -> ExchangeStart {
        switch start {
        case .respond(let response):
            return .awaiting(on: loop) {
                await recorder.local(response)
            } then: {
                .respond($0)
            }
        case .forward(let exchange): return .forward(ResponsesExchange(exchange, recorder, on: loop))
        case .passThrough: return .passThrough
        case .pending(let inner):
            let outer = PendingStart { inner.cancel() }
            inner.whenResolved { outer.resolve(self.translated($0, recorder, on: loop)) }
            return .pending(outer)
        }
    }

    // MARK: History

    /// What came before: the items of earlier responses, oldest first.
    private struct History: Sendable {
        var items: [JSON] = []
        var instructions: String?
        var conversationID: String?
        /// The first response of the chain.
        var rootID: String?
    }

    /// Most responses that one request goes back.
    private static let maximumChain = 512

    private func history(
        _ request: ResponsesRequest, _ tenant: String, _ generation: RouterGeneration
    ) async throws(ExchangeError) -> History {
        let store = generation.memory.responseRecords
        let now = UTCTime.now().unixSeconds
        var chain: [StoredResponse] = []
        var isMissing = false
        do throws(StateError) {
            var next: StoredResponse?
            if let id = request.previousResponseID {
                next = try await store.get(id, tenant: tenant, at: now)
                isMissing = next == nil
            } else if let conversation = request.conversationID {
                next = try await store.latest(conversation: conversation, tenant: tenant, at: now)
            }
            while let response = next {
                chain.append(response)
                guard chain.count <= Self.maximumChain else { break }
                next = nil
                if let id = response.previousID { next = try await store.get(id, tenant: tenant, at: now) }
            }
        } catch {
            throw Self.unavailable(error)
        }
        // To go on without the history would be another conversation.
        if isMissing, let id = request.previousResponseID {
            throw ExchangeError(
                code: "previous_response_not_found", status: 400,
                message: "Previous response with id '\(id.prefix(128))' not found.", parameter: "previous_response_id")
        }
        guard chain.count <= Self.maximumChain else {
            throw ExchangeError(
                code: "chain_too_long", status: 400,
                message: "The chain of responses has more than \(Self.maximumChain) turns; begin a new one.",
                parameter: "previous_response_id")
        }
        var history = History()
        for response in chain.reversed() {
            for bytes in [response.input, response.output] {
                history.items += (try? JSON(parsing: bytes, limits: JSONLimits(maxBytes: .max)))?.array ?? []
            }
            if let instructions = response.instructions { history.instructions = history.instructions ?? instructions }
        }
        history.conversationID = chain.first?.conversationID
        history.rootID = chain.last?.id
        return history
    }

    // MARK: Stored responses

    private func stored(
        _ id: String, _ tenant: String, _ generation: RouterGeneration
    ) async throws(ExchangeError) -> StoredResponse {
        let found: StoredResponse?
        do throws(StateError) {
            found = try await generation.memory.responseRecords.get(id, tenant: tenant, at: UTCTime.now().unixSeconds)
        } catch {
            throw Self.unavailable(error)
        }
        guard let found else {
            throw ExchangeError(
                code: "response_not_found", status: 404, message: "Response with id '\(id.prefix(128))' not found.",
                parameter: "response_id")
        }
        return found
    }

    private func delete(
        _ id: String, _ tenant: String, _ generation: RouterGeneration
    ) async throws(ExchangeError) -> [UInt8] {
        do throws(StateError) { _ = try await generation.memory.responseRecords.delete(id, tenant: tenant) } catch {
            throw Self.unavailable(error)
        }
        return JSON.object([("id", .string(id)), ("object", "response.deleted"), ("deleted", true)]).serialized()
    }

    private func inputItems(of response: StoredResponse) -> [UInt8] {
        var items = (try? JSON(parsing: response.input, limits: JSONLimits(maxBytes: .max)))?.array ?? []
        items = items.enumerated().map { index, item in
            // Items need ids to be listed; those without get one that stays the same.
            guard item["id"] == nil, let members = item.object else { return item }
            return .object([("id", .string("item_\(response.id.dropFirst(5))_\(index)"))] + members)
        }
        return JSON.object([
            ("object", "list"), ("data", .array(items)), ("first_id", items.first?["id"] ?? .null),
            ("last_id", items.last?["id"] ?? .null), ("has_more", false),
        ]).serialized()
    }

    private static func unavailable(_ error: StateError) -> ExchangeError {
        ExchangeError(
            code: error.code.rawValue, status: 503, message: "The response store is not available; try again shortly.",
            retryAfter: 1)
    }

    private static func wrongMethod(_ head: RequestHead, _ allowed: String) -> ExchangeError {
        ExchangeError(
            .methodNotAllowed, status: 405, "\(head.method.rawValue) is not allowed here; use \(allowed).",
            allow: allowed)
    }

    /// A new id with a prefix: 24 hexadecimal digits.
    static func identifier(_ prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = String(generator.next() as UInt64, radix: 16) + String(generator.next() as UInt64, radix: 16)
        let padded = String(repeating: "0", count: 32 - min(32, digits.count)) + digits
        return prefix + padded.suffix(24)
    }
}
