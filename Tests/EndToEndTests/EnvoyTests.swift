import Foundation
import Synchronization
import Testing

/// Martlet beside the real Envoy.
@Suite(
    .serialized, .blocking,
    .enabled(if: EnvoyProcess.binary != nil, "run Scripts/prepare test to install Envoy"))
struct EnvoyTests {
    /// Martlet's processes and a recording backend, which all tests of this suite share.
    private struct House {
        let backend: RecordingBackend
        let martlet: MartletProcess
        let extProcPort: Int

        init() throws {
            backend = try RecordingBackend()
            extProcPort = try Socket.freePort()
            martlet = try MartletProcess.serve(
                fixture: "gateway.yaml", backend: backend.port, arguments: ["--ext-proc-port", "\(extProcPort)"])
        }

        func envoy(_ modes: EnvoyProcess.Modes = .init()) throws -> EnvoyProcess {
            try EnvoyProcess(
                fixture: "gateway.yaml", backend: backend.port, extProcPort: extProcPort, modes: modes)
        }
    }

    private static let house = Result { try House() }
    private static let buffered = Result { try house.get().envoy() }

    @Test(.timeLimit(.minutes(1)), arguments: EnvoyProcess.Modes.routing)
    func everyBodyModeRoutes(_ modes: EnvoyProcess.Modes) throws {
        let house = try Self.house.get()
        let envoy = try house.envoy(modes)
        let long = String(repeating: "All work and no play. ", count: 8_000)
        for prompt in ["Prove it.", "\(long) Prove it."] {
            let reply = try envoy.chat(prompt)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.decision == "hard")
            #expect(reply.model == "large")
            #expect(reply["x-vsr-response-path"] == "upstream")
            #expect(reply.message["content"] as? String == "An answer.")
            let received = try house.backend.lastRequest()
            #expect(received["x-selected-model"] == "large")
            #expect(received.text.contains("\"model\":\"vendor/large-2\""))
            #expect(received.text.contains(prompt))
        }
        let fast = try envoy.chat("xyzzy")
        #expect(fast["x-vsr-response-path"] == "fast_response")
        #expect(fast.message["content"] as? String == RoutingTests.refusal)
        #expect(try envoy.chat("Hello.", model: "no-such-model").errorCode == "model_not_found")
    }

    /// What must not differ between the doors.
    private struct Outcome: Equatable {
        var status: Int
        var headers: [String]
        var body: String
        var received: String
        var seen: [String]

        init(_ reply: HTTPReply, _ received: ReceivedRequest?) {
            status = reply.status
            headers = reply.headers.filter { $0.name.hasPrefix("x-vsr-") }.map { "\($0.name): \($0.value)" }.sorted()
            body = reply.text.replacing(/chatcmpl-fast-[0-9]+|"created":[0-9]+/, with: "")
            self.received = received?.text ?? ""
            let routed = [
                "x-selected-model", "authorization", "accept-encoding", "x-custom", "x-authz-user-id", "cookie",
            ]
            seen = routed.map { "\($0): \(received?[$0] ?? "-")" }
        }
    }

    private static let requests: [(body: String, headers: [(String, String)])] =
        LosslessTests.bodies.map { ($0.replacingOccurrences(of: "MODEL", with: "auto"), [("x-custom", "kept")]) } + [
            (#"{"model":"auto","messages":[{"role":"user","content":"Prove it."}]}"#, [("x-vsr-debug", "true")]),
            (#"{"model":"auto","messages":[{"role":"user","content":"xyzzy"}],"stream":true}"#, []),
            (#"{"model":"small","messages":[{"role":"user","content":"Prove it."}]}"#, []),
            (#"{"model":"auto","messages":"text"}"#, []), ("{\"model\":", []), ("", []),
            (#"{"messages":[{"role":"user","content":"no model"}]}"#, []),
            (
                #"{"model":"auto","messages":[{"role":"user","content":"Hi"}]}"#,
                [
                    ("authorization", "Bearer client"), ("x-authz-user-id", "mallory"), ("x-selected-model", "large"),
                    ("x-vsr-selected-model", "large"), ("cookie", "a=b"), ("accept-encoding", "gzip"),
                ]
            ),
        ]

    @Test(.timeLimit(.minutes(1)), arguments: requests.indices)
    func bothDoorsDoTheSame(_ index: Int) throws {
        let (body, headers) = Self.requests[index]
        let house = try Self.house.get()
        func outcome(_ port: Int) throws -> Outcome {
            let before = house.backend.requests.count
            let reply = try HTTPConnection(port: port).request(
                "POST", "/v1/chat/completions", headers: headers, body: Array(body.utf8))
            return Outcome(reply, house.backend.requests.count > before ? try house.backend.lastRequest() : nil)
        }
        #expect(try outcome(Self.buffered.get().port) == outcome(house.martlet.port))
    }

    @Test(.timeLimit(.minutes(1))) func modelsAreListedAndOtherPathsPass() throws {
        let house = try Self.house.get()
        let envoy = try Self.buffered.get()
        let list = try envoy.connection().request("GET", "/v1/models")
        #expect(list.status == 200)
        #expect(list.text == (try house.martlet.get("/v1/models").text))
        let other = try envoy.connection().request(
            "POST", "/elsewhere", headers: [("x-selected-model", "large")], body: Array("not json".utf8))
        #expect(other.status == 200)
        #expect(other["x-vsr-schema-version"] == nil)
        let received = try house.backend.lastRequest()
        #expect(received.target == "/elsewhere")
        #expect(received["x-selected-model"] == nil)
        #expect(received.text == "not json")
    }

    @Test(.timeLimit(.minutes(1))) func theAccessLogGetsTheDecision() throws {
        let envoy = try Self.buffered.get()
        #expect(try envoy.chat("Describe the architecture.").status == 200)
        try Deadline(15).poll("the access log") {
            let log = (try? Surroundings.text(envoy.accessLog)) ?? ""
            return log.contains("200 hard large") ? true : nil
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1_000_000, 10 * 1024 * 1024])
    func largeBodiesArriveWhole(_ size: Int) throws {
        let house = try Self.house.get()
        let head = #"{"model":"auto","messages":[{"role":"user","content":"Prove "#
        let body = head + String(repeating: "w", count: size - head.utf8.count - 4) + "\"}]}"
        #expect(body.utf8.count == size)
        let reply = try Self.buffered.get().post(body.utf8)
        #expect(reply.status == 200, "\(reply.text.prefix(200))")
        #expect(reply.model == "large")
        let isSame =
            try house.backend.lastRequest().text == body.replacingOccurrences(of: "auto", with: "vendor/large-2")
        #expect(isSame)
    }

    @Test(.timeLimit(.minutes(1))) func aBodyOverTheLimitIsRefused() throws {
        let body =
            #"{"model":"auto","messages":[{"role":"user","content":""#
            + String(repeating: "w", count: 10 * 1024 * 1024) + "\"}]}"
        let reply = try Self.buffered.get().post(body.utf8)
        #expect(reply.status == 413)
        #expect(reply.errorCode == "body_too_large")
    }

    @Test(.timeLimit(.minutes(1))) func anObservedRequestIsOnlyCounted() throws {
        let house = try Self.house.get()
        let envoy = try house.envoy(.init(request: "STREAMED", isObserver: true))
        let before = try house.martlet.metric("llm_model_requests_total", "small") ?? 0
        let reply = try envoy.chat("Hello.")
        #expect(reply.status == 200)
        #expect(reply["x-vsr-schema-version"] == nil)
        #expect(try house.backend.lastRequest().text.contains("\"model\":\"auto\""))
        try Deadline(10).poll("the request to be counted") {
            try house.martlet.metric("llm_model_requests_total", "small") ?? 0 > before ? true : nil
        }
    }
}
