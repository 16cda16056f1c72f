import Testing

@testable import Policy

/// The `global` section of a policy, read from text.
struct GlobalFixture {
    var settings = GlobalSettings()
    var diagnostics: [Diagnostic] = []
    var origins: [PolicyPath: SourcePosition] = [:]

    var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    /// The features that the text turns on and that are not built.
    var unavailable: [UnavailableFeature] {
        GlobalSettings.unavailable(in: settings) { origins[$0] != nil }
    }

    init(_ text: String) {
        let result = YAMLReader().read(Array(text.utf8))
        diagnostics = result.diagnostics
        if let root = result.root { decode(root) }
    }

    init(_ node: Node) {
        decode(node)
    }

    private mutating func decode(_ node: Node) {
        var context = DecodingContext()
        context.within(.key("global")) { context in
            if let value = GlobalSettings.schema.decode(node, &context) { settings = value }
        }
        GlobalSettings.declareNames(settings, &context)
        context.resolveReferences()
        diagnostics += context.diagnostics
        origins = context.origins
    }
}
