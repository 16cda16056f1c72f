/// A JSON Schema (draft 2020-12) of policy files, for editors.
public enum JSONSchema {
    /// The schema of a whole file of a build.
    public static func text(_ families: PolicyFamilies) -> String {
        text(PolicyLoader(families: families).description)
    }

    /// The schema of one construct. Every construct is one definition, so that rule trees may contain themselves.
    public static func text(_ root: SchemaDescription) -> String {
        var definitions = Definitions()
        let reference = definitions.reference(root)
        var bodies: [String] = []
        while let schema = definitions.nextPending() {
            let body = definitions.body(schema.description)
            bodies.append("    \(JSONText.quoted(schema.name)): \(body)")
        }
        return """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$ref": \(reference),
              "$defs": {
            \(bodies.joined(separator: ",\n"))
              }
            }

            """
    }

    private struct Definitions {
        var names: [String: String] = [:]
        var taken: Set<String> = []
        var pending: [(name: String, description: SchemaDescription)] = []
        var next = 0

        mutating func nextPending() -> (name: String, description: SchemaDescription)? {
            guard next < pending.count else { return nil }
            next += 1
            return pending[next - 1]
        }

        /// The quoted reference to a construct, which is described later when it is new.
        mutating func reference(_ schema: SchemaDescription) -> String {
            let identity = ConfigurationReference.identity(schema)
            if let name = names[identity] { return JSONText.quoted("#/$defs/\(name)") }
            let base = String(schema.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
            var name = base
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(base)_\(number)"
                number += 1
            }
            names[identity] = name
            pending.append((name, schema))
            return JSONText.quoted("#/$defs/\(name)")
        }

        mutating func body(_ schema: SchemaDescription) -> String {
            let keys = schema.keys().filter {
                guard case .removed = $0.status else { return true }
                return false
            }
            let properties = keys.map { "\(JSONText.quoted($0.name)): \(property($0))" }
            let required = keys.filter(\.isRequired).map { JSONText.quoted($0.name) }
            var text = "{\"type\": [\"object\", \"null\"], \"description\": \(JSONText.quoted(schema.documentation)), "
            text += "\"properties\": {\(properties.joined(separator: ", "))}, \"additionalProperties\": false"
            if !required.isEmpty { text += ", \"required\": [\(required.joined(separator: ", "))]" }
            return text + "}"
        }

        private mutating func property(_ key: KeyDescription) -> String {
            var text = "{\"description\": \(JSONText.quoted(key.documentation))"
            if case .deprecated = key.status { text += ", \"deprecated\": true" }
            return text + ", \"anyOf\": [\(type(key.type)), {\"type\": \"null\"}]}"
        }

        private mutating func type(_ type: TypeDescription) -> String {
            switch type {
            case .string, .reference, .secret: return "{\"type\": [\"string\", \"number\"]}"
            case .duration: return "{\"type\": [\"string\", \"integer\"]}"
            case .tokenCount: return "{\"type\": [\"string\", \"number\"]}"
            case .boolean: return substitutable("{\"type\": \"boolean\"}")
            case .integer(let range):
                var text = "{\"type\": \"integer\""
                if let range {
                    if range.lowerBound > Int.min { text += ", \"minimum\": \(range.lowerBound)" }
                    if range.upperBound < Int.max { text += ", \"maximum\": \(range.upperBound)" }
                }
                return substitutable(text + "}")
            case .number(let range):
                var text = "{\"type\": \"number\""
                if let range {
                    if abs(range.lowerBound) < 1e300 { text += ", \"minimum\": \(range.lowerBound)" }
                    if abs(range.upperBound) < 1e300 { text += ", \"maximum\": \(range.upperBound)" }
                }
                return substitutable(text + "}")
            case .enumeration(let values):
                return "{\"enum\": [\(values.map(JSONText.quoted).joined(separator: ", "))]}"
            case .list(let element): return "{\"type\": \"array\", \"items\": \(self.type(element))}"
            case .map(let element): return "{\"type\": \"object\", \"additionalProperties\": \(self.type(element))}"
            case .object(let schema): return "{\"$ref\": \(reference(schema))}"
            case .either(let types):
                if types.isEmpty { return "true" }
                var texts: [String] = []
                for each in types { texts.append(self.type(each)) }
                return "{\"anyOf\": [\(texts.joined(separator: ", "))]}"
            case .any: return "true"
            }
        }

        /// A value may come from the environment, and then it is text in the file.
        private func substitutable(_ text: String) -> String {
            "{\"anyOf\": [\(text), {\"type\": \"string\", \"pattern\": \"\\\\$\"}]}"
        }
    }
}
