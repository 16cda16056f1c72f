/// Text that is never printed: keys, passwords, tokens. Its description is a mask, so that it cannot leak by
/// interpolation.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    private let value: String

    /// Wraps a secret.
    public init(_ value: String) {
        self.value = value
    }

    /// The secret itself, to be handed to a peer and to nothing else.
    public func reveal() -> String { value }

    /// Whether there is anything in it.
    public var isEmpty: Bool { value.isEmpty }

    /// A mask.
    public var description: String { value.isEmpty ? "" : "[REDACTED]" }
    /// A mask.
    public var debugDescription: String { description }
}

extension ValueType where Value == Secret {
    /// Text that is masked wherever it is shown.
    public static var secret: ValueType {
        ValueType(.secret, render: { _ in nil }) { node, context in
            ValueType<String>.string.decode(node, &context).map(Secret.init)
        }
    }
}

extension ValueType where Value == Duration {
    /// A Go-style duration: a sum of numbers with the units `ns`, `us`, `ms`, `s`, `m`, `h`, such as `1m30s`.
    public static var duration: ValueType {
        ValueType(.duration, render: { DurationText.render($0) }) { node, context in
            guard let scalar = node.scalar else {
                context.error(.wrongType, "expected a duration, found \(node.kindDescription)", at: node.position)
                return nil
            }
            guard let duration = DurationText.parse(scalar.text) else {
                context.error(
                    .invalidValue, "\"\(scalar.text)\" is no duration; write for example 30s, 5m or 1h30m",
                    at: node.position)
                return nil
            }
            return duration
        }
    }
}

/// Durations as Go writes them.
public enum DurationText {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    /// The duration that a text means, or nil. Only a bare `0` needs no unit.
    public static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let unit = units.first(where: { $0.name == name }) else { return nil }
            rest = rest.dropFirst(name.count)
            total += number * unit.nanoseconds
        }
        guard !text.isEmpty, total.isFinite, total < 9e18 else { return nil }
        return .nanoseconds(Int64(total))
    }

    /// The shortest text for a duration in one unit.
    public static func render(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds == 0 {
            if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
            if seconds != 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
            return "\(seconds)s"
        }
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}

/// A number of tokens, as policies write it: digits with an optional `K` (× 1000) or `M` (× 1 000 000).
public struct TokenCount: Sendable, Hashable {
    /// The count.
    public var tokens: Int

    /// A count of tokens.
    public init(_ tokens: Int) {
        self.tokens = tokens
    }

    /// Reads `999`, `1K`, `1.5k`, `2M`; nil for anything else. Fractions are cut, not rounded.
    public init?(parsing text: String) {
        var digits = Substring(text)
        var factor = 1.0
        if let last = digits.last {
            if last == "k" || last == "K" { factor = 1_000 }
            if last == "m" || last == "M" { factor = 1_000_000 }
            if factor > 1 { digits.removeLast() }
        }
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits),
            number * factor < 9e15
        else { return nil }
        tokens = Int(number * factor)
    }
}

extension ValueType where Value == TokenCount {
    /// A token count such as `999`, `1K` or `1.5M`.
    public static var tokenCount: ValueType {
        ValueType(.tokenCount, render: { String($0.tokens) }) { node, context in
            guard let scalar = node.scalar else {
                context.error(.wrongType, "expected a token count, found \(node.kindDescription)", at: node.position)
                return nil
            }
            guard let count = TokenCount(parsing: scalar.text) else {
                context.error(
                    .invalidValue, "\"\(scalar.text)\" is no token count; write for example 999, 8K or 1.5M",
                    at: node.position)
                return nil
            }
            return count
        }
    }
}

/// A value of any shape, kept as it stands: annotations, metadata and what belongs to a remote service.
public indirect enum AnyValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([AnyValue])
    case mapping([String: AnyValue])

    /// The value that a node means by the YAML core schema.
    public init(_ node: Node) {
        switch node.content {
        case .sequence(let nodes): self = .list(nodes.map(AnyValue.init))
        case .mapping(let entries):
            self = .mapping(Dictionary(entries.map { ($0.key, AnyValue($0.value)) }, uniquingKeysWith: { $1 }))
        case .scalar(let scalar):
            if node.isNull {
                self = .null
            } else if scalar.isPlain, let boolean = node.boolean {
                self = .boolean(boolean)
            } else if scalar.isPlain, let integer = Int(scalar.text) {
                self = .integer(integer)
            } else if scalar.isPlain, let number = Double(scalar.text) {
                self = .number(number)
            } else {
                self = .string(scalar.text)
            }
        }
    }
}

extension ValueType where Value == AnyValue {
    /// Any value; what is in it is not checked.
    public static var any: ValueType {
        ValueType(.any, render: { _ in nil }) { node, _ in AnyValue(node) }
    }
}
