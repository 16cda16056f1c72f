import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import ExtProc

@Suite struct MessageTests {
    @Test func readsRequestHeadersWithRawValuesAndModes() throws {
        var writer = ProtobufWriter()
        writer.field(2) { headers in
            headers.field(1) { map in
                for (name, value) in [(":method", "POST"), (":path", "/v1/models"), ("x-binary", "ü")] {
                    map.field(1) { header in
                        header.field(1, string: name)
                        header.field(3, string: value)
                    }
                }
                map.field(1) { header in
                    header.field(1, string: "x-old")
                    header.field(2, string: "plain")
                }
            }
            headers.field(3, varint: 1)
        }
        writer.field(11) { configuration in
            configuration.field(1, varint: 4)
            configuration.field(2, varint: 1)
            configuration.field(3, varint: 1)
        }
        // A field of a later version.
        writer.field(99, string: "later")
        let request = try decoded(writer.bytes)
        guard case .requestHeaders(let headers, let isEnd) = request.message else {
            Issue.record("not headers")
            return
        }
        #expect(isEnd)
        #expect(headers[":path"] == ["/v1/models"])
        #expect(headers["x-binary"] == ["ü"])
        #expect(headers["x-old"] == ["plain"])
        #expect(
            request.configuration
                == ProtocolConfiguration(
                    requestBody: .fullDuplexStreamed, responseBody: .streamed, sendsBodyEarly: true))
    }

    @Test(arguments: [4, 5]) func readsBodies(number: UInt64) throws {
        var writer = ProtobufWriter()
        writer.field(number) { body in
            body.field(1, bytes: [1, 2, 3])
            body.field(3, varint: 1)
        }
        writer.field(10, varint: 1)
        let request = try decoded(writer.bytes)
        #expect(request.isObserved)
        switch request.message {
        case .requestBody(let body, let isEnd), .responseBody(let body, let isEnd):
            #expect(Array(body.readableBytesView) == [1, 2, 3])
            #expect(isEnd)
        default: Issue.record("not a body")
        }
    }

    @Test func anEmptyMessageAndBytesThatAreNoneAreErrors() {
        #expect(throws: ProtobufError.malformed) { try decoded([]) }
        #expect(throws: ProtobufError.truncated) { try decoded([0x12, 0x7F, 0x01]) }
        #expect(throws: ProtobufError.malformed) { try decoded([0x13]) }
    }

    /// Whatever a peer sends is decoded or refused.
    @Test func hostileBytesAreDecodedOrRefused() throws {
        var writer = ProtobufWriter()
        writer.field(2) { headers in
            headers.field(1) { map in map.field(1) { $0.field(1, string: ":path") } }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...3, using: &generator))
            _ = try? decoded(bytes)
        }
    }

    @Test func writesHeaderAndBodyMutations() throws {
        var common = CommonResponse(clearsRouteCache: true)
        common.headers.set("x-selected-model", "large")
        common.headers.removes = ["x-vsr-debug"]
        common.body = .replace(ByteBuffer(string: String(repeating: "b", count: 300)))
        var response = ProcessingResponse(.body(.request, common))
        response.modeOverride = ProcessingMode(requestBody: .buffered, responseBody: .streamed)
        response.dynamicMetadata = [("martlet", [("model", "large")])]
        let message = ProtobufTree(response.serialized())
        #expect(message.path(3, 1, 2, 1, 1, 1)?.text == "x-selected-model")
        #expect(message.path(3, 1, 2, 1, 1, 3)?.text == "large")
        #expect(message.path(3, 1, 2, 1, 3)?.number == 2)
        #expect(message.path(3, 1, 2, 2)?.text == "x-vsr-debug")
        #expect(message.path(3, 1, 3, 1)?.text.count == 300)
        #expect(message.path(3, 1, 5)?.number == 1)
        #expect(message.path(9, 3)?.number == 2)
        #expect(message.path(9, 4)?.number == 1)
        #expect(message.path(8, 1, 1)?.text == "martlet")
        #expect(message.path(8, 1, 2, 5, 1, 1)?.text == "model")
        #expect(message.path(8, 1, 2, 5, 1, 2, 3)?.text == "large")
    }

    @Test func writesStreamedChunksAndImmediateAnswers() {
        let chunk = ProcessingResponse(
            .body(.response, CommonResponse(body: .stream(ByteBuffer(string: "piece"), endOfStream: true))))
        let message = ProtobufTree(chunk.serialized())
        #expect(message.path(4, 1, 3, 3, 1)?.text == "piece")
        #expect(message.path(4, 1, 3, 3, 2)?.number == 1)
        let answer = ProcessingResponse(
            .immediate(
                ImmediateResponse(
                    status: 429, headers: [("Retry-After", "1")], body: ByteBuffer(string: "{}"), details: "martlet")))
        let immediate = ProtobufTree(answer.serialized())
        #expect(immediate.path(7, 1, 1)?.number == 429)
        #expect(immediate.path(7, 2, 1, 1, 1)?.text == "retry-after")
        #expect(immediate.path(7, 3)?.text == "{}")
    }

    private func decoded(_ bytes: [UInt8]) throws(ProtobufError) -> ProcessingRequest {
        var result: Result<ProcessingRequest, ProtobufError> = .failure(.malformed)
        bytes.withUnsafeBytes { raw in
            do throws(ProtobufError) { result = .success(try ProcessingRequest(serialized: raw)) } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }
}

/// A message read without knowing its type.
struct ProtobufTree {
    private let bytes: [UInt8]
    let number: Int

    init(_ bytes: [UInt8]) { self.init(bytes: bytes, number: 0) }

    private init(bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The first field with a number, as far down as the numbers go.
    func path(_ numbers: UInt64...) -> ProtobufTree? {
        numbers.reduce(self as ProtobufTree?) { tree, number in tree?.field(number) }
    }

    private func field(_ wanted: UInt64) -> ProtobufTree? {
        bytes.withUnsafeBytes { raw in
            var reader = ProtobufReader(raw)
            while let (number, value) = try? reader.next() {
                guard number == wanted else { continue }
                switch value {
                case .bytes(let bytes): return ProtobufTree(bytes: Array(bytes), number: 0)
                default: return ProtobufTree(bytes: [], number: value.number)
                }
            }
            return nil
        }
    }
}
