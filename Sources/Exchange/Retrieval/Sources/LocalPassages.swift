internal import Lexical
internal import Retrieval
internal import Wire

/// Passages of the router's own vector stores: the operator's, and the asking user's own.
struct LocalPassages: PassageSource {
    let name = "vectorstore"
    private let settings: LocalRetrieval

    init(_ settings: LocalRetrieval) {
        self.settings = settings
    }

    func revision(_ resources: RetrievalResources) -> Int {
        resources.documents?.revision(of: settings.vectorStoreID) ?? 0
    }

    func passages(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [RetrievedPassage] {
        guard let documents = resources.documents else {
            throw RetrievalError(.unavailable, "global.stores.vector_store is not enabled")
        }
        var query = PassageQuery([question.text], limit: question.count, threshold: question.threshold)
        do throws(DocumentError) {
            if !settings.fileIDs.isEmpty {
                query.filter = try AttributeFilter(["file_id": .array(settings.fileIDs.map(JSON.string))])
            }
        } catch { throw RetrievalError(.failed, error.description) }
        // The user's own store first; the operator's is for everyone whom the policy sends there.
        for tenant in question.tenant.isEmpty ? [""] : [question.tenant, ""] {
            do throws(DocumentError) {
                return try await documents.search(settings.vectorStoreID, tenant: tenant, query).map {
                    RetrievedPassage(source: $0.fileName, text: $0.text, score: $0.score)
                }
            } catch {
                if error.code != .notFound {
                    throw RetrievalError(.failed, "\(error.code.rawValue): \(error.description)")
                }
            }
        }
        throw RetrievalError(.noStore, "there is no vector store \(settings.vectorStoreID.prefix(128)) here")
    }
}
