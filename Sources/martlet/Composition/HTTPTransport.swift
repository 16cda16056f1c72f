import AsyncHTTPClient
import Evidence
import NIOCore
import NIOHTTP1
import Policy

/// Calls to models on other machines over HTTP. Keys go into the header and nowhere else.
struct HTTPTransport: RemoteTransport {
    func send(_ request: RemoteRequest, within limit: Duration) async throws -> (status: Int, body: [UInt8]) {
        var call = HTTPClientRequest(url: request.url)
        call.method = .POST
        call.headers.add(name: "content-type", value: "application/json")
        call.headers.add(name: "accept", value: "application/json")
        if !request.key.isEmpty { call.headers.add(name: "authorization", value: "Bearer \(request.key.reveal())") }
        call.body = .bytes(ByteBuffer(bytes: request.body))
        do {
            let response = try await Self.client.execute(call, timeout: TimeAmount(limit))
            let body = try await response.body.collect(upTo: RemoteRequest.byteLimit)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw RemoteTransportError.timeout
        } catch is NIOTooManyBytesError {
            throw RemoteTransportError.tooLarge
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw RemoteTransportError.unreachable
        }
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
