import Policy
import Testing
import Wire

@testable import Evidence

/// An external model at a fixed place.
func remoteModel(_ change: (inout ExternalModel) -> Void = { _ in }) -> ExternalModel {
    var model = ExternalModel()
    model.modelName = "guard-1"
    model.endpoint.address = "guard.internal"
    model.endpoint.port = 8000
    change(&model)
    return model
}

/// A chat completion that says something.
func chatReply(_ text: String, finish: String = "stop") -> [UInt8] {
    JSON.object([
        (
            "choices",
            [.object([("message", .object([("content", .string(text))])), ("finish_reason", .string(finish))])]
        )
    ]).serialized()
}

func remoteCode(_ body: () throws(RemoteModelError) -> Void) -> RemoteModelError.Code? {
    do throws(RemoteModelError) { try body() } catch { return error.code }
    return nil
}

@Suite struct RemoteScoresTests {
    private func classifier() throws -> RemoteScoresProtocol {
        try RemoteScoresProtocol(remoteModel(), labels: ["benign", "jailbreak"])
    }

    @Test func asks() throws {
        let request = try classifier().request(for: "say \"hi\"\n")
        #expect(request.url == "http://guard.internal:8000/classify")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"inputs":"say \"hi\"\n"}"#)
        #expect(request.timeout == .seconds(5) && request.key.isEmpty)
    }

    @Test func readsScoresInTheOrderOfTheLabels() throws {
        let body = #"[{"label":"jailbreak","score":0.93},{"label":"benign","score":0.07,"extra":1}]"#
        #expect(try classifier().probabilities(status: 200, body: Array(body.utf8)) == [0.07, 0.93])
        for body in [
            #"[{"label":"jailbreak","score":1},{"label":"benign","score":0}]"#,
            #"[{"label":"jailbreak","score":0.5},{"label":"benign","score":0.52}]"#,
            #"[{"label":"jailbreak","score":0.5},{"label":"benign","score":0.48}]"#,
        ] {
            #expect(try classifier().probabilities(status: 200, body: Array(body.utf8)).count == 2)
        }
    }

