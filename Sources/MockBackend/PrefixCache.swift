/// A simulated prefix cache of one model: which prompt blocks were seen, least recently used first out.
struct PrefixCache {
    private struct Node {
        var block: UInt64
        var newer: Int
        var older: Int
    }

    private let capacity: Int
    private var places: [UInt64: Int] = [:]
    private var nodes: [Node] = []
    private var newest = -1
    private var oldest = -1

    /// Creates a cache of at most `maxTokens` tokens, in whole blocks.
    init(maxTokens: Int) { capacity = max(0, maxTokens / Prompt.tokensPerBlock) }

    /// How many blocks are held.
    var count: Int { nodes.count }

    /// Says how many leading tokens of the prompt were seen before, then remembers the prompt.
    mutating func admit(_ prompt: Prompt) -> Int {
        guard capacity > 0 else { return 0 }
        var hits = 0
        while hits < prompt.blocks.count, places[prompt.blocks[hits]] != nil { hits += 1 }
        // From the back, so that of one prompt the last block is the first to be dropped.
        for block in prompt.blocks.prefix(capacity).reversed() { touch(block) }
        return hits * Prompt.tokensPerBlock
    }

    private mutating func touch(_ block: UInt64) {
        if let place = places[block] {
            unlink(place)
            link(place)
        } else if nodes.count < capacity {
            nodes.append(Node(block: block, newer: -1, older: -1))
            places[block] = nodes.count - 1
            link(nodes.count - 1)
        } else {
            let place = oldest
            unlink(place)
            places[nodes[place].block] = nil
            nodes[place].block = block
            places[block] = place
            link(place)
        }
    }

    private mutating func unlink(_ place: Int) {
        let node = nodes[place]
        if node.newer >= 0 { nodes[node.newer].older = node.older } else { newest = node.older }
        if node.older >= 0 { nodes[node.older].newer = node.newer } else { oldest = node.newer }
    }

    private mutating func link(_ place: Int) {
        nodes[place].newer = -1
        nodes[place].older = newest
        if newest >= 0 { nodes[newest].newer = place } else { oldest = place }
        newest = place
    }
}

/// The prefix caches of all models, bounded in number: a client may invent model names.
struct PrefixCaches {
    static let maxModels = 256

    private let maxTokens: Int
    private var caches: [String: PrefixCache] = [:]

    init(maxTokens: Int) { self.maxTokens = maxTokens }

    /// As `PrefixCache.admit`, for one model.
    mutating func admit(_ prompt: Prompt, model: String) -> Int {
        guard maxTokens > 0, caches[model] != nil || caches.count < Self.maxModels else { return 0 }
        return caches[model, default: PrefixCache(maxTokens: maxTokens)].admit(prompt)
    }
}
