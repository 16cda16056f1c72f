/// Rules over projections that need all names: members, inputs, and that scores do not depend on themselves.
/// Spec config §6.
struct ProjectionCheck {
    var families: [SignalFamily]
    var root: Node
    /// The path of `projections`.
    var path: PolicyPath
    var recipe: Recipe
    /// The scope of the recipe's names.
    var scope: Int

    /// Reports what is wrong and returns the projections with the partitions' families.
    func check(_ context: inout DecodingContext) -> Projections {
        var projections = recipe.projections
        let nodes = root.node(at: path)
        if nodes?["partitions"]?.elements?.count == projections.partitions.count {
            for index in projections.partitions.indices {
                let place = path.appending(.key("partitions")).appending(.index(index))
                context.at(place, recipe: scope) { checkMembers(&projections.partitions[index], &$0) }
            }
        }
        if nodes?["scores"]?.elements?.count == projections.scores.count {
            for (index, score) in projections.scores.enumerated() {
                let place = path.appending(.key("scores")).appending(.index(index))
                context.at(place, recipe: scope) { checkInputs(score, &$0) }
            }
            checkCycles(projections, &context)
        }
        return projections
    }

    private func checkMembers(_ partition: inout Partition, _ context: inout DecodingContext) {
        guard let node = root.node(at: context.path) else { return }
        let eligible = families.filter(\.canBePartitioned)
        var kinds: Set<String> = []
        for (index, element) in (node["members"]?.elements ?? []).enumerated() {
            guard let name = element.scalar?.text else { continue }
            let owners = eligible.filter { context.isDeclared(.declaration(of: $0.type), name) }.map(\.type)
            context.within(.key("members")) { context in
                context.within(.index(index)) { context in
                    if owners.isEmpty {
                        context.error(
                            .danglingReference,
                            "no signal that can be a member is named \"\(name)\"; members are of the families "
                                + eligible.map(\.type).joined(separator: ", "),
                            at: element.position,
                            suggestion: context.nearest(
                                eligible.flatMap { context.names(.declaration(of: $0.type)) }, to: name))
                    } else if kinds.isEmpty {
                        kinds = Set(owners)
                    } else if kinds.isDisjoint(with: owners) {
                        context.error(
                            .conflict, "\"\(name)\" is of another family than the members before it",
                            at: element.position)
                    } else {
                        kinds.formIntersection(owners)
                    }
                }
            }
        }
        guard let kind = families.first(where: { kinds.contains($0.type) }) else { return }
        partition.family = kind.type
        kind.checkPartition(partition, recipe.signals.filter { $0.family == kind.type }, &context)
    }

    private func checkInputs(_ score: ProjectionScore, _ context: inout DecodingContext) {
        guard let nodes = root.node(at: context.path)?["inputs"]?.elements, nodes.count == score.inputs.count else {
            return
        }
        context.within(.key("inputs")) { context in
            for (index, input) in score.inputs.enumerated() where !input.type.isEmpty {
                context.within(.index(index)) { checkInput(input, nodes[index], &$0) }
            }
        }
    }

    private func checkInput(_ input: ScoreInput, _ node: Node, _ context: inout DecodingContext) {
        if input.type == "kb_metric" {
            guard context.isDeclared(.knowledgeBase, input.knowledgeBase), !input.metric.isEmpty else { return }
            let metrics = ["best_score", "best_matched_score"] + context.names(.metric(of: input.knowledgeBase))
            if !metrics.contains(input.metric) {
                context.error(
                    .danglingReference,
                    "\"\(input.metric)\" is no metric of \"\(input.knowledgeBase)\"; known are "
                        + DecodingContext.list(metrics),
                    key: "metric", in: node, suggestion: NearestName.among(metrics, to: input.metric))
            }
            return
        }
        guard !input.name.isEmpty else { return }
        let kinds: [ReferenceKind]
        if input.type == "projection" {
            kinds = [input.valueSource == .confidence ? .projectionOutput : .projectionScore]
        } else {
            // An input may name the signal itself or, like a rule, one of its levels.
            kinds = [.signal(input.type), .declaration(of: input.type)]
        }
        if kinds.contains(where: { context.isDeclared($0, input.name) }) { return }
        context.error(
            .danglingReference, "no \(kinds[0]) is named \"\(input.name)\"", key: "name", in: node,
            suggestion: context.nearest(kinds.flatMap { context.names($0) }, to: input.name))
    }

    private func checkCycles(_ projections: Projections, _ context: inout DecodingContext) {
        var index: [String: Int] = [:]
        for (place, score) in projections.scores.enumerated() where index[score.name] == nil {
            index[score.name] = place
        }
        var sources: [String: String] = [:]
        for mapping in projections.mappings {
            for output in mapping.outputs { sources[output.name] = mapping.source }
        }
        let edges = projections.scores.map { score in
            score.inputs.filter { $0.type == "projection" }.compactMap { input in
                index[input.valueSource == .confidence ? sources[input.name] ?? "" : input.name]
            }
        }
        guard let cycle = Self.cycle(edges) else { return }
        let names = (cycle + [cycle[0]]).map { projections.scores[$0].name }
        let place = path.appending(.key("scores")).appending(.index(cycle[0]))
        context.at(place, recipe: scope) {
            $0.error(
                .cycle, "the score depends on itself: \(names.joined(separator: " → "))",
                at: root.node(at: place)?.position ?? SourcePosition(line: 1, column: 1))
        }
    }

    /// The nodes of a cycle in order, or nil. Iterative, since policies may chain thousands of scores.
    static func cycle(_ edges: [[Int]]) -> [Int]? {
        var state = [UInt8](repeating: 0, count: edges.count)
        for start in edges.indices where state[start] == 0 {
            var stack: [(node: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let (node, next) = stack.last {
                guard next < edges[node].count else {
                    state[node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = edges[node][next]
                if state[target] == 1 {
                    let first = stack.firstIndex { $0.node == target } ?? 0
                    return stack[first...].map(\.node)
                }
                if state[target] == 0 {
                    state[target] = 1
                    stack.append((target, 0))
                }
            }
        }
        return nil
    }
}
