/// Where something stands in a policy file. Both numbers count from 1; the column counts Unicode scalars.
public struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int

    /// A position from a line and a column, both from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `line:column`.
    public var description: String { "\(line):\(column)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// The way from the root of a policy to one of its values, such as `routing.decisions[3].rules`.
public struct PolicyPath: Sendable, Hashable, CustomStringConvertible {
    /// One step: into a mapping by key or into a sequence by index.
    public enum Component: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    /// The steps from the root.
    public var components: [Component]

    /// A path of the given steps; empty is the root.
    public init(_ components: [Component] = []) {
        self.components = components
    }

    /// This path and one step more.
    public func appending(_ component: Component) -> PolicyPath {
        PolicyPath(components + [component])
    }

    /// Dotted form, with indices in brackets; keys that contain a dot or a space are quoted.
    public var description: String {
        var text = ""
        for component in components {
            switch component {
            case .key(let key):
                if !text.isEmpty { text += "." }
                text += key.contains(where: { $0 == "." || $0 == " " }) ? "\"\(key)\"" : key
            case .index(let index):
                text += "[\(index)]"
            }
        }
        return text
    }
}
