import Testing

@testable import MockBackend

@Suite struct PrefixCacheTests {
    static func conversation(_ turns: [String], model: String = "a") -> String {
        let messages = turns.enumerated().map { index, text in
            "{\"role\":\"\(index.isMultiple(of: 2) ? "user" : "assistant")\",\"content\":\(quoted(text))}"
        }
        return "{\"model\":\"\(model)\",\"messages\":[\(messages.joined(separator: ","))]}"
    }

    @Test func growingConversationHitsMoreAndMore() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            var turns: [String] = []
            var cached: [Int] = []
            var earlierTokens = 0
            for turn in 0..<6 {
                turns.append(String(repeating: "turn \(turn) ", count: 20))
                let response = client.chat(Self.conversation(turns))
                cached.append(try response.cachedTokens())
                // Everything of the turn before, in whole blocks of 16 tokens.
                #expect(try response.cachedTokens() == earlierTokens / 16 * 16)
                earlierTokens = turns.joined().utf8.count / 4
            }
            #expect(cached == cached.sorted() && cached[0] == 0 && cached[5] > cached[1])
            #expect(try client.chat(Self.conversation(turns, model: "b")).cachedTokens() == 0)
            #expect(try client.chat(Self.conversation(turns, model: "a")).cachedTokens() > 0)
            #expect(backend.counters.cachedTokens > 0)
        }
    }

    @Test func rolesAndShortPromptsDoNotHit() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            for _ in 0..<2 { #expect(try client.chat(Self.conversation(["short"])).cachedTokens() == 0) }
            let long = String(repeating: "x", count: 64)
            let system = "{\"model\":\"a\",\"messages\":[{\"role\":\"system\",\"content\":\"\(long)\"}]}"
            #expect(try client.chat(Self.conversation([long])).cachedTokens() == 0)
            #expect(try client.chat(system).cachedTokens() == 0)
            #expect(try client.chat(system).cachedTokens() == 16)
        }
    }

    @Test func leastRecentlyUsedBlocksGoFirst() {
        func prompt(_ name: String, blocks: Int) -> Prompt {
            Prompt([
                ChatMessage(role: "user", text: name + String(repeating: "y", count: blocks * 64 - name.utf8.count))
            ])
        }
        var cache = PrefixCache(maxTokens: 64)
        #expect(cache.admit(prompt("a", blocks: 2)) == 0)
        #expect(cache.admit(prompt("b", blocks: 2)) == 0)
        #expect(cache.admit(prompt("a", blocks: 2)) == 32)
        #expect(cache.admit(prompt("c", blocks: 1)) == 0)
        // The tail of "b", the oldest, made room; its head is still there.
        #expect(cache.admit(prompt("b", blocks: 2)) == 16)
        #expect(cache.count == 4)
        var off = PrefixCache(maxTokens: 15)
        for _ in 0..<2 { #expect(off.admit(prompt("a", blocks: 2)) == 0) }
    }

    /// A list-based cache as the model of the linked one.
    @Test func agreesWithASlowCache() {
        let seed: UInt64 = 20_240
        var generator = SplitMix64(seed: seed)
        var cache = PrefixCache(maxTokens: 16 * 7)
        var slow: [UInt64] = []
        for round in 0..<2000 {
            var prompt = Prompt([])
            let branch = generator.next() % 5
            prompt.blocks = (0..<Int(generator.next() % 10)).map { UInt64($0) * 8 + ($0 < 2 ? 0 : branch) }
            let expected = (prompt.blocks.firstIndex { !slow.contains($0) } ?? prompt.blocks.count) * 16
            for block in prompt.blocks.prefix(7).reversed() {
                slow.removeAll { $0 == block }
                slow.insert(block, at: 0)
                if slow.count > 7 { slow.removeLast() }
            }
            #expect(cache.admit(prompt) == expected, "seed \(seed), round \(round)")
        }
    }
}