    @Test(arguments: [
        (#"[{"label":"jailbreak","score":0.5},{"label":"benign","score":0.53}]"#, RemoteModelError.Code.scoreSum),
        (#"[{"label":"jailbreak","score":0.5},{"label":"benign","score":0.47}]"#, .scoreSum),
        (#"[{"label":"jailbreak","score":1}]"#, .missingLabel), ("[]", .missingLabel),
        (#"[{"label":"jailbreak","score":0.5},{"label":"jailbreak","score":0.5}]"#, .duplicateLabel),
        (#"[{"label":"JAILBREAK","score":0.5},{"label":"benign","score":0.5}]"#, .unknownLabel),
        (#"[{"label":"jailbreak","score":1.1},{"label":"benign","score":-0.1}]"#, .scoreOutOfRange),
        (#"[{"label":"jailbreak","score":1e999},{"label":"benign","score":0}]"#, .scoreOutOfRange),
        (#"[{"label":"jailbreak","score":"1"},{"label":"benign","score":0}]"#, .unexpectedShape),
        (#"[{"label":"jailbreak"}]"#, .unexpectedShape), (#"[[{"label":"jailbreak","score":1}]]"#, .unexpectedShape),
        (#"{"label":"jailbreak","score":1}"#, .unexpectedShape), ("", .invalidJSON), ("[NaN]", .invalidJSON),
        (String(repeating: "[", count: 10_000), .invalidJSON),
    ])
    func refuses(_ body: String, _ code: RemoteModelError.Code) throws {
        let classifier = try classifier()
        let found = remoteCode { () throws(RemoteModelError) in
            _ = try classifier.probabilities(status: 200, body: Array(body.utf8))
        }
        #expect(found == code)
    }

    @Test func statusComesFirst() throws {
        let classifier = try classifier()
        for (status, isRetryable) in [(503, true), (429, true), (408, true), (500, true), (400, false), (302, false)] {
            do throws(RemoteModelError) {
                _ = try classifier.probabilities(status: status, body: [])
                Issue.record("\(status) was accepted")
            } catch {
                #expect(error.code == .badStatus && error.status == status && error.isRetryable == isRetryable)
                #expect(error.signalCode == "classifier_evaluation_failed")
            }
        }
    }

    @Test func bodiesAreBounded() throws {
        let classifier = try classifier()
        let text = String(repeating: "x", count: RemoteRequest.byteLimit)
        #expect(
            remoteCode { () throws(RemoteModelError) in _ = try classifier.request(for: text) } == .requestTooLarge)
        let body = [UInt8](repeating: UInt8(ascii: " "), count: RemoteRequest.byteLimit + 1)
        let found = remoteCode { () throws(RemoteModelError) in
            _ = try classifier.probabilities(status: 200, body: body)
        }
        #expect(found == .responseTooLarge)
    }

    @Test func codesAreStable() {
        #expect(Set(RemoteModelError.Code.allCases.map(\.rawValue)).count == RemoteModelError.Code.allCases.count)
        #expect(RemoteModelError(.scoreSum, "").signalCode == "classifier_invalid_score")
        #expect(RemoteModelError(.badStatus, "no", status: 500).description == "no [bad_status]")
    }
}

@Suite struct RemotePlaceTests {
    private func url(_ change: (inout ExternalModel) -> Void) throws -> String {
        try RemoteScoresProtocol(remoteModel(change), labels: ["a"]).request(for: "x").url
    }

    @Test func modelsOfAPlace() throws {
        #expect(try url { $0.endpoint.transport = .https } == "https://guard.internal:8000/classify")
        #expect(try url { $0.endpoint.port = 0 } == "http://guard.internal/classify")
        #expect(try url { $0.endpoint.address = "2001:db8::1" } == "http://[2001:db8::1]:8000/classify")
        #expect(try url { $0.endpoint.address = "[::1]" } == "http://[::1]:8000/classify")
    }

    @Test(arguments: ["", "http://host", "host/path", "user@host", "ho st", "host\r\nx", "hôst", "host?x", "a%41"])
    func refusesAddresses(_ address: String) {
        let code = remoteCode { () throws(RemoteModelError) in
            _ = try RemoteScoresProtocol(remoteModel { $0.endpoint.address = address }, labels: ["a"])
        }
        #expect(code == .invalidSettings)
    }

    @Test func settingsOfTheModelHold() throws {
        let model = remoteModel {
            $0.timeoutSeconds = 9
            $0.accessKey = Secret("s3cret")
        }
        let request = try RemoteScoresProtocol(model, labels: ["a"]).request(for: "x")
        #expect(request.timeout == .seconds(9) && request.key.reveal() == "s3cret")
        #expect(!"\(request)".contains("s3cret"))
        for labels in [[], ["a", "a"], [""]] {
            let code = remoteCode { () throws(RemoteModelError) in
                _ = try RemoteScoresProtocol(model, labels: labels)
            }
            #expect(code == .invalidSettings)
        }
        let code = remoteCode { () throws(RemoteModelError) in
            _ = try RemoteScoresProtocol(remoteModel { $0.accessKey = Secret("a\r\nb: c") }, labels: ["a"])
        }
        #expect(code == .invalidSettings)
    }

    @Test(arguments: [
        (#"{"label_to_idx":{"benign":0,"jailbreak":1}}"#, ["benign", "jailbreak"]),
        (#"{"id_to_label":{"1":"jailbreak","0":"benign"},"label_to_id":{"benign":0}}"#, ["benign", "jailbreak"]),
        (#"{"idx_to_category":{"0":"law"},"category_to_idx":{"law":0,"math":1}}"#, ["law", "math"]),
    ])
    func readsMappings(_ text: String, _ labels: [String]) throws {
        #expect(try RemoteLabelMapping(parsing: Array(text.utf8)).labels == labels)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"label_to_idx":{"a":1}}"#, #"{"label_to_idx":{"a":0,"b":0}}"#,
        #"{"label_to_idx":{"a":0},"idx_to_label":{"0":"b"}}"#, #"{"label_to_idx":{"a":0,"b":2}}"#,
        #"{"label_to_idx":{"a":"0"}}"#, #"{"idx_to_label":{"x":"a"}}"#, #"{"label_to_idx":{"classification_error":0}}"#,
        #"{"label_to_idx":{"a":-1}}"#, #"{"label_to_idx":{"":0}}"#,
    ])
    func refusesMappings(_ text: String) {
        #expect(
            remoteCode { () throws(RemoteModelError) in _ = try RemoteLabelMapping(parsing: Array(text.utf8)) } != nil)
    }
}
