internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import State
internal import Wire

/// Turns the chat answer to a request of the Responses API into its response, and keeps it before it is told.
struct ResponseRecorder: Sendable {
    let request: ResponsesRequest
    let tenant: String
    let store: any ResponseStore
    /// Seconds that it is kept.
    let lifetime: Double
    /// Seconds since 1970.
    let createdAt: Double
    let id: String
    let conversationID: String?
    let logger: Logger

    /// The response as it begins.
    var beginning: ResponsesObject {
        ResponsesObject(id: id, createdAt: Int(createdAt), request: request, conversationID: conversationID)
    }

    /// Keeps a finished response, where the client does not forbid it. False when it cannot be kept.
    func keep(_ response: ResponsesObject) async -> Bool {
        guard request.isStored else { return true }
        let stored = StoredResponse(
            id: id, tenant: tenant, createdAt: createdAt, expiresAt: createdAt + lifetime,
            previousID: request.previousResponseID, conversationID: conversationID,
            instructions: request.instructions, input: JSON.array(request.input).serialized(),
            output: JSON.array(response.output).serialized(), object: response.json.serialized())
        do throws(StateError) {
            try await store.put(stored)
            return true
        } catch {
            logger.error(
                "response_not_stored",
                metadata: ["id": "\(id)", "code": "\(error.code.rawValue)", "reason": "\(error.description)"])
            return false
        }
    }

    /// A promise that cannot be kept is not given.
    static let notStored = (
        code: "response_not_stored", message: "The response could not be stored; ask again, or with store: false."
    )

    /// An answer that was made here, such as a fast response, as a response. Errors stay as they are.
    func local(_ response: LocalResponse) async -> LocalResponse {
        guard response.status == 200 else { return response }
        let body = Array(response.body.readableBytesView)
        var result = response
        if request.isStream {
            var stream = ResponsesStream(beginning) { Router.identifier($0) }
            var bytes = stream.feed(body)
            var whole = stream
            let end = whole.finish(cut: nil)
            let mayTell = whole.response.status == .failed ? true : await keep(whole.response)
            bytes += mayTell ? end : stream.finish(cut: Self.notStored)
            result.body = ByteBuffer(bytes: bytes)
        } else {
            var object = beginning
            guard object.take(chat: body, newID: Router.identifier) else { return response }
            guard await keep(object) else { return Self.failure }
            result.body = ByteBuffer(bytes: object.json.serialized())
        }
        return result
    }

    static var failure: LocalResponse {
        ExchangeError(code: notStored.code, status: 503, message: notStored.message).response()
    }
}
