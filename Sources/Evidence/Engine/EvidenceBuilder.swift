internal import Lexical
internal import Policy
internal import Routing

/// What compiling a recipe's signals collects: the rules, and the patterns and literals that they share.
public struct EvidenceBuilder: Sendable {
    /// One signal of the recipe.
    struct Signal: Sendable {
        var entry: SignalCatalog.Entry
        var rule: any SignalRule
        /// The name under which the policy declares it.
        var declaredName: String
    }

    let recipe: Recipe
    let global: GlobalSettings
    let resources: EvidenceResources
    private(set) var signals: [Signal] = []
    var gates: [SignalGate] = []
    var languages: LanguageIdentifier?
    private(set) var problems: [Diagnostic] = []
    /// What is worth knowing about signals that compile.
    var warnings: [Diagnostic] = []
    /// Examples that their model cannot read.
    var unreadableExamples: Set<String> = []
    /// The models that signals ask, without repetition.
    private(set) var readers: [any TextReader] = []

    private(set) var patterns: [(source: String, caseInsensitive: Bool)] = []
    private(set) var literals: [LiteralSet.Literal] = []
    // Keys are bytes, since equal strings may differ in theirs, and then they occur in different texts.
    private var patternIndices: [[UInt8]: Int] = [:]
    private var literalIndices: [[UInt8]: Int] = [:]
    private var names: Set<SignalKey> = []

    init(recipe: Recipe, global: GlobalSettings, resources: EvidenceResources) {
        self.recipe = recipe
        self.global = global
        self.resources = resources
    }

    /// Adds a signal; of signals with one key the first counts.
    mutating func add(
        _ key: SignalKey, _ rule: any SignalRule, cost: CostClass, isSafety: Bool = false, declaredAs name: String
    ) {
        guard names.insert(key).inserted else { return }
        let entry = SignalCatalog.Entry(key, cost: cost, isSafety: isSafety)
        signals.append(Signal(entry: entry, rule: rule, declaredName: name))
    }

    /// Adds a declared signal of a family under its own name.
    mutating func add(_ declaration: SignalDeclaration, _ rule: any SignalRule, cost: CostClass) {
        add(SignalKey(declaration.family, declaration.name), rule, cost: cost, declaredAs: declaration.name)
    }

    /// The index of a pattern in the set that is matched in one walk.
    mutating func pattern(_ source: String, caseInsensitive: Bool) -> Int {
        let key = [caseInsensitive ? 1 : 0] + Array(source.utf8)
        if let index = patternIndices[key] { return index }
        patternIndices[key] = patterns.count
        patterns.append((source, caseInsensitive))
        return patterns.count - 1
    }

    /// The index of a literal in the set that is matched in one walk.
    mutating func literal(_ text: String, caseSensitive: Bool, boundaries: Bool) -> Int {
        let key = [caseSensitive ? 1 : 0, boundaries ? 1 : 0] + Array(text.utf8)
        if let index = literalIndices[key] { return index }
        literalIndices[key] = literals.count
        literals.append(LiteralSet.Literal(text, caseSensitive: caseSensitive, boundaries: boundaries))
        return literals.count - 1
    }

    /// Reports what is wrong with a declaration; `key` is the way to the value within it.
    mutating func report(
        _ code: Diagnostic.Code, _ message: String, in declaration: SignalDeclaration, key: [String] = [],
        suggestion: String? = nil
    ) {
        let path = key.reduce(declaration.path) { $0.appending(.key($1)) }
        problems.append(
            Diagnostic(.error, code, message, at: declaration.position, path: path, suggestion: suggestion))
    }

    /// The declarations with their typed configurations; others are reported.
    mutating func configurations<Configuration: SignalConfiguration>(
        _ declarations: [SignalDeclaration], as type: Configuration.Type
    ) -> [(declaration: SignalDeclaration, configuration: Configuration)] {
        declarations.compactMap { declaration in
            guard let configuration = declaration.configuration as? Configuration else {
                report(
                    .invalidValue, "the configuration of \"\(declaration.name)\" is not one of \(declaration.family)",
                    in: declaration)
                return nil
            }
            return (declaration, configuration)
        }
    }

    /// Compiles one pattern, or reports what is wrong with it.
    mutating func compilePattern(
        _ source: String, caseInsensitive: Bool, in declaration: SignalDeclaration, key: [String]
    ) -> Pattern? {
        do throws(PatternError) {
            return try Pattern(source, caseInsensitive: caseInsensitive)
        } catch {
            report(.invalidPattern, error.description, in: declaration, key: key)
            return nil
        }
    }

    /// The index of a model among those that signals ask.
    mutating func reader(_ reader: any TextReader) -> Int {
        if let index = readers.firstIndex(where: { $0.identity == reader.identity }) { return index }
        readers.append(reader)
        return readers.count - 1
    }

    /// Adds the signals of a group under its keys.
    mutating func add(
        _ group: any SignalGroup, as keys: [(key: SignalKey, declaredAs: String)], cost: CostClass,
        isSafety: Bool = false
    ) {
        for (index, entry) in keys.enumerated() {
            add(
                entry.key, GroupedRule(group: group, index: index), cost: cost, isSafety: isSafety,
                declaredAs: entry.declaredAs)
        }
    }
}
