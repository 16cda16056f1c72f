extension Projections {
    /// The declaration of `projections`. `inputTypes` are the families that score inputs may use.
    static func schema(inputTypes: [String]) -> Schema<Projections> {
        let input = ScoreInput.schema(types: inputTypes + ["kb_metric", "projection"])
        return Schema<Projections>(
            "projections", "Values derived from signals.", initial: Projections(),
            keys: [
                Key("partitions", \.partitions, .list(.object(Partition.schema)), "Contests between signals."),
                Key("scores", \.scores, .list(.object(ProjectionScore.schema(input))), "Weighted sums of signals."),
                Key("mappings", \.mappings, .list(.object(ProjectionMapping.schema)), "Bands over scores."),
            ])
    }
}

extension ReferenceKind {
    static let partition = ReferenceKind("partition", isGlobal: false)
    static let projectionMapping = ReferenceKind("projection mapping", isGlobal: false)
}

extension Partition {
    static let schema = Schema<Partition>(
        "partition", "A group of signals of which at most one stays matched.", initial: Partition(),
        keys: [
            Key("name", \.name, .name, "The partition's name.", required: true),
            Key("semantics", \.semantics, .enumeration(), "How the winner's confidence is made.", required: true),
            Key("temperature", \.temperature, .nonNegative, "Softmax temperature; above 0 for softmax_exclusive."),
            Key("members", \.members, .list(.name), "Signals of one family.", required: true),
            Key("default", \.defaultMember, .name, "The winner when no member matches.", required: true),
        ]
    ).checking { value, node, context in
        if !value.name.isEmpty, let position = node["name"]?.position {
            context.within(.key("name")) { $0.declareUnique(.partition, value.name, at: position) }
        }
        if value.semantics == .softmaxExclusive, value.temperature <= 0 {
            context.error(
                .outOfRange, "softmax_exclusive needs a temperature above 0",
                key: node["temperature"] == nil ? "semantics" : "temperature", in: node)
        }
        if let members = node["members"]?.elements, members.isEmpty {
            context.error(.missingKey, "a partition needs members", key: "members", in: node)
        }
        if Set(value.members).count < value.members.count {
            context.error(.duplicateName, "a member is listed twice", key: "members", in: node)
        }
        if !value.defaultMember.isEmpty, !value.members.isEmpty, !value.members.contains(value.defaultMember) {
            context.error(
                .danglingReference, "the default \"\(value.defaultMember)\" is no member", key: "default", in: node,
                suggestion: NearestName.among(value.members, to: value.defaultMember))
        }
    }
}

extension ProjectionScore {
    static func schema(_ input: Schema<ScoreInput>) -> Schema<ProjectionScore> {
        Schema<ProjectionScore>(
            "projection score", "A weighted sum of signal values.", initial: ProjectionScore(),
            keys: [
                Key("name", \.name, .name, "The score's name.", required: true),
                Key("method", \.method, .enumeration(["weighted_sum"]), "Always `weighted_sum`.", required: true),
                Key("inputs", \.inputs, .list(.object(input)), "The summands.", required: true),
            ]
        ).checking { value, node, context in
            if !value.name.isEmpty, let position = node["name"]?.position {
                context.within(.key("name")) { $0.declareUnique(.projectionScore, value.name, at: position) }
            }
            if let inputs = node["inputs"]?.elements, inputs.isEmpty {
                context.error(.missingKey, "a score needs inputs", key: "inputs", in: node)
            }
        }
    }
}

