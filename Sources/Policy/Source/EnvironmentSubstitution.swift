/// Puts values of the environment in the place of `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME-default}`.
/// Spec config §0.1.
public struct EnvironmentSubstitution: Sendable {
    private let environment: @Sendable (String) -> String?
    /// Variables that were used but have no value, with the place of the first use.
    public private(set) var diagnostics: [Diagnostic] = []
    private var path = PolicyPath()

    /// A substitution that asks `environment` for values; nil means that a variable is unset.
    public init(environment: @escaping @Sendable (String) -> String?) {
        self.environment = environment
    }

    /// The same tree with every scalar substituted; keys stay as they are.
    public mutating func substitute(_ node: Node) -> Node {
        var copy = node
        switch node.content {
        case .scalar(var scalar):
            guard scalar.text.utf8.contains(UInt8(ascii: "$")) else { return node }
            let (text, used, missing) = Self.expand(scalar.text, inTemplate: isTemplate, environment)
            scalar.text = text
            scalar.isSubstituted = used
            copy.content = .scalar(scalar)
            for name in missing where diagnostics.count < 1_000 {
                diagnostics.append(
                    Diagnostic(
                        .warning, .environmentVariableUnset,
                        "the environment variable \(name) is not set; it counts as empty", at: node.position,
                        path: path))
            }
        case .sequence(let elements):
            copy.content = .sequence(
                elements.enumerated().map { index, element in
                    within(.index(index)) { $0.substitute(element) }
                })
        case .mapping(let entries):
            copy.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.value = within(.key(entry.key)) { $0.substitute(entry.value) }
                    return entry
                })
        }
        return copy
    }

    /// Whether the current value is a template of tool arguments, whose placeholders are not ours.
    private var isTemplate: Bool { path.components.contains(.key("tool_arguments")) }

    private mutating func within<Result>(
        _ component: PolicyPath.Component, _ body: (inout EnvironmentSubstitution) -> Result
    ) -> Result {
        path.components.append(component)
        defer { path.components.removeLast() }
        return body(&self)
    }

    /// One text substituted, whether any variable was, and the names of those without value and default. In
    /// templates an unset `${name}` stays as it is.
    public static func expand(
        _ text: String, inTemplate: Bool = false, _ environment: (String) -> String?
    ) -> (text: String, isSubstituted: Bool, missing: [String]) {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var missing: [String] = []
        var isSubstituted = false
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let next = bytes[index + 1]
            if next == UInt8(ascii: "$") {
                output.append(next)
                index += 2
            } else if next == UInt8(ascii: "{"), let end = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: "}")) {
                let expression = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
                let (value, name) = evaluate(expression, environment)
                if let name { missing.append(name) }
                if inTemplate, name != nil {
                    missing.removeLast()
                    output += bytes[index...end]
                } else {
                    output += Array(value.utf8)
                    isSubstituted = true
                }
                index = end + 1
            } else if isName(next) {
                let end = bytes[(index + 1)...].firstIndex { !isName($0) } ?? bytes.count
                let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                if let value = environment(name) { output += Array(value.utf8) } else { missing.append(name) }
                isSubstituted = true
                index = end
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return (String(decoding: output, as: UTF8.self), isSubstituted, missing)
    }

    /// The value of what stands between the braces; the name when it has neither value nor default.
    private static func evaluate(
        _ expression: String, _ environment: (String) -> String?
    ) -> (value: String, missing: String?) {
        let name = expression.prefix { $0.utf8.count == 1 && $0.utf8.allSatisfy(isName) }
        let rest = expression[name.endIndex...]
        let value = name.isEmpty ? nil : environment(String(name))
        if rest.hasPrefix(":-") {
            if let value, !value.isEmpty { return (value, nil) }
            return (String(rest.dropFirst(2)), nil)
        }
        if rest.hasPrefix("-") { return (value ?? String(rest.dropFirst()), nil) }
        if rest.isEmpty { return (value ?? "", value == nil && !name.isEmpty ? String(name) : nil) }
        return ("", expression)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            return true
        default: return false
        }
    }
}
