internal import NIOHTTP1
internal import Policy
internal import Wire

/// A plugin's part in a request. A new plugin is one type and one line in `RequestPlugins`.
protocol RequestPlugin: Sendable {
    /// The value of `plugins[].type`.
    static var type: String { get }
    /// The text to answer with in place of any model.
    var answer: String? { get }
    /// Edits the body that a backend gets. Runs once for every body that is made.
    func shape(_ body: inout JSONEditor, of document: JSONDocument, _ notes: inout ShapingNotes) throws(JSONEditError)
    /// Edits the headers that a backend gets.
    func shape(_ headers: inout HTTPHeaders)
}

/// What plugins did, for headers and metrics.
struct ShapingNotes: Sendable {
    var injectedSystemPrompt = false
    var injectedPassages = false
    /// Request fields that were removed or lowered.
    var changedParameters: [String] = []
}

extension RequestPlugin {
    var answer: String? { nil }
    func shape(_ body: inout JSONEditor, of document: JSONDocument, _ notes: inout ShapingNotes) throws(JSONEditError) {
    }
    func shape(_ headers: inout HTTPHeaders) {}
}

/// The plugins of this build, in the order in which they act.
enum RequestPlugins {
    private static let order: [(type: String, make: @Sendable (any Sendable) -> (any RequestPlugin)?)] = [
        (FastResponsePlugin.type, { FastResponsePlugin($0) }),
        (RequestParametersPlugin.type, { RequestParametersPlugin($0) }),
        (SystemPromptPlugin.type, { SystemPromptPlugin($0) }),
        (HeaderMutationPlugin.type, { HeaderMutationPlugin($0) }),
    ]

    /// The plugins of a decision that this build can run and that are switched on.
    static func make(_ uses: [PluginUse]) -> [any RequestPlugin] {
        order.compactMap { entry in
            uses.first { $0.type == entry.type }.flatMap { entry.make($0.configuration) }
        }
    }
}
