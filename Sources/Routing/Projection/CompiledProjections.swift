internal import Policy

/// A closed range of numbers that a score may still take. Arithmetic is exact for points: a range whose inputs are
/// all read has equal ends, and they equal the plain weighted sum.
struct ScoreRange: Sendable, Equatable {
    var low: Double
    var high: Double

    static let anything = ScoreRange(low: -.infinity, high: .infinity)

    static func point(_ value: Double) -> ScoreRange { ScoreRange(low: value, high: value) }

    var isPoint: Bool { low == high }

    mutating func add(_ range: ScoreRange, weight: Double) {
        guard weight != 0 else { return }
        low += weight * (weight > 0 ? range.low : range.high)
        high += weight * (weight > 0 ? range.high : range.low)
    }
}

/// One summand of a score with its name resolved.
struct CompiledInput: Sendable {
    enum Source: Sendable {
        case signal(Int)
        case score(Int)
        case output(Int)
        case undeclared
    }

    var source: Source
    var weight: Double
    /// What is taken: the number itself, or one of two contributions by whether the signal matched.
    var readsValue: Bool
    var readsConfidence: Bool
    var match: Double
    var miss: Double
    /// What an unknown input contributes when the failure is of the moment, and when it is standing.
    var onFailure: ScoreInput.UnknownContribution
    var onStanding: ScoreInput.UnknownContribution

    init(_ declaration: ScoreInput, source: Source, isSafety: Bool) {
        self.source = source
        weight = declaration.weight
        readsValue = declaration.type == "kb_metric" || [.raw, .score].contains(declaration.valueSource)
        readsConfidence = declaration.valueSource == .confidence
        match = readsConfidence ? 1 : declaration.match
        miss = readsConfidence ? 0 : declaration.miss
        onStanding = declaration.onUnknown ?? .miss
        onFailure = declaration.onUnknown ?? (isSafety ? .interval : .miss)
    }
}

/// A score with its inputs resolved.
struct CompiledScore: Sendable {
    var name: String
    var inputs: [CompiledInput]
    var declarations: [ScoreInput]
    /// The mappings that read it, in declared order.
    var mappings: [Int] = []
}

/// A mapping with its outputs numbered across the recipe.
struct CompiledMapping: Sendable {
    var declaration: ProjectionMapping
    var score: Int
    var firstOutput: Int
    var bounds: [NumericPredicate]
    var slope: Double
    /// Whether only the first band that holds is emitted.
    var isFirstOnly: Bool

    init(_ declaration: ProjectionMapping, score: Int, firstOutput: Int) {
        self.declaration = declaration
        self.score = score
        self.firstOutput = firstOutput
        bounds = declaration.outputs.map(\.bounds)
        slope = declaration.slope
        isFirstOnly = declaration.method == .thresholdBands
    }
}

/// The projections of a recipe, compiled: evaluated in an order in which every score comes after what it reads.
struct CompiledProjections: Sendable {
    var scores: [CompiledScore] = []
    /// Indices of `scores`, each after the scores it reads.
    var order: [Int] = []
    var mappings: [CompiledMapping] = []
    var outputNames: [String] = []
    var outputIndices: [String: Int] = [:]
    /// Which mapping an output belongs to.
    var mappingOfOutput: [Int] = []
    /// The signals that each score depends on, directly or through other scores.
    var signalsOfScore: [[Int]] = []

    init(_ projections: Projections, signals: SignalCatalog) {
        let scoreIndices = Dictionary(
            projections.scores.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for mapping in projections.mappings {
            guard let score = scoreIndices[mapping.source] else { continue }
            let compiled = CompiledMapping(mapping, score: score, firstOutput: outputNames.count)
            for output in mapping.outputs {
                outputIndices[output.name] = outputNames.count
                outputNames.append(output.name)
                mappingOfOutput.append(mappings.count)
            }
            mappings.append(compiled)
        }
        for score in projections.scores {
            let inputs = score.inputs.map { input -> CompiledInput in
                var source = CompiledInput.Source.undeclared
                var isSafety = false
                switch input.type {
                case "projection" where input.valueSource == .confidence:
                    if let index = outputIndices[input.name] { source = .output(index) }
                case "projection":
                    if let index = scoreIndices[input.name] { source = .score(index) }
                default:
                    let name = input.type == "kb_metric" ? "\(input.knowledgeBase):\(input.metric)" : input.name
                    if let index = signals.index(of: SignalKey(input.type, name)) {
                        source = .signal(index)
                        isSafety = signals.entries[index].isSafety
                    }
                }
                return CompiledInput(input, source: source, isSafety: isSafety)
            }
            scores.append(CompiledScore(name: score.name, inputs: inputs, declarations: score.inputs))
        }
        for (index, mapping) in mappings.enumerated() { scores[mapping.score].mappings.append(index) }
        order = Self.topologicalOrder(scores, mappings, mappingOfOutput)
        signalsOfScore = [[Int]](repeating: [], count: scores.count)
        for index in order {
            var reached: Set<Int> = []
            for input in scores[index].inputs {
                switch input.source {
                case .undeclared: break
                case .signal(let signal): reached.insert(signal)
                case .score(let other): reached.formUnion(signalsOfScore[other])
                case .output(let output):
                    reached.formUnion(signalsOfScore[mappings[mappingOfOutput[output]].score])
                }
            }
            signalsOfScore[index] = reached.sorted()
        }
    }

    /// The signals that a band depends on.
    func signals(ofOutput output: Int) -> [Int] {
        signalsOfScore[mappings[mappingOfOutput[output]].score]
    }

    /// Depth first, declaration order where scores do not depend on each other. The loader rejects cycles; should
    /// one get here, its scores are left out of the order and read as nothing.
    private static func topologicalOrder(
        _ scores: [CompiledScore], _ mappings: [CompiledMapping], _ mappingOfOutput: [Int]
    ) -> [Int] {
        var order: [Int] = []
        var state = [UInt8](repeating: 0, count: scores.count)
        for start in scores.indices where state[start] == 0 {
            var stack: [(score: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let top = stack.last {
                if top.next < scores[top.score].inputs.count {
                    stack[stack.count - 1].next += 1
                    let dependency: Int?
                    switch scores[top.score].inputs[top.next].source {
                    case .score(let score): dependency = score
                    case .output(let output): dependency = mappings[mappingOfOutput[output]].score
                    default: dependency = nil
                    }
                    if let dependency, state[dependency] == 0 {
                        state[dependency] = 1
                        stack.append((dependency, 0))
                    }
                } else {
                    stack.removeLast()
                    order.append(top.score)
                }
            }
        }
        return order
    }
}
