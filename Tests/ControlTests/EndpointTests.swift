import Evidence
import Exchange
import Policy
import Testing
import Wire

@testable import Control

@Suite struct EndpointTests {
    @Test func health() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/health")
            #expect(response.status == 200)
            #expect(try response.json == ["status": "healthy", "service": "classification-api"])
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["cache-control"] == "no-store")
        }
    }

    @Test(arguments: ["/ready", "/startup-status"]) func readiness(path: String) async throws {
        var source = FixedSource()
        source.generation.readiness = ReadinessReport(
            missing: [.init(family: "jailbreak", signals: ["strict"], isSafety: true)],
            unavailable: [
                Diagnostic(
                    .warning, .unavailable, "not built yet", at: SourcePosition(line: 7, column: 3),
                    path: PolicyPath([.key("routing"), .key("decisions"), .index(0)]))
            ])
        try await withServer(source: source) { http async throws in
            let response = try await http.send("GET", path)
            #expect(response.status == 200)
            let body = try response.json
            #expect(body["ready"] == true)
            #expect(body["phase"] == "ready")
            #expect(body["generation"] == 3)
            #expect(body["updated_at"] == "2023-11-14T22:13:20Z")
            #expect(
                body["missing_models"] == [["family": "jailbreak", "signals": ["strict"], "safety": true]])
            #expect(
                body["unavailable"] == [
                    [
                        "code": "unavailable", "path": "routing.decisions[0]", "line": 7, "message": "not built yet",
                    ]
                ])
        }
        source.startupStatus = StartupStatus(
            phase: .loadingModels, message: "loading", pendingModels: ["encoder"], updatedAt: 0)
        try await withServer(source: source) { http async throws in
            let response = try await http.send("GET", path)
            #expect(response.status == 503)
            #expect(try response.json["ready"] == false)
            #expect(try response.json["pending_models"] == ["encoder"])
        }
    }

    @Test func metrics() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/metrics")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(response.text == "# TYPE x counter\nx 1\n")
        }
    }

    @Test func catalogueListsEveryEndpoint() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/api/v1")
            #expect(response.status == 200)
            let paths = try response.json["endpoints"]?.array?.compactMap { $0["path"]?.string }
            #expect(paths == Endpoints.all.map(\.path))
            #expect(try response.json["task_types"]?[0]?["name"] == "intent")
        }
    }

    @Test func evaluation() async throws {
        try await withServer { http async throws in
            let plain = try await http.send("POST", "/api/v1/eval", body: #"{"text":"Please debug this"}"#)
            #expect(plain.status == 200)
            let body = try plain.json
            #expect(body["routing_decision"] == "code")
            #expect(body["selected_model"] == "coder")
            #expect(body["original_text"] == "Please debug this")
            #expect(body["decision_result"]?["unmatched_signals"] == ["keywords": ["unused"]])
            #expect(body["eval_trace"] == nil)
            let traced = try await http.send("POST", "/api/v1/eval?trace=true", body: #"{"text":"hello"}"#)
            #expect(try traced.json["routing_decision"] == "rest")
            #expect(try traced.json["eval_trace"]?.array?.count == 2)
            let option = try await http.send(
                "POST", "/api/v1/eval", body: #"{"text":"hello","options":{"trace":true}}"#)
            #expect(try option.json["eval_trace"]?.array?.count == 2)
            let chat = try await http.send(
                "POST", "/api/v1/eval",
                body: #"{"model":"auto","messages":[{"role":"user","content":"debug"}],"metadata":{"a":"b"}}"#)
            #expect(try chat.json["requested_model"] == "auto")
            #expect(try chat.json["routing_decision"] == "code")
        }
    }

    @Test func intent() async throws {
        try await withServer { http async throws in
            let lazy = try await http.send("POST", "/api/v1/classify/intent", body: #"{"text":"debug"}"#)
            #expect(lazy.status == 200)
            #expect(try lazy.json["classification"]?["category"] == "code")
            #expect(try lazy.json["recommended_model"] == "coder")
            #expect(try lazy.json["unknown_signals"] == ["keyword:unused": "not_read"])
            #expect(try lazy.json["explanation"] == nil)
            let full = try await http.send(
                "POST", "/api/v1/classify/intent",
                body: #"{"text":"debug","options":{"evaluate_all_signals":true,"include_explanation":true}}"#)
            #expect(try full.json["unknown_signals"] == [:])
            #expect(try full.json["explanation"]?["outcome"]?["decision"] == "code")
        }
    }

    @Test func configuration() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/config/router")
            #expect(response.status == 200)
            #expect(response.headers["etag"] == "\"a1b2\"")
            #expect(try response.json[0]?["path"] == "version")
        }
    }

    @Test(arguments: [("a1b2", "active"), ("ffff", "pending"), (nil, "unknown")] as [(String?, String)])
    func hash(file: String?, status: String) async throws {
        var source = FixedSource()
        source.configurationFileHash = file
        try await withServer(source: source) { http async throws in
            let body = try await http.send("GET", "/config/hash").json
            #expect(body["hash"] == .string(file ?? ""))
            #expect(body["active_hash"] == "a1b2")
            #expect(body["status"] == .string(status))
        }
    }

    @Test func models() async throws {
        var source = FixedSource()
        source.generation.readiness = ReadinessReport(missing: [.init(family: "domain", signals: ["law", "math"])])
        source.signalModels = [
            LoadedModel(
                name: "encoder", heads: [.init(name: "jailbreak", labels: ["a", "b"], strength: ["recall": 0.9])])
        ]
        try await withServer(source: source) { http async throws in
            #expect(try await http.send("GET", "/v1/models").json == ["object": "list", "data": []])
            let info = try await http.send("GET", "/info/models").json
            #expect(info["models"]?.array?.map { $0["state"] } == ["loaded", "missing"])
            #expect(info["models"]?[0]?["heads"]?[0]?["strength"] == ["recall": 0.9])
            #expect(info["models"]?[1]?["categories"] == ["law", "math"])
            #expect(info["summary"]?["loaded_models"] == 1)
            #expect(info["summary"]?["total_models"] == 2)
            #expect(info["system"]?["gpu_available"] == false)
        }
    }
}
