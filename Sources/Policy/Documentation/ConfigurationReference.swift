/// The reference of all keys, generated from the declarations.
public enum ConfigurationReference {
    /// A chapter of the reference.
    public struct Section: Sendable {
        public var title: String
        public var schema: SchemaDescription

        /// A chapter on one construct and what is in it.
        public init(title: String, schema: SchemaDescription) {
            self.title = title
            self.schema = schema
        }
    }

    /// The chapters of a build: the file, its families and the global settings.
    public static func sections(_ families: PolicyFamilies) -> [Section] {
        let root = PolicyLoader(families: families).description
        var sections = [Section(title: "Policy file", schema: root)]
        sections += families.signals.map { Section(title: "Signal `\($0.type)`", schema: $0.schema) }
        sections += families.algorithms.compactMap { family in
            family.schema.map { Section(title: "Algorithm `\(family.type)`", schema: $0) }
        }
        sections += families.plugins.map { Section(title: "Plugin `\($0.type)`", schema: $0.schema) }
        return sections + [Section(title: "Global settings", schema: GlobalSettings.schema.description)]
    }

    /// Markdown with one table per construct. A construct is described once, where it first occurs; constructs that
    /// have a chapter of their own are described there.
    public static func render(sections: [Section]) -> String {
        var output = "# Configuration reference\n"
        var seen = Set(sections.map { Self.identity($0.schema) })
        for section in sections {
            output += "\n## \(section.title)\n"
            output += table(section.schema)
            var queue = children(section.schema)
            var next = 0
            while next < queue.count {
                let child = queue[next]
                next += 1
                guard seen.insert(identity(child)).inserted else { continue }
                output += "\n### \(child.name)\n" + table(child)
                queue += children(child)
            }
        }
        return output
    }

    private static func table(_ schema: SchemaDescription) -> String {
        var text = "\n\(forUsers(schema.documentation))\n\n"
        let keys = schema.keys()
        guard !keys.isEmpty else { return text + "It has no keys.\n" }
        text += "| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |\n"
        for key in keys {
            let fallback = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? "—"
            text +=
                "| `\(key.name)` | \(escaped(typeName(key.type))) | \(escaped(fallback)) | \(escaped(meaning(key))) |\n"
        }
        return text
    }

    private static func meaning(_ key: KeyDescription) -> String {
        switch key.status {
        case .supported: return forUsers(key.documentation)
        case .deprecated(let instead): return "Old name of `\(instead)`. \(key.documentation)"
        case .removed(let instead): return "Removed: \(instead)."
        }
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(separator: "\n").joined(separator: " ")
    }

    /// A type in words.
    static func typeName(_ type: TypeDescription) -> String {
        switch type {
        case .string: return "text"
        case .secret: return "secret text"
        case .boolean: return "boolean"
        case .integer(let range): return "whole number" + (range.map(bounds) ?? "")
        case .number(let range): return "number" + (range.map(bounds) ?? "")
        case .duration: return "duration"
        case .tokenCount: return "token count"
        case .enumeration(let values):
            return values.map { $0.isEmpty ? "empty" : "`\($0)`" }.joined(separator: ", ")
        case .reference(let kind): return "name of a \(kind)"
        case .list(let element): return "list of: \(typeName(element))"
        case .map(let element): return "mapping of names to: \(typeName(element))"
        case .object(let schema): return "[\(schema.name)](#\(anchor(schema.name)))"
        case .either(let types): return types.map(typeName).joined(separator: " or ")
        case .any: return "any value"
        }
    }

    private static func anchor(_ title: String) -> String {
        String(
            title.lowercased().compactMap {
                $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil
            })
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max ? " ≥ \(range.lowerBound)" : " \(range.lowerBound)–\(range.upperBound)"
    }

    private static func bounds(_ range: ClosedRange<Double>) -> String {
        range.upperBound == .greatestFiniteMagnitude
            ? " ≥ \(range.lowerBound)" : " \(range.lowerBound)–\(range.upperBound)"
    }

    /// A declaration's text without the sentence that names its source.
    private static func forUsers(_ documentation: String) -> String {
        guard let mark = documentation.firstRange(of: " Spec ") else { return documentation }
        return String(documentation[..<mark.lowerBound])
    }

    /// What distinguishes one construct from another.
    static func identity(_ schema: SchemaDescription) -> String { "\(schema.name)\n\(schema.documentation)" }

    private static func children(_ schema: SchemaDescription) -> [SchemaDescription] {
        schema.keys().flatMap { objects($0.type) }
    }

    private static func objects(_ type: TypeDescription) -> [SchemaDescription] {
        switch type {
        case .object(let schema): return [schema]
        case .list(let element), .map(let element): return objects(element)
        case .either(let types): return types.flatMap(objects)
        default: return []
        }
    }
}
