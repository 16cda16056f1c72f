/// Reads YAML bytes into a tree with positions. Hostile input is bounded: in bytes, in depth, and in nodes, where
/// every use of an alias counts as much as what it stands for.
public struct YAMLReader: Sendable {
    /// What a document may cost.
    public struct Limits: Sendable {
        public var bytes = 8 << 20
        public var depth = 200
        public var nodes = 1_000_000

        /// 8 MiB, 200 levels, a million nodes.
        public init() {}
    }

    /// A document and what is wrong with it.
    public struct Result: Sendable {
        /// The tree; nil when the text is no YAML. An empty document is an empty mapping.
        public var root: Node?
        public var diagnostics: [Diagnostic]
    }

    public var limits: Limits

    /// A reader with limits.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads one document in UTF-8. Duplicate keys are reported, the first one counts.
    public func read(_ bytes: [UInt8]) -> Result {
        let start = SourcePosition(line: 1, column: 1)
        func failure(_ code: Diagnostic.Code, _ message: String, at position: SourcePosition) -> Result {
            Result(root: nil, diagnostics: [Diagnostic(.error, code, message, at: position, path: PolicyPath())])
        }
        guard bytes.count <= limits.bytes else {
            return failure(.tooLarge, "the file has \(bytes.count) bytes; at most \(limits.bytes) are read", at: start)
        }
        if let position = UTF8Check.firstInvalid(in: bytes) {
            return failure(.yamlSyntax, "the file is not valid UTF-8 here", at: position)
        }
        var composer = YAMLComposer(limits: limits)
        do throws(YAMLFailure) {
            let root = try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLFailure) in
                try composer.document(from: YAMLEvents(buffer))
            }
            return Result(root: root ?? Node(.mapping([]), at: start), diagnostics: composer.diagnostics)
        } catch {
            let last = Diagnostic(.error, error.code, error.message, at: error.position, path: PolicyPath())
            return Result(root: nil, diagnostics: composer.diagnostics + [last])
        }
    }
}

/// Why reading stopped.
struct YAMLFailure: Error {
    var code: Diagnostic.Code
    var message: String
    var position: SourcePosition
}

/// Finds bytes that are no UTF-8.
enum UTF8Check {
    /// The position of the first byte that is not part of a scalar, or nil.
    static func firstInvalid(in bytes: [UInt8]) -> SourcePosition? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var position = SourcePosition(line: 1, column: 1)
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return nil
            case .error: return position
            case .scalarValue("\n"): position = SourcePosition(line: position.line + 1, column: 1)
            case .scalarValue: position.column += 1
            }
        }
    }
}
