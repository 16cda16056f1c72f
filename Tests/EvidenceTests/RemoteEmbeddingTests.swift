import Evidence
import Policy
import Testing
import Wire

@Suite struct RemoteEmbeddingTests {
    private func endpoint(
        _ base: String = "http://host:8000/v1", dimensions: Int = 0, model: String = "embed-1"
    ) -> EmbeddingEndpoint {
        var endpoint = EmbeddingEndpoint()
        (endpoint.baseURL, endpoint.model, endpoint.dimensions) = (base, model, dimensions)
        return endpoint
    }

    @Test func asks() throws {
        let server = try RemoteEmbeddingProtocol(endpoint(dimensions: 2), key: Secret("k"))
        let request = try server.request(for: ["a", "\"b\""])
        #expect(request.url == "http://host:8000/v1/embeddings" && request.key.reveal() == "k")
        #expect(request.timeout == .seconds(10))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"embed-1","input":["a","\"b\""],"encoding_format":"float","dimensions":2}"#)
    }

    @Test(arguments: [
        ("http://host", "http://host/v1/embeddings"), ("https://host:1/", "https://host:1/v1/embeddings"),
        ("http://host/v1//", "http://host/v1/embeddings"), ("http://host/api/v3", "http://host/api/v3/embeddings"),
        ("http://host/v1/embeddings", "http://host/v1/embeddings"), ("HTTP://host", "http://host/v1/embeddings"),
    ])
    func placesOfABase(_ base: String, _ url: String) throws {
        #expect(try RemoteEmbeddingProtocol(endpoint(base)).request(for: ["x"]).url == url)
    }

    @Test func refusesSettings() {
        func code(_ endpoint: EmbeddingEndpoint, key: String = "") -> RemoteModelError.Code? {
            remoteCode { () throws(RemoteModelError) in _ = try RemoteEmbeddingProtocol(endpoint, key: Secret(key)) }
        }
        for base in ["", "host", "ftp://host", "http://", "http:///v1", "http://host/v1?x=1", "http://ho st"] {
            #expect(code(endpoint(base)) == .invalidSettings, "\(base)")
        }
        #expect(code(endpoint(model: "")) == .invalidSettings)
        #expect(code(endpoint(dimensions: -1)) == .invalidSettings)
        #expect(code(endpoint(dimensions: 70_000)) == .invalidSettings)
        #expect(code(endpoint(), key: "a b") == .invalidSettings)
        #expect(code(endpoint(), key: "sk-1") == nil)
    }

    @Test func readsUnitVectorsInTheOrderOfTheTexts() throws {
        let server = try RemoteEmbeddingProtocol(endpoint())
        let body = #"{"data":[{"index":1,"embedding":[0,-2]},{"index":0,"embedding":[3,4.0]}],"usage":{}}"#
        #expect(try server.vectors(of: 2, status: 200, body: Array(body.utf8)) == [[0.6, 0.8], [0, -1]])
        let bare = #"{"data":[{"embedding":[1,0]},{"embedding":[0,1e-3]}]}"#
        #expect(try server.vectors(of: 2, status: 200, body: Array(bare.utf8)) == [[1, 0], [0, 1]])
    }

    @Test(arguments: [
        (#"{"data":[{"index":0,"embedding":[1,0]}]}"#, RemoteModelError.Code.vectorCount),
        (#"{"data":[{"index":0,"embedding":[1,0]},{"index":0,"embedding":[1,0]}]}"#, .vectorCount),
        (#"{"data":[{"index":0,"embedding":[1,0]},{"index":2,"embedding":[1,0]}]}"#, .vectorCount),
        (#"{"data":[{"index":-1,"embedding":[1,0]},{"index":1,"embedding":[1,0]}]}"#, .vectorCount),
        (#"{"data":[{"embedding":[1]},{"embedding":[1]},{"embedding":[1]}]}"#, .vectorDimension),
        (#"{"data":[{"embedding":[1,0]},{"embedding":[1,0]},{"embedding":[1,0]}]}"#, .vectorCount),
        (#"{"data":[{"embedding":[1,0]},{"embedding":[1,0,0]}]}"#, .vectorDimension),
        (#"{"data":[{"embedding":[]},{"embedding":[1,0]}]}"#, .vectorDimension),
        (#"{"data":[{"embedding":[0,0]},{"embedding":[1,0]}]}"#, .vectorValue),
        (#"{"data":[{"embedding":[1e300,0]},{"embedding":[1,0]}]}"#, .vectorValue),
        (#"{"data":[{"embedding":[1e999,0]},{"embedding":[1,0]}]}"#, .vectorValue),
        (#"{"data":[{"embedding":["1",0]},{"embedding":[1,0]}]}"#, .unexpectedShape),
        (#"{"data":[{"embedding":"AACAPw=="},{"embedding":[1,0]}]}"#, .unexpectedShape),
        (#"{"data":[{"index":"0","embedding":[1,0]}]}"#, .unexpectedShape), (#"{"data":{}}"#, .unexpectedShape),
        (#"{"error":{"message":"x"}}"#, .unexpectedShape), ("[", .invalidJSON),
    ])
    func refuses(_ body: String, _ code: RemoteModelError.Code) throws {
        let server = try RemoteEmbeddingProtocol(endpoint(dimensions: 2))
        let found = remoteCode { () throws(RemoteModelError) in
            _ = try server.vectors(of: 2, status: 200, body: Array(body.utf8))
        }
        #expect(found == code)
    }

    @Test func refusesNoText() throws {
        let server = try RemoteEmbeddingProtocol(endpoint())
        for texts in [[], [""], ["a", ""]] {
            #expect(
                remoteCode { () throws(RemoteModelError) in _ = try server.request(for: texts) } == .emptyInput)
        }
        let status = remoteCode { () throws(RemoteModelError) in
            _ = try server.vectors(of: 1, status: 401, body: [])
        }
        #expect(status == .badStatus)
    }

    @Test func batchesAreBounded() {
        let long = String(repeating: "x", count: RemoteEmbeddingProtocol.batchByteLimit)
        #expect(RemoteEmbeddingProtocol.batches(of: []).isEmpty)
        #expect(
            RemoteEmbeddingProtocol.batches(of: Array(repeating: "a", count: 130)) == [0..<64, 64..<128, 128..<130])
        #expect(RemoteEmbeddingProtocol.batches(of: ["a", long, "b", "c"]) == [0..<1, 1..<2, 2..<4])
        #expect(RemoteEmbeddingProtocol.batches(of: [long + long]) == [0..<1])
    }
}
