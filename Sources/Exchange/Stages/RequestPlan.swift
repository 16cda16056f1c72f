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
    /// Whether backends are asked to end streams with their token counts.
    let asksForUsage: Bool
    /// Whether the request's body is another one than the client's already.
    let isChanged: Bool
    /// Makes the headers that every attempt begins with.
    private let makeHeaders: () -> [(String, String)]

    init(
        request: ChatRequest, models: [PlannedModel], plugins: [any RequestPlugin], defaults: ProviderDefaults,
        failsOver: Bool, asksForUsage: Bool = false, isChanged: Bool = false,
        makeHeaders: @escaping () -> [(String, String)]
    ) {
        self.asksForUsage = asksForUsage
        self.isChanged = isChanged
        self.request = request
        self.models = models
        self.plugins = plugins
        self.defaults = defaults
        self.failsOver = failsOver
        self.makeHeaders = makeHeaders
    }

    /// The body for a backend: the client's bytes with as few edits as needed. Without a backend it is for a gateway
    /// that has its own.
    func body(
        for planned: PlannedModel, on backend: BackendBinding?, _ notes: inout ShapingNotes
    ) throws(JSONEditError)
        -> [UInt8]
    {
        var editor = JSONEditor(request.document)
        let identifier = planned.adapter ?? backend?.modelID ?? planned.model.modelID
        if identifier != request.conversation.model { try editor.set(path: ["model"], to: .string(identifier)) }
        if asksForUsage, request.conversation.stream,
            request.document.root["stream_options"]?["include_usage"] == nil
        {
            try editor.set(path: ["stream_options", "include_usage"], to: .bool(true))
        }
        if let reference = planned.reference {
            for plugin in plugins { try plugin.shape(&editor, of: request.document, &notes) }
            if let mode = ReasoningMode(reference, of: planned.model, defaults: defaults) {
                let isWithheld = notes.changedParameters.contains("reasoning_effort")
                try mode.apply(
                    to: &editor, clients: isWithheld ? nil : request.document.root["reasoning_effort"],
                    readsTopLevel: backend?.readsTopLevelReasoning ?? false)
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
        fields.append(("content-length", String(body.count)))
        return Attempt(
            backend: backend.target, method: .POST, target: backend.chatTarget,
            headers: headers(fields, for: planned, on: backend), body: ByteBuffer(bytes: body), timeouts: timeouts)
    }

    /// The request as another gateway is to send it. The first backend only says what its model is called, where it
    /// is reached and with which headers: the gateway chooses the endpoint.
    func shaped(for planned: PlannedModel, _ notes: inout ShapingNotes) throws(JSONEditError) -> ShapedRequest {
        let backend = planned.model.backends.first
        let body = try body(for: planned, on: backend, &notes)
        var fields = makeHeaders()
        fields.append((RoutingHeader.model, HeaderText.fieldValue(planned.model.name)))
        return ShapedRequest(
            headers: headers(fields, for: planned, on: backend), target: backend?.chatTarget,
            body: !isChanged && body == request.document.bytes ? nil : ByteBuffer(bytes: body))
    }

    /// All headers of a request to a model, beginning with the client's and the door's.
    private func headers(
        _ fields: consuming [(String, String)], for planned: PlannedModel, on backend: BackendBinding?
    ) -> HTTPHeaders {
        fields.append((RoutingHeader.selectedModel, HeaderText.fieldValue(planned.model.name)))
        var headers = HTTPHeaders(fields)
        if let credential = backend?.credential {
            // The client's credentials are for this router, not for a backend that has its own.
            for name in ["authorization", "x-api-key", "api-key"] { headers.remove(name: name) }
            headers.replaceOrAdd(name: credential.name, value: credential.value)
        }
        for header in backend?.extraHeaders ?? [] { headers.replaceOrAdd(name: header.name, value: header.value) }
        if planned.reference != nil { for plugin in plugins { plugin.shape(&headers) } }
        return headers
    }
}
