import MockBackend
import NIOCore
import NIOPosix
import Testing

@Suite struct ConnectionTests {
    @Test func modelsAndHealth() async throws {
        let models = [MockModel(name: "a", contextWindow: 4096), MockModel(name: "b")]
        try await withBackend(MockBackendConfiguration(models: models)) { backend in
            let client = try RawClient(port: backend.port)
            client.send("GET", "/v1/models?x=1")
            let list = try #require(try client.receive().json()["data"] as? [[String: Any]])
            #expect(list.compactMap { $0["id"] as? String } == ["a", "b"])
            #expect(list[0]["max_model_len"] as? Int == 4096)
            client.send("GET", "/health")
            let health = client.receive()
            #expect(health.status == 200)
            client.send("HEAD", "/health")
            let head = client.receive(hasBody: false)
            #expect(head.status == 200 && head.headers["content-length"] == "\(health.body.count)")
            client.send("GET", "/v1/nothing")
            let missing = client.receive()
            #expect(missing.status == 404)
            #expect(try missing.errorCode() == "not_found")
            client.send("GET", "/v1/chat/completions")
            let wrong = client.receive()
            #expect(wrong.status == 405 && wrong.headers["allow"] == "POST")
        }
    }

    @Test func unknownModel() async throws {
        let models = [MockModel(name: "a")]
        try await withBackend(MockBackendConfiguration(models: models)) { backend in
            let response = try RawClient(port: backend.port).chat(chatBody("x", model: "z"))
            #expect(response.status == 404)
            #expect(try response.errorCode() == "model_not_found")
        }
        try await withBackend(MockBackendConfiguration(models: models, acceptAnyModel: true)) { backend in
            let response = try RawClient(port: backend.port).chat(chatBody("x", model: "z\r\nevil: 1"))
            #expect(response.status == 200)
            #expect(response.headers["evil"] == nil)
            #expect(response.headers["x-mock-model"] == "z%0D%0Aevil: 1")
        }
    }

    @Test func apiKey() async throws {
        try await withBackend(MockBackendConfiguration(requiredAPIKey: "secret")) { backend in
            let client = try RawClient(port: backend.port)
            let refused = client.chat(chatBody("x"), headers: ["authorization: Bearer wrong"])
            #expect(refused.status == 401)
            #expect(try refused.errorCode() == "invalid_api_key")
            #expect(client.chat(chatBody("x"), headers: ["authorization: Bearer secret"]).status == 200)
        }
    }

