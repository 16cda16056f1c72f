import Evidence
import Exchange
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Policy
import Routing
import State

/// What choosing and guarding cost with many candidates and many sessions, and what sessions take of memory.
enum SessionsBenchmark {
    static func run() throws {
        // First, while no memory that was freed can hide what is used.
        try memory()
        print("")
        print(Measurement.header)
        for candidates in [1, 2, 10, 50] {
            for isLearning in [false, true] {
                let name =
                    "a request, \(candidates) candidates, \(isLearning ? "learning, 100,000 sessions" : "no learning")"
                print(try request(name, candidates: candidates, sessions: isLearning ? 100_000 : nil).row)
            }
        }
        // Up to the plan: what the client waits for before its request goes out.
        print(try request("until the plan, 1 candidate, no learning", candidates: 1, sessions: nil, isWhole: false).row)
        print(
            try request(
                "until the plan, 10 candidates, learning, 100,000 sessions", candidates: 10, sessions: 100_000,
                isWhole: false
            ).row)
        print(try request("the same with 1,000,000 sessions", candidates: 10, sessions: 1_000_000).row)
    }

    /// A whole request inside the router, from its bytes to the plan and the end of its exchange, by a session of many.
    private static func request(
        _ name: String, candidates: Int, sessions: Int?, isWhole: Bool = true
    ) throws -> Measurement {
        let memory = RouterMemory(sessions: BoundedSessionMemory(limit: 2_000_000))
        let families = PolicyFamilies(
            signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
        let yaml = policy(candidates: candidates, isLearning: sessions != nil)
        let loaded = PolicyLoader(families: families).load(bytes: Array(yaml.utf8), environment: { _ in nil })
        let generation = try RouterGeneration(
            loaded, number: 1, resources: EvidenceResources(), memory: memory, environment: { _ in nil })
        let router = Router(generation, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let body = ByteBuffer(
            string: #"{"model":"auto","messages":[{"role":"user","content":"How do I get to the station?"}]}"#)
        var generator = SplitMix64(seed: 3)
        func once(_ number: UInt64, isWhole: Bool = true) {
            let headers: HTTPHeaders = [
                "content-type": "application/json", "x-session-id": "session-\(number)", "x-conversation-id": "1",
            ]
            let head = RequestHead(method: .POST, target: "/v1/chat/completions", headers: headers)
            guard case .forward(let exchange) = router.begin(head, body: body, on: loop), isWhole else { return }
            _ = exchange.nextAttempt(after: nil)
            _ = exchange.responseHead(status: 200, headers: ["content-type": "application/json"])
            _ = exchange.responseEnd(.complete)
            exchange.finished()
        }
        for number in 0..<UInt64(sessions ?? 0) { once(number) }
        return Measurement.of(name) { once(generator.next() % UInt64(sessions ?? 1), isWhole: isWhole) }
    }

    private static func policy(candidates: Int, isLearning: Bool) -> String {
        let names = (0..<candidates).map { "model\($0)" }
        let providers = names.enumerated().map { index, name in
            "    - {name: \(name), backend_refs: [{endpoint: '127.0.0.1:9000', weight: 1}], "
                + "pricing: {currency: USD, prompt_per_1m: \(Double(index + 1) / 10), completion_per_1m: \(index + 1)}}"
        }
        return """
            version: v0.3
            providers:
              defaults: {default_model: model0}
              models:
            \(providers.joined(separator: "\n"))
            routing:
              modelCards: [\(names.map { "{name: \($0), quality_score: 0.6}" }.joined(separator: ", "))]
              signals:
                keywords: [{name: travel, operator: OR, keywords: [station]}]
              decisions:
                - name: travel
                  rules: {operator: AND, conditions: [{type: keyword, name: travel}]}
                  modelRefs: [\(names.map { "{model: \($0)}" }.joined(separator: ", "))]
                  algorithm: {type: multi_factor}
            global: {router: {learning: {enabled: \(isLearning)}}}
            """
    }

    private static func memory() throws {
        let memory = BoundedSessionMemory(limit: 1_000_000)
        let before = residentBytes()
        var generator = SplitMix64(seed: 1)
        for number in 0..<2_000_000 {
            memory.update(SessionKey(high: generator.next(), low: generator.next())) {
                $0 = SessionState(model: "model\(number % 10)", decision: "travel", lastSeen: Double(number))
            }
        }
        let used = residentBytes() - before
        print(
            "2,000,000 sessions seen, at most 1,000,000 kept: \(memory.count) are, in \(used >> 20) MiB, "
                + "\(used / max(1, memory.count)) bytes each")
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (Int(text.split(separator: " ")[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