extension ScoreInput {
    static func schema(types: [String]) -> Schema<ScoreInput> {
        Schema<ScoreInput>(
            "score input", "One summand of a score.", initial: ScoreInput(),
            keys: [
                Key(
                    "type", \.type, .enumeration(types), "A signal family, `kb_metric` or `projection`.", required: true
                ),
                Key("name", \.name, .string, "The signal, score or projection output."),
                Key("kb", \.knowledgeBase, .reference(to: .knowledgeBase), "The knowledge base, for `kb_metric`."),
                Key("metric", \.metric, .string, "`best_score`, `best_matched_score` or a metric of the base."),
                Key("weight", \.weight, .number(), "Multiplies the value; may be negative."),
                Key("value_source", \.valueSource, .enumeration(), "What is taken of the input."),
                Key("match", \.match, .number(), "Contribution when matched; an explicit 0 counts."),
                Key("miss", \.miss, .number(), "Contribution when not matched."),
                Key("on_unknown", \.onUnknown, .enumeration(), "What an unknown input contributes."),
            ]
        ).checking { value, node, context in
            let sources: [ValueSource]
            switch value.type {
            case "": return
            case "kb_metric": sources = [.unset, .score]
            case "projection": sources = [.unset, .score, .confidence]
            default: sources = [.unset, .binary, .confidence, .raw]
            }
            if !sources.contains(value.valueSource) {
                let names = sources.dropFirst().map(\.rawValue)
                context.error(
                    .unknownValue, "value_source of \(value.type) is one of \(DecodingContext.list(names))",
                    key: "value_source", in: node)
            }
            if value.type == "kb_metric" {
                if node["kb"] == nil { context.error(.missingKey, "kb_metric needs the key \"kb\"", at: node.position) }
                if node["metric"] == nil {
                    context.error(.missingKey, "kb_metric needs the key \"metric\"", at: node.position)
                }
            } else if node["name"] == nil {
                context.error(.missingKey, "the input needs the key \"name\"", at: node.position)
            }
            for key in value.type == "kb_metric" ? ["name"] : ["kb", "metric"] where node[key] != nil {
                context.warning(.noEffect, "\(key) has no effect with the type \(value.type)", key: key, in: node)
            }
        }
    }
}

extension ProjectionMapping {
    /// The values of `calibration`, laid onto the mapping.
    private static let calibration = Schema<ProjectionMapping>(
        "calibration", "How confidence grows with the distance to the nearest bound.", initial: ProjectionMapping(),
        keys: [
            Key("method", \.calibrationMethod, .enumeration(["", "sigmoid_distance"]), "Always `sigmoid_distance`."),
            Key(
                "slope", \.slope, .number().map(render: { String($0) }) { $0 > 0 ? $0 : 12 },
                "Steepness; 12 when not above 0."),
        ])

    static let schema = Schema<ProjectionMapping>(
        "projection mapping", "Bands over a score.", initial: ProjectionMapping(),
        keys: [
            Key("name", \.name, .name, "The mapping's name.", required: true),
            Key("source", \.source, .reference(to: .projectionScore), "The score.", required: true),
            Key("method", \.method, .enumeration(), "Whether the first or every matching band is emitted."),
            Key("calibration", \.self, merging: calibration, "How confidence grows."),
            Key("outputs", \.outputs, .list(.object(Output.schema)), "The bands, in order.", required: true),
        ]
    ).checking { value, node, context in
        if !value.name.isEmpty, let position = node["name"]?.position {
            context.within(.key("name")) { $0.declareUnique(.projectionMapping, value.name, at: position) }
        }
        guard let outputs = node["outputs"]?.elements else { return }
        if outputs.isEmpty { context.error(.missingKey, "a mapping needs outputs", key: "outputs", in: node) }
        if value.method == .multiEmit, outputs.count < 2 {
            context.error(.outOfRange, "multi_emit needs at least two outputs", key: "method", in: node)
        }
    }
}

extension ProjectionMapping.Output {
    static let schema = Schema<ProjectionMapping.Output>(
        "projection output", "A band: the bounds that the score must keep.", initial: ProjectionMapping.Output(),
        keys: [
            Key("name", \.name, .name, "The name that rules use with the type `projection`.", required: true),
            Key("gt", \.bounds.greaterThan, .number(), "Above this value."),
            Key("gte", \.bounds.greaterOrEqual, .number(), "At or above this value."),
            Key("lt", \.bounds.lessThan, .number(), "Below this value."),
            Key("lte", \.bounds.lessOrEqual, .number(), "At or below this value."),
        ]
    ).checking { value, node, context in
        if !value.name.isEmpty, let position = node["name"]?.position {
            context.within(.key("name")) { $0.declareUnique(.projectionOutput, value.name, at: position) }
        }
        if let problem = value.bounds.problem {
            context.error(.invalidValue, "the output \(problem)", at: node.position)
        }
    }
}