    @Test(arguments: [
        "{", "", "[]", "{\"model\":\"m\"}", "{\"model\":1,\"messages\":[]}", "{\"model\":\"m\",\"messages\":[]}",
        "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}",
        chatBody("x", more: ",\"n\":0"), chatBody("x", more: ",\"n\":129"), chatBody("x", more: ",\"max_tokens\":0"),
        chatBody("x", more: ",\"stream\":\"yes\""), chatBody("x", more: ",\"tools\":{}"),
        chatBody("x", more: ",\"tool_choice\":7"),
    ])
    func badBodies(body: String) async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let response = client.chat(body)
            #expect(response.status == 400)
            #expect(try response.json()["error"] != nil)
            #expect(client.chat(chatBody("still there")).status == 200)
            #expect(backend.counters.refusals == 1)
        }
    }

    @Test func notHTTP() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            client.send("nonsense\r\n\r\n")
            let response = client.receive()
            #expect(response.status == 400)
            #expect(try response.errorCode() == "invalid_http")
            #expect(client.receive().ending == .closed)
        }
    }

    @Test func largeBodies() async throws {
        try await withBackend(MockBackendConfiguration(maxBodyBytes: 1000)) { backend in
            let fitting = chatBody(String(repeating: "x", count: 900))
            #expect(try RawClient(port: backend.port).chat(fitting).status == 200)
            let large = chatBody(String(repeating: "x", count: 1_000_000))
            let announced = try RawClient(port: backend.port).chat(large)
            #expect(announced.status == 413)
            #expect(try announced.errorCode() == "request_too_large")
            let client = try RawClient(port: backend.port)
            client.send("POST", "/v1/chat/completions", headers: ["transfer-encoding: chunked"])
            for _ in 0..<3 { client.send("1f4\r\n" + String(repeating: " ", count: 500) + "\r\n") }
            #expect(client.receive().status == 413)
            #expect(client.receive().ending == .closed)
        }
    }

    @Test func expectContinue() async throws {
        try await withBackend(MockBackendConfiguration(maxBodyBytes: 1000)) { backend in
            let client = try RawClient(port: backend.port)
            let body = chatBody("hello")
            let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: "
            client.send(head + "\(body.utf8.count)\r\n\r\n")
            #expect(client.receive().status == 100)
            client.send(body)
            #expect(client.receive().status == 200)
            client.send(head + "1001\r\n\r\n")
            #expect(client.receive().status == 413)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withBackend(MockBackendConfiguration(answerMode: .echo)) { backend in
            let client = try RawClient(port: backend.port)
            for number in 0..<100 {
                let more = number.isMultiple(of: 3) ? ",\"stream\":true" : ""
                client.send("POST", "/v1/chat/completions", body: chatBody("number \(number)", more: more))
            }
            for number in 0..<100 {
                let response = client.receive()
                let text = number.isMultiple(of: 3) ? try response.streamedText() : try response.content()
                #expect(text == "number \(number)")
            }
            #expect(backend.counters.connections == 1)
        }
    }

    @Test func connectionCloseAndOldHTTP() async throws {
        try await withBackend(MockBackendConfiguration(answerMode: .echo)) { backend in
            let closing = try RawClient(port: backend.port)
            let response = closing.chat(chatBody("x"), headers: ["connection: close"])
            #expect(response.headers["connection"] == "close")
            #expect(closing.receive().ending == .closed)
            let old = try RawClient(port: backend.port)
            let body = chatBody("old times", more: ",\"stream\":true")
            old.send("POST /v1/chat/completions HTTP/1.0\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
            let stream = old.receive()
            #expect(stream.headers["transfer-encoding"] == nil)
            #expect(try stream.streamedText() == "old times")
            #expect(stream.events.last == "[DONE]")
        }
    }

    @Test func concurrentRequests() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let backend = try await MockBackend.start(MockBackendConfiguration(answerMode: .echo), on: group)
        let clients = try (0..<200).map { _ in try RawClient(port: backend.port) }
        for (number, client) in clients.enumerated() {
            let more = number.isMultiple(of: 2) ? ",\"stream\":true" : ""
            client.send("POST", "/v1/chat/completions", body: chatBody("client \(number)", more: more))
        }
        for (number, client) in clients.enumerated() {
            let response = client.receive()
            let text = number.isMultiple(of: 2) ? try response.streamedText() : try response.content()
            #expect(text == "client \(number)")
        }
        let counters = backend.counters
        #expect(counters.connections == 200 && counters.requests == 200 && counters.streams == 100)
        await backend.stop()
        #expect(clients[0].receive().ending != .timedOut)
        #expect(throws: RawClient.ConnectFailed.self) { try RawClient(port: backend.port) }
        await backend.stop()
    }

    @Test func largeStreamWaitsForASlowReader() async throws {
        try await withBackend(MockBackendConfiguration(answerMode: .echo)) { backend in
            let text = String(repeating: "many words ", count: 40_000)
            let client = try RawClient(port: backend.port)
            let other = try RawClient(port: backend.port)
            client.send("POST", "/v1/chat/completions", body: chatBody(text, more: ",\"stream\":true"))
            // The unread stream fills its socket; others are served meanwhile.
            #expect(try other.chat(chatBody("quick")).content() == "quick")
            #expect(try client.receive().streamedText() == text)
        }
    }

    @Test func clientGoneStopsTheStream() async throws {
        let model = MockModel(name: "slow", firstTokenDelay: .seconds(3600))
        try await withBackend(MockBackendConfiguration(models: [model])) { backend in
            let client = try RawClient(port: backend.port)
            client.send("POST", "/v1/chat/completions", body: chatBody("x", model: "slow", more: ",\"stream\":true"))
            client.close()
            let deadline = ContinuousClock.now + .seconds(20)
            while backend.counters.clientDisconnects == 0, ContinuousClock.now < deadline { await Task.yield() }
            #expect(backend.counters.clientDisconnects == 1)
        }
    }

    @Test func requestsAreRecorded() async throws {
        try await withBackend(MockBackendConfiguration(recordedRequests: 3)) { backend in
            let client = try RawClient(port: backend.port)
            for number in 0..<5 { _ = client.chat(chatBody("n\(number)"), headers: ["X-Number: \(number)"]) }
            let requests = backend.requests()
            #expect(requests.map { $0.header("x-number") } == ["2", "3", "4"])
            #expect(requests.last?.method == "POST")
            #expect(requests.last?.path == "/v1/chat/completions")
            #expect(requests.last?.headers.contains { $0.name == "X-Number" } == true)
            #expect(requests.last.map { String(decoding: $0.body, as: UTF8.self) } == chatBody("n4"))
            #expect(backend.counters.requests == 5)
        }
    }
}
