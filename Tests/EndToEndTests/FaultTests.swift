import Foundation
import Synchronization
import Testing

/// Backends that fail, as the client sees them.
@Suite(.serialized, .blocking) struct FaultTests {
    static let mock = Result { try MartletProcess.mock(["--answer", "one two three four five six seven eight"]) }
    static let martlet = Result { try MartletProcess.serve(fixture: "gateway.yaml", backend: mock.get().port) }

    private func chat(_ prompt: String = "Hello.", stream: Bool = false, fault: String) throws -> HTTPReply {
        try Self.martlet.get().chat(prompt, stream: stream, headers: [("x-mock-fault", fault)])
    }

    @Test(.timeLimit(.minutes(1))) func aBusyBackendIsAskedAgain() throws {
        let backend = try Self.failing(first: "503 Service Unavailable", headers: "Retry-After: 1\r\n")
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hello.")
        #expect(reply.status == 200)
        #expect(reply.message["content"] as? String == "An answer.")
        #expect(backend.requests.count == 2)
        #expect(backend.requests.first?.body == backend.requests.last?.body)
        #expect(try martlet.metric("martlet_backend_attempts_total", "backend_status") == 1)
        #expect(try martlet.metric("martlet_backend_attempts_total", "status_200") == 1)
    }

    @Test(.timeLimit(.minutes(1))) func aBackendThatWantsALongPauseIsNotWaitedFor() throws {
        let backend = try Self.failing(first: "503 Service Unavailable", headers: "Retry-After: 3600\r\n")
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hello.")
        #expect(reply.status == 503)
        #expect(reply["retry-after"] == "3600")
        #expect(backend.requests.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func aBackendThatKeepsFailingIsReported() throws {
        let reply = try chat(fault: "status=503")
        #expect(reply.status == 503)
        let limited = try chat(fault: "status=429,retry-after=7")
        #expect(limited.status == 429)
        #expect(limited["retry-after"] == "7")
    }

    @Test(.timeLimit(.minutes(1))) func aResetBeforeTheAnswerIsTriedAgain() throws {
        let mock = try MartletProcess.mock(["--fault", "reset;nth=1"])
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: mock.port)
        #expect(try martlet.chat("Hello.").status == 200)
    }

    @Test(.timeLimit(.minutes(1))) func resetsWithoutEndAreABadGateway() throws {
        let reply = try chat(fault: "reset")
        #expect(reply.status == 502)
        #expect(reply.errorCode == "backend_unreachable")
        #expect(reply["x-vsr-response-path"] == "error")
    }

    @Test(.timeLimit(.minutes(1))) func theNextModelServesWhenTheFirstIsNotThere() throws {
        let reply = try Self.martlet.get().chat("Please failover.")
        #expect(reply.status == 200)
        #expect(reply.decision == "fragile_work")
        #expect(reply.model == "small", "the model that answered is named")
        #expect(reply.object["model"] as? String == "small")
    }

    @Test(.timeLimit(.minutes(1))) func aModelThatIsNotThereIsABadGateway() throws {
        let reply = try Self.martlet.get().chat("Hello.", model: "nowhere")
        #expect(reply.status == 502)
        #expect(reply.errorCode == "backend_unreachable")
        #expect(reply.text.contains("nowhere"))
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["cut-after=3", "close-without-done"])
    func aCutStreamEndsAsAnError(_ fault: String) throws {
        let whole = try chat(stream: true, fault: "stall=1ms")
        #expect(whole.events.last == "[DONE]")
        let reply = try chat(stream: true, fault: fault)
        #expect(reply.status == 200)
        #expect(reply.events.last?.contains("backend_stream_cut") == true, "\(reply.text)")
        #expect(!reply.events.contains("[DONE]"))
        #expect(whole.streamedContent.hasPrefix(reply.streamedContent), "what came before the cut is kept")
        #expect(!reply.streamedContent.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func anErrorInTheStreamIsRelayedOnce() throws {
        let reply = try chat(stream: true, fault: "error-event")
        let errors = reply.events.filter { $0.contains("\"error\"") }
        #expect(errors.count == 1, "\(reply.text)")
    }

    @Test(.timeLimit(.minutes(1))) func aTruncatedAnswerIsNoSuccess() throws {
        if let reply = try? chat(fault: "truncate") {
            #expect(!reply.isComplete || reply.status >= 500, "\(reply.status) \(reply.text)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func aStallIsWaitedThroughAndALeavingClientEndsIt() throws {
        #expect(try chat(fault: "stall=200ms").status == 200)
        let martlet = try Self.martlet.get()
        let before = try martlet.metric("martlet_client_disconnects_total") ?? 0
        let connection = try HTTPConnection(port: martlet.port)
        let body = try MartletProcess.body("Hello.")
        connection.socket.send(
            HTTPConnection.head(
                "POST", "/v1/chat/completions", headers: [("x-mock-fault", "stall=1m")], length: body.count))
        connection.socket.send(body)
        try Deadline(10).poll("the request to be in flight") {
            try martlet.metric("martlet_requests_in_flight") == 1 ? true : nil
        }
        connection.socket.shutDown()
        try Deadline(10).poll("the disconnect to be counted") {
            try martlet.metric("martlet_client_disconnects_total") ?? 0 > before ? true : nil
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerThatIsNoHTTPIsABadGateway() throws {
        let backend = try RecordingBackend { _ in Array("SMTP ready\r\n\r\n".utf8) }
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hello.")
        #expect(reply.status == 502)
    }

    /// A backend whose first answer is a failure.
    private static func failing(first status: String, headers: String) throws -> RecordingBackend {
        let first = Mutex(true)
        return try RecordingBackend { request in
            let isFirst = first.withLock { value in
                defer { value = false }
                return value
            }
            guard isFirst else { return RecordingBackend.completion(request) }
            return Array("HTTP/1.1 \(status)\r\n\(headers)Content-Length: 2\r\n\r\n{}".utf8)
        }
    }
}
