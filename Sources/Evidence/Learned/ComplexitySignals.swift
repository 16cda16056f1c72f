public import Policy
public import Routing

/// The configuration of a complexity signal. Spec config §5.10.
public struct ComplexitySignal: SignalConfiguration {
    /// How hard a request is; a rule names a level as `signal:level`.
    public enum Level: String, Sendable, CaseIterable {
        case easy
        case medium
        case hard
    }

    /// Examples of one level.
    public struct Examples: Sendable {
        public var candidates: [String] = []
        public var imageCandidates: [String] = []

        /// No examples.
        public init() {}

        static let schema = Schema<Examples>(
            "complexity examples", "Examples to compare with.", initial: Examples(),
            keys: [
                Key("candidates", \.candidates, .list(.nonEmptyString), "Texts."),
                Key("image_candidates", \.imageCandidates, .list(.nonEmptyString), "Descriptions of images."),
            ])
    }

    public var name = ""
    public var description = ""
    /// Lead in similarity from which a request is hard or easy.
    public var threshold = 0.0
    public var hard = Examples()
    public var easy = Examples()
    /// A condition that must hold for any level to count.
    public var composer: Rule?

    /// A signal without examples.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ComplexitySignal>(
        "complexity signal", "Says how hard a request is: rules use `name:easy`, `name:medium` or `name:hard`.",
        initial: ComplexitySignal(),
        keys: commonKeys + [
            Key("threshold", \.threshold, .fraction, "Lead in similarity from which a request is hard or easy."),
            Key("hard", \.hard, .object(Examples.schema), "Examples of hard requests."),
            Key("easy", \.easy, .object(Examples.schema), "Examples of easy requests."),
            Key("composer", \.composer, Rule.valueType, "A condition that must hold for any level to count."),
        ]
    ).checking { value, node, context in
        for leaf in value.composer?.leaves ?? [] where ["complexity", "classifier", "projection"].contains(leaf.type) {
            context.within(.key("composer")) {
                $0.error(.conflict, "a composer cannot use the type \(leaf.type)", at: leaf.position)
            }
        }
    }
}

/// The complexity family: how hard a request is.
public enum ComplexitySignals: SignalFamilyMember {
    /// The declaration, for the policy loader. A score input may also use the bare name, for the lead of hard over easy.
    public static let family = SignalFamily(
        type: "complexity", key: "complexity", schema: ComplexitySignal.schema.description,
        decode: { node, context in ComplexitySignal.schema.decode(node, &context) },
        ruleNames: { declaration in
            [declaration.name] + ComplexitySignal.Level.allCases.map { "\(declaration.name):\($0.rawValue)" }
        },
        checkLeaf: { leaf, declarations, context in
            guard declarations.contains(where: { $0.name == leaf.name }) else { return }
            context.error(
                .invalidValue, "a complexity condition names a level: \(leaf.name):easy, :medium or :hard",
                at: leaf.position, suggestion: "\(leaf.name):hard")
        })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.embedding)

    /// Compiles the declarations; composers become gates.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: ComplexitySignal.self) {
            guard let composer = signal.composer else { continue }
            let levels = ComplexitySignal.Level.allCases.map {
                SignalKey(family.type, "\(declaration.name):\($0.rawValue)")
            }
            builder.gates.append(SignalGate(signals: levels, rule: composer))
        }
        for (declaration, signal) in builder.configurations(declarations, as: ComplexitySignal.self) {
            guard let model = builder.embedder, let group = ComplexityGroup(signal, model, &builder) else {
                builder.addUnavailable([declaration], of: family, cost: cost)
                continue
            }
            let keys = family.ruleNames(declaration).map { (SignalKey(family.type, $0), declaration.name) }
            builder.add(group, as: keys, cost: model.cost)
            builder.warnOfUnreadable(signal.hard.candidates, in: declaration, key: ["hard", "candidates"])
            builder.warnOfUnreadable(signal.easy.candidates, in: declaration, key: ["easy", "candidates"])
        }
    }
}
