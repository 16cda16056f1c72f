/// One step from a container to a value inside it.
public enum JSONPathElement: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The member with this name.
    case key(String)
    /// The element at this position.
    case index(Int)

    public init(stringLiteral value: String) { self = .key(value) }
    public init(integerLiteral value: Int) { self = .index(value) }
}

/// Why an edit cannot be made. The editor is unchanged.
public struct JSONEditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable {
        /// A step of the path asks for a member of something that is not an object, or an element of no array.
        case wrongKind = "wrong_kind"
        /// A step of the path names an element that does not exist.
        case indexOutOfRange = "index_out_of_range"
    }

    /// The cause.
    public var code: Code
    /// The whole path of the edit.
    public var path: [JSONPathElement]
    /// Position in `path` of the step that failed.
    public var step: Int

    public var description: String {
        let text = path.map { element in
            switch element {
            case .key(let name): "/\(name)"
            case .index(let position): "/\(position)"
            }
        }
        return "cannot edit \(text.joined()): \(code.rawValue) at step \(step)"
    }
}
