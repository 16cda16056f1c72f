internal import Policy

/// The configuration of a signal that is known by its name alone: the name is one of the family's labels.
/// Spec config §5.4.
public struct NamedLabelSignal: SignalConfiguration {
    public var name = ""
    public var description = ""

    /// A signal without a name.
    public init() {}

    /// The declaration for a family whose names should be among `labels`; others never match, which is a warning, or
    /// an error where the family is strict.
    static func schema(
        _ title: String, _ documentation: String, labels: [String], isStrict: Bool
    )
        -> Schema<NamedLabelSignal>
    {
        Schema<NamedLabelSignal>(title, documentation, initial: NamedLabelSignal(), keys: commonKeys).checking {
            value, node, context in
            guard !value.name.isEmpty, !labels.contains(value.name) else { return }
            let known = labels.joined(separator: ", ")
            let suggestion = NearestName.among(labels, to: value.name)
            if isStrict {
                context.error(
                    .unknownValue, "expected one of \(known), found \"\(value.name)\"", key: "name", in: node,
                    suggestion: suggestion)
            } else {
                context.warning(
                    .noEffect, "\"\(value.name)\" never matches: the family says only \(known)", key: "name", in: node,
                    suggestion: suggestion)
            }
        }
    }
}
