/// What decoding a policy collects on its way: diagnostics, declared names, and uses of names that are checked
/// at the end, when everything is declared.
public struct DecodingContext: Sendable {
    /// Everything found so far, in the order found.
    public private(set) var diagnostics: [Diagnostic] = []
    /// Where decoding stands.
    public private(set) var path = PolicyPath()
    /// The recipe being read, by index; nil outside recipes.
    public var recipe: Int?
    /// The paths of values that the file gives, with their positions; all others are defaults.
    public private(set) var origins: [PolicyPath: SourcePosition] = [:]

    /// The condition types that rules may name, as the families declare them.
    var leafTypes: [String: LeafType] = [:]

    private var counts: [Diagnostic.Severity: Int] = [:]
    private var pending: [PendingReference] = []
    private var declared: [DeclarationScope: Declarations] = [:]

    private struct DeclarationScope: Hashable {
        var kind: ReferenceKind
        var recipe: Int?
    }

    private struct Declarations {
        var names: [String] = []
        var positions: [String: SourcePosition?] = [:]
    }

    /// An empty context at the root.
    public init() {}

    /// Whether any diagnostic is an error.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Runs `body` one step deeper.
    public mutating func within<Result>(
        _ component: PolicyPath.Component, _ body: (inout DecodingContext) -> Result
    ) -> Result {
        path.components.append(component)
        defer { path.components.removeLast() }
        return body(&self)
    }

    /// Notes that the file gives the value at the current path.
    public mutating func noteOrigin(_ position: SourcePosition) {
        origins[path] = position
    }

    /// Reports an error at the current path.
    public mutating func error(
        _ code: Diagnostic.Code, _ message: String, at position: SourcePosition, suggestion: String? = nil
    ) {
        report(Diagnostic(.error, code, message, at: position, path: path, suggestion: suggestion))
    }

    /// Reports a warning at the current path.
    public mutating func warning(
        _ code: Diagnostic.Code, _ message: String, at position: SourcePosition, suggestion: String? = nil
    ) {
        report(Diagnostic(.warning, code, message, at: position, path: path, suggestion: suggestion))
    }

    /// Reports a diagnostic as it is.
    public mutating func report(_ diagnostic: Diagnostic) {
        // Each kind has its own bound, so that warnings never hide that there are errors.
        guard counts[diagnostic.severity, default: 0] < 1_000 else { return }
        counts[diagnostic.severity, default: 0] += 1
        diagnostics.append(diagnostic)
    }

    /// The nearest of some names, while diagnostics are still noted. Names beyond the first few thousand are not compared.
    func nearest(_ names: @autoclosure () -> [String], to name: String) -> String? {
        guard counts.values.allSatisfy({ $0 < 1_000 }) else { return nil }
        return NearestName.among(names().prefix(4_000), to: name)
    }

    /// Reports an error at the value of a key of a mapping, or at the mapping when it has no such key.
    public mutating func error(
        _ code: Diagnostic.Code, _ message: String, key: String, in node: Node, suggestion: String? = nil
    ) {
        guard let value = node[key] else { return error(code, message, at: node.position, suggestion: suggestion) }
        within(.key(key)) { $0.error(code, message, at: value.position, suggestion: suggestion) }
    }

    /// Reports a warning at the value of a key of a mapping, or at the mapping when it has no such key.
    public mutating func warning(
        _ code: Diagnostic.Code, _ message: String, key: String, in node: Node, suggestion: String? = nil
    ) {
        guard let value = node[key] else { return warning(code, message, at: node.position, suggestion: suggestion) }
        within(.key(key)) { $0.warning(code, message, at: value.position, suggestion: suggestion) }
    }

    /// Runs `body` elsewhere in the policy, for checks that need everything to be read.
    mutating func at(_ path: PolicyPath, recipe: Int?, _ body: (inout DecodingContext) -> Void) {
        let before = (self.path, self.recipe)
        (self.path, self.recipe) = (path, recipe)
        body(&self)
        (self.path, self.recipe) = before
    }

    /// Declares a name, so that uses of it are valid. Returns false when the name was declared before.
    @discardableResult
    public mutating func declare(_ kind: ReferenceKind, _ name: String) -> Bool {
        note(kind, name, nil)
    }

    /// Declares a name that must be unique; a second declaration is reported with the line of the first.
    public mutating func declareUnique(_ kind: ReferenceKind, _ name: String, at position: SourcePosition) {
        let scope = DeclarationScope(kind: kind, recipe: kind.isGlobal ? nil : recipe)
        if let first = declared[scope]?.positions[name] {
            let place = first.map { " on line \($0.line)" } ?? ""
            error(.duplicateName, "another \(kind) is named \"\(name)\" already\(place)", at: position)
            return
        }
        note(kind, name, position)
    }

    @discardableResult
    private mutating func note(_ kind: ReferenceKind, _ name: String, _ position: SourcePosition?) -> Bool {
        let scope = DeclarationScope(kind: kind, recipe: kind.isGlobal ? nil : recipe)
        guard declared[scope, default: Declarations()].positions.updateValue(position, forKey: name) == nil else {
            return false
        }
        declared[scope]?.names.append(name)
        return true
    }

    /// The names declared so far for a kind, in order; of the current recipe unless the kind is global.
    public func names(_ kind: ReferenceKind) -> [String] {
        declared[DeclarationScope(kind: kind, recipe: kind.isGlobal ? nil : recipe)]?.names ?? []
    }

    /// Whether a name is declared so far for a kind.
    public func isDeclared(_ kind: ReferenceKind, _ name: String) -> Bool {
        declared[DeclarationScope(kind: kind, recipe: kind.isGlobal ? nil : recipe)]?.positions[name] != nil
    }

    /// Notes a use of a name at the current path, to be checked by `resolveReferences`. With `ifAny`, the check is
    /// made only when the policy declares any name of that kind.
    public mutating func refer(
        to kind: ReferenceKind, _ name: String, at position: SourcePosition, ifAny: ReferenceKind? = nil
    ) {
        pending.append(
            PendingReference(kind: kind, name: name, recipe: recipe, position: position, path: path, ifAny: ifAny))
    }

    /// Reports every noted use of a name that nothing declares.
    public mutating func resolveReferences() {
        for use in pending {
            at(use.path, recipe: use.recipe) { context in
                if context.isDeclared(use.kind, use.name) { return }
                if let kind = use.ifAny, context.names(kind).isEmpty { return }
                let names = context.names(use.kind)
                let known = names.isEmpty ? "none is declared" : "declared: \(Self.list(names))"
                context.error(
                    .danglingReference, "no \(use.kind) is named \"\(use.name)\" (\(known))", at: use.position,
                    suggestion: context.nearest(names, to: use.name))
            }
        }
        pending.removeAll()
    }

    /// The first few of a list of names, for messages.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
        return names.count > 8 ? shown + ", …" : shown
    }
}

/// What a rule may say about a condition type.
struct LeafType: Sendable {
    /// What its names refer to.
    var kind: ReferenceKind
    /// Whether `label` and `on_error` may stand on it.
    var hasLabels: Bool
}
