internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Wire

/// Takes a request through name, token, route, permission and body, in this order, to its endpoint.
struct ManagementResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    private let access: AccessControl
    private let maximumBodyBytes: Int
    private let source: any ManagementSource
    private let logger: Logger

    init(configuration: ManagementConfiguration, source: any ManagementSource, logger: Logger) {
        access = AccessControl(configuration)
        maximumBodyBytes = configuration.maximumBodyBytes
        self.source = source
        self.logger = logger
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let requestID = RequestIDText.accept(request.headers[.requestID])
        do throws(ManagementError) {
            return Self.response(try await answer(request), requestID)
        } catch {
            logger.debug(
                "management request refused",
                metadata: [
                    "code": .string(error.code.rawValue), "path": .string(String(request.uri.path.prefix(256))),
                    "request_id": .string(requestID),
                ])
            let body = error.body(requestID: requestID, timestamp: Timestamp.now)
            var answer = ManagementAnswer(body, status: error.status)
            if error.status == .unauthorized { answer.headers.append((.wwwAuthenticate, "Bearer")) }
            if !error.allowed.isEmpty { answer.headers.append((.allow, error.allowed.joined(separator: ", "))) }
            return Self.response(answer, requestID)
        }
    }

    private func answer(_ request: Request) async throws(ManagementError) -> ManagementAnswer {
        try access.checkOrigin(request.head)
        let path = Self.path(request.uri.path)
        let candidates = Self.endpoints(at: path)
        let endpoint = candidates.first { $0.method == request.method }
        if let endpoint, endpoint.isPublic {
            let caller = AccessControl.Caller(role: "", permissions: [])
            return try await endpoint.handle(ManagementRequest(query: [:], body: [], caller: caller), source)
        }
        let caller = try access.authenticate(request.head)
        guard let endpoint else {
            if candidates.isEmpty { throw ManagementError(.notFound, "no such path; GET /api/v1 lists all") }
            var error = ManagementError(.methodNotAllowed, "the path has no such method")
            error.allowed = candidates.map(\.method.rawValue)
            throw error
        }
        guard caller.may(endpoint.permission) else {
            throw ManagementError(.forbidden, "the role \(caller.role) lacks the permission \(endpoint.permission)")
        }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        let limit = DocumentEndpoints.bodyLimit(endpoint.method, path, source) ?? maximumBodyBytes
        let body = [.post, .put, .patch].contains(endpoint.method) ? try await read(request, upTo: limit) : []
        return try await endpoint.handle(
            ManagementRequest(
                method: request.method, path: path, contentType: request.headers[.contentType] ?? "",
                parameters: endpoint.parameters(in: path) ?? [:], query: query, body: body, caller: caller,
                idempotencyKey: request.headers[.idempotencyKey]), source)
    }

    /// The endpoints of a path; where the path itself is listed, not those that have a pattern for it.
    private static func endpoints(at path: String) -> [Endpoint] {
        let exact = Endpoints.all.filter { $0.path == path }
        return exact.isEmpty ? Endpoints.all.filter { $0.parameters(in: path) != nil } : exact
    }

    private func read(_ request: Request, upTo limit: Int) async throws(ManagementError) -> [UInt8] {
        let tooLarge = ManagementError(.bodyTooLarge, "the body has more than \(limit) bytes")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            throw ManagementError(.incompleteBody, "the body ended before it was complete")
        }
    }

    /// The path without a slash at its end.
    private static func path(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func response(_ answer: ManagementAnswer, _ requestID: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.requestID] = requestID
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in answer.headers { headers[name] = value }
        return Response(
            status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension HTTPField.Name {
    /// `Idempotency-Key`.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    /// `X-Request-Id`.
    static let requestID = HTTPField.Name("X-Request-Id")!
}
