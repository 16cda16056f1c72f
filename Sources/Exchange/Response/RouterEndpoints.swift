internal import Evidence
internal import NIOCore
internal import NIOHTTP1
internal import Policy
internal import Telemetry
public import Wire

/// The small endpoints that every door offers beside chat.
extension Router {
    func refuse(_ error: ExchangeError, _ head: RequestHead) -> LocalResponse {
        error.response(
            requestID: head.headers.first(name: "x-request-id").flatMap { RequestIdentity.isAcceptable($0) ? $0 : nil })
    }

    func json(_ status: Int, _ body: [UInt8]) -> LocalResponse {
        LocalResponse(status: status, headers: [("content-type", "application/json")], body: ByteBuffer(bytes: body))
    }

    /// What `ready` says: that the router serves, and what it lacks.
    public func readiness() -> JSON {
        let generation = current
        let missing = generation.missingModels.map { model -> JSON in
            [
                "family": .string(model.family), "signals": .array(model.signals.map(JSON.string)),
                "safety": .bool(model.isSafety), "state": "unknown: model missing",
            ]
        }
        let unavailable = generation.diagnostics.filter {
            $0.code == .unavailable || $0.code == .unavailableSafety
        }
        return [
            "status": "ready", "ready": true, "generation": .int(generation.number),
            "missing_models": .array(missing),
            "unavailable": .array(
                unavailable.map {
                    [
                        "path": .string($0.path.description), "code": .string($0.code.rawValue),
                        "message": .string($0.message),
                    ]
                }),
        ]
    }

    /// The models that clients may ask for. Spec pipeline-api §4.2.
    public func modelListings() -> [ModelListing] {
        current.directory.listings.map { listing in
            ModelListing(
                id: listing.id, created: 0, ownedBy: listing.isVirtual ? "vllm-semantic-router" : "upstream-endpoint",
                description: listing.description.isEmpty ? nil : listing.description,
                resolution: listing.isVirtual ? .virtual : .passthrough, isDefaultRoute: listing.isDefault,
                recipe: listing.recipe)
        }
    }

    func modelList(_ head: RequestHead) -> LocalResponse {
        json(200, ChatCompletionWriter.models(modelListings()))
    }

    func model(_ identifier: String, _ head: RequestHead) -> LocalResponse {
        let wanted = PercentDecoding.decode(identifier)
        if let listing = modelListings().first(where: { $0.id == wanted }) {
            return json(200, ChatCompletionWriter.model(listing))
        }
        return refuse(
            ExchangeError(
                .modelNotFound, status: 404, "Model \"\(wanted.prefix(100))\" is not listed. See GET /v1/models.",
                parameter: "model"), head)
    }
}

/// Percent-decoding of one path segment.
enum PercentDecoding {
    static func decode(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, rest.first != UInt8(ascii: "+"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
