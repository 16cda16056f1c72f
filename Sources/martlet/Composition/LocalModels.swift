import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Wire

/// Asks a local model server what it offers.
enum LocalModels {
    /// The models of an OpenAI-compatible server at a base URL, or nil when nothing answers there in time.
    static func list(_ baseURL: String, timeout: TimeAmount = .milliseconds(400)) async -> [String]? {
        var request = HTTPClientRequest(url: baseURL + "/models")
        request.headers.add(name: "accept", value: "application/json")
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
            guard response.status == .ok else { return nil }
            let body = try await response.body.collect(upTo: 1 << 20)
            let document = try JSON(parsing: Array(body.readableBytesView))
            return document["data"]?.array?.compactMap { $0["id"]?.string }
        } catch {
            return nil
        }
    }
}
