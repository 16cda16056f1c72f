import Policy
import Testing

@testable import Evidence

@Suite struct RemoteModelChoiceTests {
    private func chooser(_ kind: ModelChooser.Kind) -> ModelChooser {
        var model = ExternalModel()
        model.modelName = "helper"
        model.endpoint.address = "127.0.0.1"
        model.endpoint.port = 9
        return ModelChooser(kind, model: model, candidates: [("small", "Quick answers"), ("large", "Hard problems")])
    }

    private func chat(_ content: String) -> [UInt8] {
        Array(#"{"choices":[{"message":{"content":\#(content.debugDescription)},"finish_reason":"stop"}]}"#.utf8)
    }

    @Test func theHelperSeesInstructionsCandidatesAndTheMessage() throws {
        let asked = try RemoteModelChoiceProtocol(
            chooser(.languageModel(instructions: "Prefer small.")), instructions: "Prefer small.")
        let body = String(decoding: try asked.request(for: "Prove it.").body, as: UTF8.self)
        for part in ["Prefer small.", "- small: Quick answers", "- large: Hard problems", "Prove it.", "json_object"] {
            #expect(body.contains(part), "\(part)")
        }
    }

    @Test func anAnswerMustBeExactlyWhatWasAskedFor() throws {
        let asked = try RemoteModelChoiceProtocol(chooser(.languageModel(instructions: "x")), instructions: "x")
        #expect(
            try asked.probabilities(
                status: 200, body: chat(#"{"selected_model":"large","rationale":"It is hard."}"#)) == [0, 1])
        for wrong in [
            #"{"selected_model":"large","rationale":"x","extra":1}"#, #"{"selected_model":"large"}"#,
            #"{"selected_model":"huge","rationale":"x"}"#, #"{"selected_model":"large","rationale":""}"#,
            "```json\n{\"selected_model\":\"large\",\"rationale\":\"x\"}\n```", "large",
        ] {
            #expect(throws: RemoteModelError.self) { try asked.probabilities(status: 200, body: chat(wrong)) }
        }
        #expect(throws: RemoteModelError.self) { try asked.probabilities(status: 500, body: chat("{}")) }
    }

    @Test func aRoutingServiceIsAskedForTheQuery() throws {
        let service = try RemoteRoutingService(chooser(.service))
        let request = try service.request(for: "Prove it.")
        #expect(request.url == "http://127.0.0.1:9/route")
        #expect(String(decoding: request.body, as: UTF8.self).contains(#""query":"Prove it.""#))
        func chosen(_ body: String) throws -> [Double] {
            try service.probabilities(status: 200, body: Array(body.utf8))
        }
        #expect(try chosen(#"{"selected_model":"small","thinking":"…"}"#) == [1, 0])
        #expect(try chosen(#"{"selected_model":"vendor/large-2"}"#) == [0, 1])
        #expect(throws: RemoteModelError.self) { try chosen(#"{"selected_model":"other"}"#) }
        #expect(throws: RemoteModelError.self) { try chosen("{}") }
    }
}
