import Testing

@testable import Policy

@Suite struct FixtureTests {
    @Test func fixtureLoadsAsWritten() throws {
        let loaded = load(Fixture.text)
        // What is read but not built is said at its place, and nothing else is.
        #expect(
            loaded.diagnostics.map { "\($0.code.rawValue) \($0.path)" } == [
                "unavailable providers.models[0].reliability.health_check_path",
                "unavailable routing.decisions[0].output_contract_spec",
                "unavailable routing.decisions[0].candidateIterations",
            ])
        let policy = try #require(loaded.policy)
        #expect(policy.listeners.first?.timeout == .seconds(300))
        #expect(policy.recipes.map(\.name) == ["default", "legal"])
        #expect(policy.recipes.map(\.strategy) == [.confidence, .priority])
        let backends = policy.providers.models[0].backends
        #expect(backends[0].endpoint == BackendEndpoint(scheme: .http, host: "::1", port: 8000))
        #expect(backends[1].name == "backend-2")
        #expect(
            backends[1].endpoint
                == BackendEndpoint(scheme: .https, host: "api.example.com", port: 443, pathPrefix: "/v1"))
        #expect(backends[1].apiKey?.reveal() == "hunter2")
        #expect(policy.providers.models[1].externalID(backendType: "vllm") == "org/large")
        let recipe = policy.recipes[0]
        #expect(recipe.projections.partitions[0].family == "embedding")
        #expect(recipe.projections.mappings[0].slope == 8)
        let decision = recipe.decisions[0]
        #expect(decision.rules?.leaves.map(\.name) == ["code", "light", "hardness:hard", "tone", "BOTH"])
        #expect(decision.rules?.leaves.first?.onUnknown == .noMatch)
        #expect(decision.modelReferences.map(\.effectiveName) == ["small", "law"])
        #expect((decision.algorithm?.configuration as? TestFamilies.Block)?.depth == 2)
        #expect(decision.adaptations.adaptationMode == .bypass)
        #expect(decision.adaptations.protectionMode == .observe)
        #expect(decision.outputContractSpecification?.choices == ["A", "B"])
        #expect(decision.emits.first?.retention.ttlTurns == 3)
        // A domain that nobody declares stands for itself.
        #expect(policy.recipes[1].signals.map(\.family) == ["keyword", "domain"])
        #expect(loaded.origins[PolicyPath([.key("routing"), .key("strategy")])]?.line == 55)
    }

    @Test func hashIsOfTheRawBytes() {
        #expect(
            load("a: ${B}").documentHash == SHA256.hexadecimal(Array("a: ${B}".utf8)))
        #expect(
            SHA256.hexadecimal(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hexadecimal([])
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256.hexadecimal(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    /// Keys under which any name may stand.
    private static let freeParents: Set<String> = [
        "reasoning_families", "external_model_ids", "extra_headers", "annotations",
    ]

    /// The position of every key in the fixture with the key above it.
    private static func keys(_ node: Node, parent: String) -> [(entry: Node.Entry, parent: String)] {
        switch node.content {
        case .scalar: return []
        case .sequence(let elements): return elements.flatMap { keys($0, parent: parent) }
        case .mapping(let entries):
            return entries.flatMap { [($0, parent)] + keys($0.value, parent: $0.key) }
        }
    }

    private static func replacing(_ entry: Node.Entry, key: String? = nil, value: String? = nil) -> String {
        var lines = Fixture.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let line = entry.keyPosition.line - 1
        let start = lines[line].index(lines[line].startIndex, offsetBy: entry.keyPosition.column - 1)
        let head = lines[line][..<start]
        let rest = lines[line][start...].dropFirst(entry.key.count)
        if let key { lines[line] = head + key + rest }
        if let value {
            lines[line] = head + entry.key + ": " + value
            // The old value's own lines go.
            let indent = entry.keyPosition.column - 1
            while line + 1 < lines.count {
                let next = lines[line + 1]
                let depth = next.prefix { $0 == " " }.count
                let isItem = depth == indent && next.dropFirst(depth).hasPrefix("-") && !head.contains("-")
                guard !next.isEmpty, depth > indent || isItem else { break }
                lines.remove(at: line + 1)
            }
        }
        return lines.joined(separator: "\n")
    }

    @Test func everyMisspelledKeyIsReportedOnItsLineWithTheRightKey() throws {
        let root = try #require(YAMLReader().read(Array(Fixture.text.utf8)).root)
        var count = 0
        for (entry, parent) in Self.keys(root, parent: "") where !Self.freeParents.contains(parent) {
            let text = Self.replacing(entry, key: entry.key + "x")
            let found = load(text).diagnostics.filter {
                $0.code == .unknownKey && $0.position == entry.keyPosition && $0.suggestion != nil
            }
            #expect(found.count == 1, "\(entry.key) at \(entry.keyPosition)")
            if let suggestion = found.first?.suggestion, !["gt", "lt", "gte", "lte"].contains(entry.key) {
                #expect(suggestion == entry.key)
            }
            count += 1
        }
        #expect(count > 120)
    }

    @Test func everyWrongTypeIsReportedOnItsLine() throws {
        let root = try #require(YAMLReader().read(Array(Fixture.text.utf8)).root)
        for (entry, parent) in Self.keys(root, parent: "") where parent != "annotations" && entry.key != "annotations" {
            if entry.value.position.line == entry.keyPosition.line, parent == "predicate" { continue }
            let wrong = entry.value.scalar != nil ? "[[]]" : "17"
            let text = Self.replacing(entry, value: wrong)
            let found = load(text).diagnostics.filter {
                $0.severity == .error && $0.position.line == entry.keyPosition.line
            }
            #expect(!found.isEmpty, "\(entry.key) at \(entry.keyPosition)")
        }
    }

    @Test func everyDanglingNameIsReportedOnItsLine() throws {
        let root = try #require(YAMLReader().read(Array(Fixture.text.utf8)).root)
        let references: Set<String> = [
            "default_model", "reasoning_family", "source", "default", "model", "lora_name", "recipe", "kb", "metric",
        ]
        var count = 0
        for (entry, parent) in Self.keys(root, parent: "") {
            let isLeaf = entry.key == "name" && (["rules", "conditions", "inputs"].contains(parent))
            let isModel = entry.key == "name" && parent == "models"
            guard references.contains(entry.key) || isLeaf || isModel, entry.value.scalar != nil,
                parent != "candidateIterations"
            else { continue }
            // Undeclared domains stand for themselves.
            if entry.value.scalar?.text == "law", parent == "rules" { continue }
            let text = Self.replacing(entry, value: "nowhere")
            let found = load(text).diagnostics.filter {
                $0.code == .danglingReference && $0.position.line == entry.keyPosition.line
            }
            #expect(!found.isEmpty, "\(parent).\(entry.key) at \(entry.keyPosition)")
            count += 1
        }
        #expect(count >= 18)
    }

    @Test func randomBytesNeverCrash() {
        let seed: UInt64 = 20_251_122
        var generator = SeededGenerator(seed: seed)
        let bytes = Array(Fixture.text.utf8)
        let interesting = Array(":-[]{}&*!|>'\"%@`#,? \n\t$<\u{0}9".utf8)
        let loader = PolicyLoader(families: TestFamilies.all)
        for _ in 0..<5_000 {
            // A part of the fixture keeps each run short and puts mistakes everywhere.
            let start = Int.random(in: 0..<bytes.count, using: &generator)
            var mutated = Array(bytes[start..<min(bytes.count, start + 600)])
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<mutated.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: mutated[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: mutated.insert(interesting.randomElement(using: &generator) ?? 0, at: place)
                case 2: mutated[place] = interesting.randomElement(using: &generator) ?? 0
                default: if mutated.count > 1 { mutated.remove(at: place) }
                }
            }
            let loaded = loader.load(bytes: mutated)
            #expect(loaded.policy != nil || loaded.hasErrors, "seed \(seed)")
        }
        for _ in 0..<200 {
            var mutated = bytes
            for _ in 0..<3 {
                let place = Int.random(in: 0..<mutated.count, using: &generator)
                mutated[place] = interesting.randomElement(using: &generator) ?? 0
            }
            let loaded = loader.load(bytes: mutated)
            #expect(loaded.policy != nil || loaded.hasErrors, "seed \(seed)")
        }
    }
}
