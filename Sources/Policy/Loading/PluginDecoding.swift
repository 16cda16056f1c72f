/// Reads one entry of `plugins`. Spec config §9.0.
struct PluginDecoding: Sendable {
    var families: [PluginFamily]

    var valueType: ValueType<PluginUse> {
        ValueType(.object(description), render: { _ in nil }) { node, context in decode(node, &context) }
    }

    var description: SchemaDescription {
        SchemaDescription(name: "plugin", documentation: "Something that happens on the way.") {
            [
                KeyDescription(
                    name: "type", type: .enumeration(families.flatMap { [$0.type] + $0.deprecatedNames }),
                    isRequired: true, defaultText: nil, documentation: "The plugin."),
                KeyDescription(
                    name: "configuration", type: .either(families.map { .object($0.schema) }), isRequired: true,
                    defaultText: nil, documentation: "The plugin's own settings."),
            ]
        }
    }

    private func decode(_ node: Node, _ context: inout DecodingContext) -> PluginUse? {
        guard let entries = node.entries else {
            context.error(.wrongType, "expected a mapping (plugin), found \(node.kindDescription)", at: node.position)
            return nil
        }
        for entry in entries where entry.key != "type" && entry.key != "configuration" {
            context.within(.key(entry.key)) {
                $0.error(
                    .unknownKey, "unknown key \"\(entry.key)\" in plugin", at: entry.keyPosition,
                    suggestion: NearestName.among(["type", "configuration"], to: entry.key))
            }
        }
        let family = family(node, &context)
        guard let configuration = node["configuration"], !configuration.isNull else {
            context.error(.missingKey, "a plugin needs the key \"configuration\"", at: node.position)
            return nil
        }
        guard let family else { return nil }
        let decoded = context.within(.key("configuration")) { context in
            context.noteOrigin(configuration.position)
            return family.decode(configuration, &context)
        }
        return decoded.map {
            PluginUse(type: family.type, configuration: $0, position: node.position, path: context.path)
        }
    }

    private func family(_ node: Node, _ context: inout DecodingContext) -> PluginFamily? {
        guard let text = node["type"]?.scalar?.text, !text.isEmpty else {
            context.error(.missingKey, "a plugin needs a type", key: "type", in: node)
            return nil
        }
        if let family = families.first(where: { $0.type == text }) { return family }
        if let family = families.first(where: { $0.deprecatedNames.contains(text) }) {
            context.warning(
                .deprecatedKey, "\"\(text)\" is the old name of the plugin \"\(family.type)\"", key: "type", in: node,
                suggestion: family.type)
            return family
        }
        let types = families.map(\.type)
        context.error(
            .unknownValue, "\"\(text)\" is no plugin; known are \(DecodingContext.list(types))", key: "type", in: node,
            suggestion: NearestName.among(types, to: text))
        return nil
    }

    /// Reports a plugin that a decision uses twice.
    static func checkDuplicates(_ plugins: [PluginUse], _ context: inout DecodingContext) {
        var lines: [String: Int] = [:]
        for plugin in plugins {
            if let line = lines[plugin.type] {
                context.at(plugin.path, recipe: context.recipe) {
                    $0.error(
                        .duplicateName, "the decision has the plugin \(plugin.type) already on line \(line)",
                        at: plugin.position)
                }
            } else {
                lines[plugin.type] = plugin.position.line
            }
        }
    }
}
