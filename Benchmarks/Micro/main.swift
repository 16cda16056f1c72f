import Evidence
import Exchange
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Policy
import Routing
import Wire

/// What one request costs inside the router, part by part.
func generation(_ yaml: String) throws -> RouterGeneration {
    let families = PolicyFamilies(
        signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
    let loaded = PolicyLoader(families: families).load(bytes: Array(yaml.utf8), environment: { _ in nil })
    return try RouterGeneration(
        loaded, number: 1, resources: EvidenceResources(languageModel: nil), environment: { _ in nil })
}

if CommandLine.arguments.dropFirst().first == "encoder" {
    try await EncoderBenchmark(arguments: Array(CommandLine.arguments.dropFirst(2))).run()
    exit(0)
}

if CommandLine.arguments.dropFirst().first == "cache" {
    try CacheBenchmark.run(Array(CommandLine.arguments.dropFirst(2)))
    exit(0)
}

if CommandLine.arguments.dropFirst().first == "cache-index" {
    try CacheIndexBenchmark.run(Array(CommandLine.arguments.dropFirst(2)))
    exit(0)
}

if CommandLine.arguments.dropFirst().first == "sessions" {
    try SessionsBenchmark.run()
    exit(0)
}

let prompt = SyntheticPolicy.prompt
let body = JSON.object([
    ("model", "auto"), ("messages", .array([.object([("role", "user"), ("content", .string(prompt))])])),
    ("temperature", 0.2), ("stream", true),
]).serialized()
let request = try ChatRequest.parse(body)
let agent = try generation(SyntheticPolicy.agentSized)

print("prompt: \(prompt.utf8.count) bytes; body: \(body.count) bytes\n")
print(Measurement.header)
print(try Measurement.of("parse a chat request") { _ = try ChatRequest.parse(body) }.row)
print(
    try Measurement.of("change the model in its body") {
        var editor = JSONEditor(request.document)
        try editor.set(path: ["model"], to: .string("large"))
        _ = editor.apply()
    }.row)
let recipe = agent.recipes[0]
print(
    Measurement.of("read all signals, agent-sized policy") {
        var reader = recipe.evidence.begin(EvidenceRequest(conversation: request.conversation, identity: nil))
        _ = reader.read(Array(recipe.evidence.catalog.entries.indices))
    }.row)
print(
    Measurement.of("signals, projections, decision, agent-sized policy") {
        _ = recipe.evaluateWithoutModels(request.conversation, seed: 1)
    }.row)
print(
    Measurement.of("the same with an explanation") {
        _ = recipe.evaluateWithoutModels(request.conversation, seed: 1, readingEverything: true).explain()
    }.row)
let router = Router(agent, logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() })
let head = RequestHead(method: .POST, target: "/v1/chat/completions", headers: [:])
let loop = MultiThreadedEventLoopGroup.singleton.next()
print(
    Measurement.of("a request from its body to the door, no stage active") {
        if case .forward(let exchange) = router.begin(head, body: ByteBuffer(bytes: body), on: loop) {
            exchange.finished()
        }
    }.row)
print("")
for count in [10, 100, 1_000, 10_000] {
    let recipe = try generation(SyntheticPolicy.keywords(count)).recipes[0]
    print(
        Measurement.of("decision over \(count) keywords") {
            _ = recipe.evaluateWithoutModels(request.conversation, seed: 1)
        }.row)
}
print("")
let yaml = Array(SyntheticPolicy.agentSized.utf8)
let families = PolicyFamilies(
    signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
print(
    Measurement.of("load and check an agent-sized policy") {
        _ = PolicyLoader(families: families).load(bytes: yaml, environment: { _ in nil })
    }.row)
