internal import NIOCore
internal import NIOHTTP1
internal import Policy
internal import Routing
internal import Upstream
internal import Wire

/// A model in the order in which models are tried, with how it is to be called.
struct PlannedModel: Sendable {
    var model: CallableModel
    /// The decision's reference; nil for a physical model that the client named.
    var reference: ModelReference?
    /// The adapter that the client or the decision names.
    var adapter: String?
}

/// What will be done for one request: which models in which order, what their backends get to see.
final class RequestPlan {
    let request: ChatRequest
    let models: [PlannedModel]
    let plugins: [any RequestPlugin]
    let defaults: ProviderDefaults
    /// Whether the next candidate may serve when the first fails.
    let failsOver: Bool
    /// Makes the headers that every attempt begins with.
    private let makeHeaders: () -> [(String, String)]

    init(
        request: ChatRequest, models: [PlannedModel], plugins: [any RequestPlugin], defaults: ProviderDefaults,
        failsOver: Bool, makeHeaders: @escaping () -> [(String, String)]
    ) {
        self.request = request
        self.models = models
        self.plugins = plugins
        self.defaults = defaults
        self.failsOver = failsOver
        self.makeHeaders = makeHeaders
    }

    /// The body for a backend: the client's bytes with as few edits as needed.
    func body(
        for planned: PlannedModel, on backend: BackendBinding, _ notes: inout ShapingNotes
    ) throws(JSONEditError)
        -> [UInt8]
    {
        var editor = JSONEditor(request.document)
        let identifier = planned.adapter ?? backend.modelID
        if identifier != request.conversation.model { try editor.set(path: ["model"], to: .string(identifier)) }
        if let reference = planned.reference {
            for plugin in plugins { try plugin.shape(&editor, of: request.document, &notes) }
            if let mode = ReasoningMode(reference, of: planned.model, defaults: defaults) {
                let isWithheld = notes.changedParameters.contains("reasoning_effort")
                try mode.apply(
                    to: &editor, clients: isWithheld ? nil : request.document.root["reasoning_effort"],
                    backend: backend)
            }
        }
        return editor.apply()
    }

    /// The complete request to a backend.
    func attempt(
        for planned: PlannedModel, on backend: BackendBinding, timeouts: UpstreamTimeouts, _ notes: inout ShapingNotes
    ) throws(JSONEditError) -> Attempt {
        let body = try body(for: planned, on: backend, &notes)
        var fields = makeHeaders()
        fields.append(("host", backend.authority))
        fields.append((RoutingHeader.selectedModel, HeaderText.fieldValue(planned.model.name)))
        fields.append(("content-length", String(body.count)))
        var headers = HTTPHeaders(fields)
        if let credential = backend.credential {
            // The client's credentials are for this router, not for a backend that has its own.
            for name in ["authorization", "x-api-key", "api-key"] { headers.remove(name: name) }
            headers.replaceOrAdd(name: credential.name, value: credential.value)
        }
        for header in backend.extraHeaders { headers.replaceOrAdd(name: header.name, value: header.value) }
        if planned.reference != nil { for plugin in plugins { plugin.shape(&headers) } }
        return Attempt(
            backend: backend.target, method: .POST, target: backend.chatTarget, headers: headers,
            body: ByteBuffer(bytes: body), timeouts: timeouts)
    }
}
