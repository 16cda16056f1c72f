import NIOCore
import Testing
import Wire

@testable import Control

@Suite struct RefusalTests {
    /// A body and the code it is refused with.
    static let bodies: [(String, String)] = [
        ("", "INVALID_INPUT"), ("{", "INVALID_INPUT"), ("[]", "INVALID_INPUT"), ("{}", "INVALID_INPUT"),
        (#"{"text":""}"#, "INVALID_INPUT"), (#"{"text":"  "}"#, "INVALID_INPUT"), (#"{"text":7}"#, "INVALID_INPUT"),
        (#"{"messages":[]}"#, "INVALID_INPUT"), (#"{"messages":"x"}"#, "INVALID_INPUT"),
        (#"{"text":"a","text":"b"}"#, "INVALID_INPUT"), (#"{"text":"a","metadata":{"a":1}}"#, "INVALID_INPUT"),
        (#"{"text":"a","options":[]}"#, "INVALID_INPUT"), (#"{"text":"a","options":{"trace":1}}"#, "INVALID_INPUT"),
        (#"{"text":"a","options":{"confidence_threshold":2}}"#, "INVALID_INPUT"),
        (#"{"text":"a","options":{"surprise":true}}"#, "INVALID_INPUT"),
        (#"{"text":"a","model":"gpt-unknown"}"#, "INVALID_ROUTING_MODEL"),
    ]

    @Test func wrongBodies() async throws {
        try await withServer { http async throws in
            for path in ["/api/v1/eval", "/api/v1/classify/intent"] {
                for (body, code) in Self.bodies {
                    let response = try await http.send("POST", path, body: body)
                    #expect(response.status == 400, "\(path) \(body)")
                    #expect(response.errorCode == code, "\(path) \(body): \(response.text)")
                }
            }
            let trace = try await http.send("POST", "/api/v1/eval?trace=maybe", body: #"{"text":"a"}"#)
            #expect(trace.errorCode == "INVALID_INPUT")
        }
    }

    @Test func errorsHaveCodeMessageTimestampAndRequestID() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/nowhere", headers: [("X-Request-Id", "abc-1.2:3")])
            #expect(response.status == 404)
            let error = try response.json["error"]
            #expect(error?["code"] == "NOT_FOUND")
            #expect(error?["request_id"] == "abc-1.2:3")
            #expect(error?["message"]?.string?.isEmpty == false)
            #expect(error?["timestamp"]?.string?.hasSuffix("Z") == true)
            #expect(response.headers["x-request-id"] == "abc-1.2:3")
        }
    }

    @Test func requestIDsAreGeneratedForHarmfulOnes() async throws {
        try await withServer { http async throws in
            for given in ["a b", "<script>", String(repeating: "x", count: 129), "\"q\""] {
                let id = try await http.send("GET", "/health", headers: [("X-Request-Id", given)])
                    .headers["x-request-id"]
                #expect(id?.hasPrefix("req-") == true)
            }
            let first = try await http.send("GET", "/health").headers["x-request-id"]
            let second = try await http.send("GET", "/health").headers["x-request-id"]
            #expect(first != second)
        }
    }

    @Test func wrongMethods() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/api/v1/eval")
            #expect(response.status == 405)
            #expect(response.errorCode == "METHOD_NOT_ALLOWED")
            #expect(response.headers["allow"] == "POST")
            #expect(try await http.send("DELETE", "/config/router").status == 405)
            #expect(try await http.send("GET", "/health/").status == 200)
        }
    }

    @Test func largeBodies() async throws {
        try await withServer({ $0.maximumBodyBytes = 1_000 }) { http async throws in
            let fits = #"{"text":""# + String(repeating: "a", count: 989) + #""}"#
            #expect(fits.utf8.count == 1_000)
            #expect(try await http.send("POST", "/api/v1/eval", body: fits).status == 200)
            let declared = try await http.send("POST", "/api/v1/eval", body: fits + " ")
            #expect(declared.status == 413)
            #expect(declared.errorCode == "REQUEST_BODY_TOO_LARGE")
            let chunked = try await http.send(
                "POST", "/api/v1/eval",
                headers: [("Transfer-Encoding", "chunked")], chunks: [fits, " "])
            #expect(chunked.status == 413)
            #expect(chunked.errorCode == "REQUEST_BODY_TOO_LARGE")
        }
    }

    @Test func tenMebibytesIsTheLimit() {
        #expect(ManagementConfiguration().maximumBodyBytes == 10 * 1_024 * 1_024)
    }

    @Test func endlessBodiesAreCutOff() async throws {
        try await withServer({ $0.maximumBodyBytes = 1_000 }) { http async throws in
            let head = "POST /api/v1/eval HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"
            // The refusal arrives, and the connection ends although the body never does.
            let received = try await http.receive(after: Array(head.utf8) + [UInt8](repeating: 97, count: 1_500_000))
            #expect(received.count < 2_000)
        }
    }

    @Test func slowRequestsAreCutOff() async throws {
        try await withServer({ $0.timeLimits.read = .milliseconds(100) }) { http async throws in
            for bytes in [
                "POST /api/v1/eval HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{", "GET /hea", "",
            ] {
                let received = try await http.receive(after: Array(bytes.utf8))
                #expect(!String(decoding: received, as: UTF8.self).contains("200 OK"))
            }
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        try await withServer({ $0.timeLimits.idle = .milliseconds(50) }) { http async throws in
            let response = try await http.exchange(Array("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            #expect(response.status == 200)
        }
    }

    @Test func malformedRequests() async throws {
        try await withServer { http async throws in
            let response = try await http.exchange(Array("GET /health HTTP/1.1\r\nHost localhost\r\n\r\n".utf8))
            #expect(response.status == 400)
        }
    }
}

extension RawHTTP {
    /// Sends a request whose body comes in chunks.
    func send(
        _ method: String, _ target: String, headers: [(String, String)], chunks: [String]
    ) async throws -> RawResponse {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "\r\n"
        for chunk in chunks { text += String(chunk.utf8.count, radix: 16) + "\r\n\(chunk)\r\n" }
        return try await exchange(Array((text + "0\r\n\r\n").utf8))
    }
}

@Suite struct RequestTimeStateTests {
    @Test func phasesOfAnExchange() {
        let limits = RequestTimeLimits()
        var state = RequestTimeState()
        #expect(state.phase == .opening)
        #expect(state.limit(limits) == .seconds(30))
        state.requestBegan()
        #expect(state.phase == .reading)
        #expect(state.limit(limits) == .seconds(30))
        state.requestEnded()
        #expect(state.phase == .answering)
        #expect(state.limit(limits) == .minutes(2))
        state.answerEnded()
        #expect(state.phase == .idle)
        #expect(state.limit(limits) == .seconds(60))
    }

    @Test func anEarlyAnswerDoesNotEndTheReading() {
        var state = RequestTimeState()
        state.requestBegan()
        state.answerEnded()
        #expect(state.phase == .reading)
        state.requestEnded()
        #expect(state.phase == .idle)
    }

    @Test func pipelinedRequests() {
        var state = RequestTimeState()
        state.requestBegan()
        state.requestEnded()
        state.requestBegan()
        state.requestEnded()
        state.answerEnded()
        #expect(state.phase == .answering)
        state.answerEnded()
        #expect(state.phase == .idle)
    }
}
