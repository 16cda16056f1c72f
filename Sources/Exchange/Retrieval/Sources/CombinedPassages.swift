internal import Policy

/// Passages of two sources: the second when the first fails or finds nothing, or both at once.
struct CombinedPassages: PassageSource {
    let name = "hybrid"
    private let primary: any PassageSource
    private let fallback: (any PassageSource)?
    private let isParallel: Bool

    init?(_ settings: HybridRetrieval) {
        guard let sources = Self.sources(settings), let primary = PassageSources.make(sources.primary) else {
            return nil
        }
        self.primary = primary
        fallback = sources.fallback.flatMap(PassageSources.make)
        isParallel = settings.strategy == .parallel
    }

    /// The two sources with their keys; nil where one cannot be read or is itself of two.
    static func sources(_ settings: HybridRetrieval) -> (primary: RetrievalSource, fallback: RetrievalSource?)? {
        func source(_ backend: RetrievalBackend, _ value: AnyValue) -> RetrievalSource? {
            guard backend != .hybrid else { return nil }
            var context = DecodingContext()
            let node = Node(value)
            return RetrievalSource.decode(backend, node, &context)
        }
        guard let primary = source(settings.primary, settings.primaryConfiguration) else { return nil }
        guard let second = settings.fallback else { return (primary, nil) }
        guard let fallback = source(second, settings.fallbackConfiguration) else { return nil }
        return (primary, fallback)
    }

    func revision(_ resources: RetrievalResources) -> Int {
        primary.revision(resources) &+ (fallback?.revision(resources) ?? 0)
    }

    func passages(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [RetrievedPassage] {
        guard let fallback else { return try await primary.passages(question, resources) }
        guard isParallel else {
            do throws(RetrievalError) {
                let found = try await primary.passages(question, resources)
                if found.contains(where: { ($0.score ?? 1) >= question.threshold }) { return found }
            } catch {
                // The second's failure is the one that counts.
            }
            return try await fallback.passages(question, resources)
        }
        async let first = Self.result(primary, question, resources)
        async let second = Self.result(fallback, question, resources)
        switch (await first, await second) {
        case (.success(let left), .success(let right)): return Self.merged(left, right)
        case (.success(let found), .failure), (.failure, .success(let found)): return found
        case (.failure(let error), .failure): throw error
        }
    }

    private static func result(
        _ source: any PassageSource, _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async -> Result<[RetrievedPassage], RetrievalError> {
        do throws(RetrievalError) { return .success(try await source.passages(question, resources)) } catch {
            return .failure(error)
        }
    }

    /// Both lists by score; of one text that both found the better.
    private static func merged(_ left: [RetrievedPassage], _ right: [RetrievedPassage]) -> [RetrievedPassage] {
        var seen: Set<String> = []
        return (left + right).enumerated().sorted {
            ($0.element.score ?? 0, $1.offset) > ($1.element.score ?? 0, $0.offset)
        }.map(\.element).filter { seen.insert($0.text).inserted }
    }
}

extension Node {
    /// A value without a place in a file.
    fileprivate init(_ value: AnyValue) {
        let position = SourcePosition(line: 1, column: 1)
        func scalar(_ text: String, isPlain: Bool) -> Node {
            Node(.scalar(.init(text: text, isPlain: isPlain)), at: position)
        }
        switch value {
        case .null: self = Node(.mapping([]), at: position)
        case .boolean(let flag): self = scalar(String(flag), isPlain: true)
        case .integer(let number): self = scalar(String(number), isPlain: true)
        case .number(let number): self = scalar(String(number), isPlain: true)
        case .string(let text): self = scalar(text, isPlain: false)
        case .list(let list): self = Node(.sequence(list.map { Node($0) }), at: position)
        case .mapping(let members):
            self = Node(
                .mapping(
                    members.sorted { $0.key < $1.key }.map {
                        Entry(key: $0.key, keyPosition: position, value: Node($0.value))
                    }), at: position)
        }
    }
}
