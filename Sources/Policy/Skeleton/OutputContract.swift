/// An executable contract on the shape of a decision's answers. Spec config §7.4.
public struct OutputContract: Sendable {
    /// What an answer must be.
    public enum Kind: String, Sendable, CaseIterable {
        case unset = ""
        case choice
        case structuredJSON = "structured_json"
        case referenceSelection = "reference_selection"
    }

    /// How a choice is written.
    public enum RenderMode: String, Sendable, CaseIterable {
        case unset = ""
        case value
        case template
    }

    /// How the answer is found in the text.
    public enum ExtractMode: String, Sendable, CaseIterable {
        case unset = ""
        case exact
        case jsonObject = "json_object"
    }

    /// Where the answer is looked for.
    public enum ExtractSource: String, Sendable, CaseIterable {
        case content
        case reasoningContent = "reasoning_content"
        case candidateResponses = "candidate_responses"
    }

    public var kind = Kind.unset
    /// The valid choices.
    public var choices: [String] = []
    /// A named JSON schema.
    public var schemaReference = ""
    public var referenceSource = ""
    public var referenceFormat = ""
    public var renderMode = RenderMode.unset
    public var renderTemplate = ""
    public var extractMode = ExtractMode.unset
    public var extractSources: [ExtractSource] = []
    public var fieldOrder: [String] = []
    public var fieldDefaults: [String: AnyValue] = [:]
    public var repairsViolations = false
    public var violationFallback = ""
    public var postprocessing: [String] = []

    /// A contract that says nothing.
    public init() {}

    /// The declaration of `output_contract_spec`.
    public static let schema = Schema<OutputContract>(
        "output contract", "An executable contract on the shape of answers.", initial: OutputContract(),
        keys: [
            Key("type", \.kind, .enumeration(), "What an answer must be."),
            Key("choice_set", \.self, merging: choiceSet, "The valid choices, for `choice`."),
            Key("json_schema", \.self, merging: jsonSchema, "The schema, for `structured_json`."),
            Key("reference", \.self, merging: reference, "What is selected, for `reference_selection`."),
            Key("render", \.self, merging: render, "How a choice is written."),
            Key("extract", \.self, merging: extract, "How the answer is found in the text."),
            Key("normalize", \.self, merging: normalize, "How a JSON answer is completed."),
            Key("on_violation", \.self, merging: onViolation, "What happens when an answer breaks the contract."),
            Key("postprocess", \.postprocessing, .list(postprocessor), "What is done with a valid answer."),
        ]
    ).checking { value, node, context in
        value.checkKind(node, &context)
        value.checkChoices(node, &context)
        value.checkExtraction(node, &context)
    }

    private func checkKind(_ node: Node, _ context: inout DecodingContext) {
        if kind == .unset, postprocessing.isEmpty {
            context.error(.missingKey, "the contract needs type or postprocess", at: node.position)
        }
        if kind == .structuredJSON, schemaReference.isEmpty {
            context.error(.missingKey, "structured_json needs json_schema.schema_ref", key: "type", in: node)
        }
        if kind != .referenceSelection, !postprocessing.isEmpty {
            context.error(
                .conflict, "dereference_selected_reference needs type reference_selection", key: "postprocess", in: node
            )
        }
    }

    private func checkChoices(_ node: Node, _ context: inout DecodingContext) {
        if kind == .choice, choices.isEmpty {
            context.error(.missingKey, "choice needs choice_set.values", key: "type", in: node)
        }
        if renderMode != .unset, kind != .choice {
            context.error(.conflict, "render needs type choice", key: "render", in: node)
        }
        if renderMode == .template, !Self.placeholders.contains(where: renderTemplate.contains) {
            context.error(
                .invalidValue, "the template must contain {choice} or {{choice}}", key: "render", in: node)
        }
    }

    private func checkExtraction(_ node: Node, _ context: inout DecodingContext) {
        if extractMode == .jsonObject, kind == .choice || kind == .referenceSelection {
            context.error(
                .conflict, "\(kind.rawValue) accepts only the extract mode exact", key: "extract", in: node,
                suggestion: "exact")
        }
        if Set(extractSources).count < extractSources.count {
            context.error(.duplicateName, "extract.sources lists a source twice", key: "extract", in: node)
        }
    }

    private static let placeholders = ["{choice}", "{{choice}}"]

    private static let choiceSet = Schema<OutputContract>(
        "choice set", "The valid choices.", initial: OutputContract(),
        keys: [Key("values", \.choices, .list(.nonEmptyString), "The choices; letter case does not distinguish them.")]
    ).checking { value, node, context in
        var seen: Set<String> = []
        for choice in value.choices where !seen.insert(choice.lowercased()).inserted {
            context.error(.duplicateName, "the choice \"\(choice)\" is listed twice", key: "values", in: node)
        }
    }

    private static let jsonSchema = Schema<OutputContract>(
        "contract JSON schema", "The schema of a JSON answer.", initial: OutputContract(),
        keys: [Key("schema_ref", \.schemaReference, .enumeration(["terminal_action_v1"]), "A named schema.")])

    private static let reference = Schema<OutputContract>(
        "contract reference", "What is selected.", initial: OutputContract(),
        keys: [
            Key("source", \.referenceSource, .enumeration(["", "candidate_responses"]), "Where references come from."),
            Key(
                "id_format", \.referenceFormat, .enumeration(["", "index", "reference_number"]), "How they are named."),
        ])

    private static let render = Schema<OutputContract>(
        "contract rendering", "How a choice is written.", initial: OutputContract(),
        keys: [
            Key("mode", \.renderMode, .enumeration(), "The bare value or a template."),
            Key("template", \.renderTemplate, .string, "A text with `{choice}` or `{{choice}}`."),
        ])

    private static let extract = Schema<OutputContract>(
        "contract extraction", "How the answer is found in the text.", initial: OutputContract(),
        keys: [
            Key("mode", \.extractMode, .enumeration(), "The whole text or the JSON object in it."),
            Key("sources", \.extractSources, .list(.enumeration()), "Where the answer is looked for, in order."),
        ])

    private static let normalize = Schema<OutputContract>(
        "contract normalization", "How a JSON answer is completed.", initial: OutputContract(),
        keys: [
            Key("field_order", \.fieldOrder, .list(.string), "The order of the fields."),
            Key("defaults", \.fieldDefaults, .map(.any), "Values of missing fields."),
        ])

    private static let onViolation = Schema<OutputContract>(
        "contract violation", "What happens when an answer breaks the contract.", initial: OutputContract(),
        keys: [
            Key("repair", \.repairsViolations, .boolean, "The model is asked once more."),
            Key("fallback", \.violationFallback, .string, "The answer when nothing else helps."),
        ])

    private struct Postprocessor: Sendable { var type = "" }

    private static let postprocessor = ValueType<Postprocessor>.object(
        Schema(
            "postprocessor", "What is done with a valid answer.", initial: Postprocessor(),
            keys: [
                Key(
                    "type", \.type, .enumeration(["dereference_selected_reference"]),
                    "Puts the selected response in the place of its reference.", required: true)
            ])
    ).map { $0.type }
}
