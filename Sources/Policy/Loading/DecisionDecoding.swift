/// Reads one entry of `decisions`. Spec config §7.
struct DecisionDecoding: Sendable {
    var families: PolicyFamilies

    var valueType: ValueType<Decision> {
        .object(schema) { decision, node, context in
            decision.position = node.position
            decision.path = context.path
        }
    }

    var schema: Schema<Decision> {
        let algorithm = AlgorithmDecoding(families: families.algorithms).valueType
        let plugin = PluginDecoding(families: families.plugins).valueType
        return Schema<Decision>(
            "decision", "A route: when it applies, which models may serve it and what happens on the way.",
            initial: Decision(), keys: Self.keys(algorithm, plugin)
        ).checking { value, node, context in
            if !value.name.isEmpty, let position = node["name"]?.position {
                context.within(.key("name")) { $0.declareUnique(.decision, value.name, at: position) }
            }
            PluginDecoding.checkDuplicates(value.plugins, &context)
            Self.checkAnnotations(value.annotations, node, &context)
            Self.checkIterations(value, node, &context)
            if value.emits.count > 1 {
                context.error(.duplicateName, "a decision has one retention directive", key: "emits", in: node)
            }
        }
    }

    private static func keys(
        _ algorithm: ValueType<AlgorithmUse>, _ plugin: ValueType<PluginUse>
    ) -> [Key<Decision>] {
        let toolsPlugin = "configure the plugin \"tools\""
        let selection: [Key<Decision>] = [
            Key("name", \.name, .name, "The decision's name, unique in its recipe.", required: true),
            Key("description", \.description, .string, "What the decision is for."),
            Key("priority", \.priority, .integer(), "Higher wins."),
            Key("tier", \.tier, .count, "Lower wins as soon as any matching decision has a tier; 0 is none."),
            Key("rules", \.rules, Rule.valueType, "When the decision applies; always, when omitted."),
            Key("modelRefs", \.modelReferences, .list(.object(ModelReference.schema)), "The candidate models."),
            Key("algorithm", \.algorithm, algorithm, "How one of several models is chosen; `static` when omitted."),
        ]
        let behaviour: [Key<Decision>] = [
            Key("plugins", \.plugins, .list(plugin), "What happens on the way."),
            Key("adaptations", \.adaptations, .object(Adaptations.schema), "How far learning may change the choice."),
            Key("output_contract", \.outputContract, .string, "Text for the model on the shape of the answer."),
            Key(
                "output_contract_spec", \.outputContractSpecification, .object(OutputContract.schema),
                "An executable contract on the answer."),
            Key(
                "candidateIterations", \.candidateIterations, .list(.object(CandidateIteration.schema)),
                "Loops over models."),
            Key("emits", \.emits, .list(.object(Emission.schema)), "Side effects."),
            Key("annotations", \.annotations, .map(.any), "Free metadata for replay, at most 32 keys and 4096 bytes."),
        ]
        let removed: [Key<Decision>] = [
            .removed("tool_scope", instead: toolsPlugin), .removed("allow_tools", instead: toolsPlugin),
            .removed("block_tools", instead: toolsPlugin),
            .removed("modelSelectionAlgorithm", instead: "write \"algorithm\""),
        ]
        return selection + behaviour + removed
    }

    private static func checkAnnotations(
        _ annotations: [String: AnyValue], _ node: Node, _ context: inout DecodingContext
    ) {
        if annotations.count > 32 {
            context.error(
                .outOfRange, "\(annotations.count) annotations are too many: at most 32", key: "annotations", in: node)
        }
        let size = AnyValue.mapping(annotations).json.utf8.count
        if size > 4096 {
            context.error(
                .outOfRange, "the annotations take \(size) bytes as JSON: at most 4096", key: "annotations", in: node)
        }
    }

    private static func checkIterations(_ decision: Decision, _ node: Node, _ context: inout DecodingContext) {
        guard node["modelRefs"]?.elements?.isEmpty ?? true else { return }
        for (index, element) in (node["candidateIterations"]?.elements ?? []).enumerated()
        where element["source"]?.scalar?.text == CandidateIteration.Source.decisionCandidates.rawValue {
            context.within(.key("candidateIterations")) {
                $0.within(.index(index)) {
                    $0.error(
                        .conflict, "source decision.candidates needs modelRefs in the decision", key: "source",
                        in: element)
                }
            }
        }
    }
}
