import AsyncHTTPClient
import Evidence
import Exchange
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Policy
import Retrieval
import State

/// The documents of this process, kept where the policy wants them, and the way to services that retrieve.
enum KeptDocuments {
    /// What retrieval needs; `database` is the file of the state directory, nil where this process does not own one.
    static func resources(
        _ settings: VectorStoreSettings?, database: StateDatabase?, directory: StateDirectory, logger: Logger
    ) throws(StateError) -> RetrievalResources {
        guard let settings, settings.isEnabled else { return RetrievalResources(transport: RetrievalOverHTTP()) }
        let service: DocumentService
        if let database {
            // The default of the key is a place of its own installation; here files go with all other state.
            let isDefault = settings.fileStorageDirectory == VectorStoreSettings().fileStorageDirectory
            let place = isDefault ? directory.path + "/files" : settings.fileStorageDirectory
            service = DocumentService(
                settings, database: DocumentDatabase(database),
                vault: try DirectoryVault(place, isExclusive: isDefault),
                logger: logger)
        } else {
            service = DocumentService(
                settings, database: DocumentDatabase(try StateDatabase.inMemory()), vault: MemoryVault(), logger: logger
            )
        }
        return RetrievalResources(documents: service, transport: RetrievalOverHTTP())
    }

    /// Begins to read what waits, with the model that places requests.
    static func start(_ documents: DocumentService?, policy: Policy) -> Task<Void, Never>? {
        guard let documents else { return nil }
        let embeddings = policy.global.modelCatalog.embeddings.semantic
        documents.embedder = Resources.installed.embedder(embeddings).map { ReaderEmbedder($0) }
        return Task { await documents.run() }
    }
}

/// Calls to services that retrieve.
struct RetrievalOverHTTP: RetrievalTransport {
    func send(
        _ call: RetrievalCall, within time: Duration, limit: Int
    ) async throws(RetrievalError) -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: call.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "application/json")
        for header in call.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: call.body))
        do {
            let response = try await Self.client.execute(request, timeout: TimeAmount(time))
            let body = try await response.body.collect(upTo: limit)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw RetrievalError(.timeout, "the service took longer than \(time)")
        } catch is NIOTooManyBytesError {
            throw RetrievalError(.tooLarge, "the service answered with more than \(limit) bytes")
        } catch {
            throw RetrievalError(.unreachable, "the service cannot be reached")
        }
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
