internal import Policy
internal import Wire

/// The labels of a knowledge base and the examples of each, from its manifest. Spec signals-decisions §4.11.
struct KnowledgeBaseManifest: Sendable {
    /// Largest file in bytes, and most examples of all labels.
    private static let maximumBytes = 16 << 20
    private static let maximumExamples = 20_000

    /// In the order of the file.
    var labels: [(name: String, examples: [String])] = []

    /// Reads the manifest of a knowledge base; nil when there is none or it is not in its form.
    static func read(_ base: KnowledgeBase, _ file: (String) -> [UInt8]?) -> KnowledgeBaseManifest? {
        let folder = base.source.path.hasSuffix("/") ? base.source.path : base.source.path + "/"
        guard let bytes = file(folder + base.source.manifest), bytes.count <= maximumBytes else { return nil }
        return KnowledgeBaseManifest(bytes)
    }

    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes), let labels = document.root["labels"] else { return nil }
        var count = 0
        for label in labels.members {
            let examples = (label.value["exemplars"].map { Array($0.elements) } ?? []).compactMap(\.string)
            count += examples.count
            self.labels.append((label.key, examples.filter { !$0.isEmpty }))
        }
        guard !self.labels.isEmpty, count <= Self.maximumExamples else { return nil }
    }
}
