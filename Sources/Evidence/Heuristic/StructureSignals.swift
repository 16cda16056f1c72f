internal import Lexical
public import Policy
public import Routing

/// The configuration of a structure signal. Spec config §5.9.
public struct StructureSignal: SignalConfiguration {
    /// What is made of the source.
    public enum FeatureType: String, Sendable, CaseIterable {
        case exists
        case count
        /// Occurrences for each unit of text.
        case density
        case sequence
    }

    /// What is looked for.
    public enum SourceType: String, Sendable, CaseIterable {
        case regex
        case keywordSet = "keyword_set"
        case sequence
        /// The length of the current user turn in UTF-8 bytes.
        case textBytes = "text_bytes"
    }

    /// Where a feature comes from.
    public struct Source: Sendable {
        public var type = SourceType.regex
        public var pattern = ""
        public var keywords: [String] = []
        public var sequences: [[String]] = []
        public var isCaseSensitive = false

        /// An empty source.
        public init() {}

        static let schema = Schema<Source>(
            "structure source", "What is looked for.", initial: Source(),
            keys: [
                Key("type", \.type, .enumeration(caseInsensitive: true), "What kind of thing.", required: true),
                Key("pattern", \.pattern, .nonEmptyString, "The pattern, for `regex`."),
                Key("keywords", \.keywords, .list(.nonEmptyString), "The keywords, for `keyword_set`."),
                Key("sequences", \.sequences, .list(.list(.nonEmptyString)), "Markers in order, for `sequence`."),
                Key("case_sensitive", \.isCaseSensitive, .boolean, "Whether upper and lower case differ."),
            ]
        ).checking { value, node, context in
            value.check(node, &context)
        }

        private func check(_ node: Node, _ context: inout DecodingContext) {
            guard node["type"] != nil else { return }
            let needed: (key: String, isEmpty: Bool)? =
                switch type {
                case .regex: ("pattern", node["pattern"] == nil)
                case .keywordSet: ("keywords", node["keywords"]?.elements?.isEmpty ?? true)
                case .sequence: ("sequences", node["sequences"]?.elements?.isEmpty ?? true)
                case .textBytes: nil
                }
            if let needed, needed.isEmpty {
                context.error(
                    .missingKey, "the source \(type.rawValue) needs \(needed.key)", key: needed.key, in: node)
            }
            for key in ["pattern", "keywords", "sequences"] where key != needed?.key && node[key] != nil {
                context.warning(.noEffect, "\(key) has no effect with the source \(type.rawValue)", key: key, in: node)
            }
            if type == .regex {
                context.checkPatterns(node["pattern"], at: "pattern", caseInsensitive: !isCaseSensitive)
            }
            if type == .sequence { checkSequences(node, &context) }
        }

        private func checkSequences(_ node: Node, _ context: inout DecodingContext) {
            context.within(.key("sequences")) { context in
                for (index, sequence) in (node["sequences"]?.elements ?? []).enumerated() {
                    guard let markers = sequence.elements, markers.count < 2 else { continue }
                    context.within(.index(index)) {
                        $0.error(.invalidValue, "a sequence needs at least two markers", at: sequence.position)
                    }
                }
            }
        }
    }

    /// What is measured.
    public struct Feature: Sendable {
        public var type = FeatureType.exists
        public var source = Source()

        /// A feature of nothing.
        public init() {}

        static let schema = Schema<Feature>(
            "structure feature", "What is measured.", initial: Feature(),
            keys: [
                Key("type", \.type, .enumeration(caseInsensitive: true), "What is made of the source.", required: true),
                Key("source", \.source, .object(Source.schema), "What is looked for.", required: true),
                .removed("normalize_by", instead: "use the feature type density"),
            ]
        ).checking { value, node, context in
            guard node["type"] != nil, node["source"]?["type"] != nil else { return }
            if value.type == .sequence, value.source.type != .sequence {
                context.error(.conflict, "the feature sequence needs the source sequence", key: "type", in: node)
            }
            if value.source.type == .textBytes, value.type != .count {
                context.error(.conflict, "the source text_bytes can only be counted", key: "type", in: node)
            }
        }
    }

    public var name = ""
    public var description = ""
    public var feature = Feature()
    /// The test on the value; nil is value > 0.
    public var predicate: NumericPredicate?

    /// A signal of nothing.
    public init() {}

    /// The declaration.
    public static let schema = Schema<StructureSignal>(
        "structure signal", "Matches by the shape of the text: questions, lists, ordered steps, length.",
        initial: StructureSignal(),
        keys: commonKeys + [
            Key("feature", \.feature, .object(Feature.schema), "What is measured.", required: true),
            Key(
                "predicate", \.predicate, .object(NumericPredicate.schema),
                "The test on the value; above 0 when omitted."),
        ]
    ).checking { value, node, context in
        if value.feature.type == .exists, node["feature"]?["type"] != nil, node["predicate"] != nil {
            context.error(.conflict, "the feature exists takes no predicate", key: "predicate", in: node)
        }
    }
}

/// The structure family: the shape of the text.
public enum StructureSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "structure", key: "structure", schema: StructureSignal.schema.description,
        decode: { node, context in StructureSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: StructureSignal.self) {
            guard let rule = StructureRule(signal, declaration, &builder) else { continue }
            builder.add(declaration, rule, cost: cost)
        }
    }
}
