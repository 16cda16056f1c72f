import ArgumentParser
import Exchange
import Foundation
import Wire

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show how a request would be decided. Calls no model.",
        discussion: """
            Takes a prompt, or a request in the form of POST /v1/chat/completions with --request ("-" reads standard \
            input). Shows what every signal saw, why each decision won or lost, and the model.
            """)

    @Argument(help: "The prompt.")
    var prompt: String?

    @Option(help: "A file with a request as JSON; - is standard input.", completion: .file(extensions: ["json"]))
    var request: String?

    @Option(help: "The policy file; the demo's when not given.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "The model name that the client asks for; it chooses the recipe.")
    var model: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (prompt == nil) != (request == nil) else {
            throw ValidationError("give either a prompt or --request FILE")
        }
    }

    func run() async throws {
        let generation = try OfflineGeneration.load(config)
        let body: [UInt8]
        if let request {
            let contents =
                request == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: request)
            guard let contents else { throw StartupError(message: "\(request): cannot be read") }
            body = [UInt8](contents)
        } else {
            var members: [(String, JSON)] = [("text", .string(prompt ?? ""))]
            if let model { members.append(("model", .string(model))) }
            body = JSON.object(members).serialized()
        }
        let conversation: Conversation
        do throws(WireError) {
            conversation = try ChatRequest.parse(body, options: .evaluation).conversation
        } catch {
            throw StartupError(message: "the request cannot be read: \(error)")
        }
        guard
            let evaluation = await generation.evaluate(conversation, identity: nil, seed: 0, readingEverything: true)
        else {
            throw StartupError(
                message: "\"\(conversation.model)\" is not routed: it is a model of its own or unknown. Routed names: "
                    + generation.directory.listings.filter(\.isVirtual).map(\.id).joined(separator: ", "))
        }
        let report = EvaluationReport(evaluation, of: conversation, policy: generation.policy)
        if json {
            print(report.explanationAnswer().text(pretty: true))
        } else {
            print(report.explanationText(usesColour: isatty(STDOUT_FILENO) == 1))
        }
    }
}
