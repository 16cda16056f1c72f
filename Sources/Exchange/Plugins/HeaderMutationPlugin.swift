internal import NIOHTTP1

/// Sets and removes headers of the request to the backend. Spec pipeline-api §6.4: adding and updating are the same.
struct HeaderMutationPlugin: RequestPlugin {
    static let type = "header_mutation"
    private let sets: [(name: String, value: String)]
    private let deletes: [String]

    init?(_ configuration: any Sendable) {
        guard let configuration = configuration as? HeaderMutationConfiguration else { return nil }
        sets = (configuration.add + configuration.update).map { ($0.name, $0.value) }
        deletes = configuration.delete
    }

    func shape(_ headers: inout HTTPHeaders) {
        for name in deletes { headers.remove(name: name) }
        for header in sets { headers.replaceOrAdd(name: header.name, value: header.value) }
    }
}
