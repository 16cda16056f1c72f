public import Policy
public import Routing
internal import Wire

/// The configuration of a metadata signal: a test on one entry of the request's `metadata`. Spec config §5.17.
public struct MetadataSignal: SignalConfiguration {
    /// The test; exactly one field is set.
    public struct Predicate: Sendable, Hashable {
        public var equals: String?
        public var isOneOf: [String]?
        public var exists: Bool?

        /// A test of nothing.
        public init() {}

        static let schema = Schema<Predicate>(
            "metadata predicate", "A test on a metadata entry; exactly one key is set.", initial: Predicate(),
            keys: [
                Key("equals", \.equals, .string, "The entry has this value."),
                Key("in", \.isOneOf, .list(.string), "The entry has one of these values."),
                Key("exists", \.exists, .boolean, "Whether the entry must be there or must be missing."),
            ]
        ).checking { _, node, context in
            let given = ["equals", "in", "exists"].filter { node[$0] != nil && node[$0]?.isNull == false }
            if given.count != 1 {
                context.error(.invalidValue, "set exactly one of equals, in and exists", at: node.position)
            }
            if let list = node["in"]?.elements, list.isEmpty {
                context.error(.invalidValue, "in needs at least one value", key: "in", in: node)
            }
        }
    }

    public var name = ""
    public var description = ""
    /// The entry's key; case counts.
    public var key = ""
    public var predicate = Predicate()

    /// A signal of no entry.
    public init() {}

    /// The declaration.
    public static let schema = Schema<MetadataSignal>(
        "metadata signal",
        "Matches by an entry of the request's metadata. The caller supplies it, so it proves nothing about the caller.",
        initial: MetadataSignal(),
        keys: commonKeys + [
            Key("key", \.key, .name, "The entry's key.", required: true),
            Key("predicate", \.predicate, .object(Predicate.schema), "The test on the entry.", required: true),
        ]
    ).checking { value, node, context in
        context.declareUniqueIgnoringCase(value.name, of: "metadata", in: node)
    }
}

extension DecodingContext {
    /// Reports a name that differs only in case from an earlier one of its family.
    mutating func declareUniqueIgnoringCase(_ name: String, of family: String, in node: Node) {
        guard !name.isEmpty, !isDeclared(.signal(family), name) else { return }
        let kind = ReferenceKind("\(family) signal, ignoring case,", isGlobal: false)
        if isDeclared(kind, name.lowercased()) {
            error(.duplicateName, "another \(family) signal is named \"\(name)\" but for case", key: "name", in: node)
        } else {
            declare(kind, name.lowercased())
        }
    }
}

/// The metadata family: what the caller says beside the messages.
public enum MetadataSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "metadata", key: "metadata", schema: MetadataSignal.schema.description,
        decode: { node, context in MetadataSignal.schema.decode(node, &context) }, isScoreInput: false)

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: MetadataSignal.self) {
            builder.add(declaration, MetadataRule(key: signal.key, predicate: signal.predicate), cost: cost)
        }
    }
}

/// A compiled metadata signal. Values are compared exactly; the value is 1 when it matches, else 0.
struct MetadataRule: SignalRule {
    var key: String
    var predicate: MetadataSignal.Predicate

    func read(_ scan: inout RequestScan) -> Reading {
        let entry = scan.conversation.metadata[key]
        let isMatched: Bool
        if let equals = predicate.equals {
            isMatched = entry.map { $0.isIdentical(to: equals) } ?? false
        } else if let values = predicate.isOneOf {
            isMatched = entry.map { entry in values.contains { $0.isIdentical(to: entry) } } ?? false
        } else {
            isMatched = (entry != nil) == (predicate.exists ?? true)
        }
        return isMatched ? .matched(value: 1) : .unmatched(value: 0)
    }
}

extension String {
    /// Whether the two are the same scalar by scalar; `==` also takes canonically equivalent texts for equal.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
