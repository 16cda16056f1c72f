import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import MockBackend

@Suite struct MockJSONTests {
    static func read(_ text: String) throws -> MockJSON { try read(Array(text.utf8)) }

    static func read(_ bytes: [UInt8]) throws -> MockJSON { try bytes.withUnsafeBytes { try MockJSONReader.read($0) } }

    @Test func values() throws {
        let json = try Self.read(#" { "a" : [ 1 , -2.5e1, true,false,null ] , "b":{}, "c":[], "a2":"x\/\u0041\n" } "#)
        #expect(json["a"]?.array == [.number(1), .number(-25), .bool(true), .bool(false), .null])
        #expect(json["b"] == .object([]) && json["c"] == .array([]) && json["a2"]?.string == "x/A\n")
        #expect(try Self.read(#"{"k":1,"k":2}"#)["k"]?.integer == 2)
        #expect(try Self.read(#""\ud83d\ude00\ud83dx\ude00""#).string == "😀\u{FFFD}x\u{FFFD}")
        #expect(try Self.read(#""\ud83d\u0041""#).string == "\u{FFFD}A")
        #expect(try Self.read("1.5").integer == nil && Self.read("1e2").integer == 100)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "-", "1.", ".5",
        "1e",
        "+1", "1e999", "tru", "nul", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "1 2", "[1]]",
        "NaN",
    ])
    func refused(text: String) { #expect(throws: MockJSONError.self) { try Self.read(text) } }

    @Test func boundsHold() throws {
        #expect(throws: MockJSONError.self) { try Self.read(String(repeating: "[", count: 1_000_000)) }
        let deep = String(repeating: "[", count: 96) + String(repeating: "]", count: 96)
        #expect(throws: Never.self) { try Self.read(deep) }
        let many = "[" + String(repeating: "1,", count: MockJSONReader.maxValues) + "1]"
        #expect(throws: MockJSONError.self) { try Self.read(many) }
        #expect(throws: MockJSONError.self) { try Self.read([0x22, 0xC3, 0x28, 0x22]) }
    }

    /// Strings written here are read back the same, here and by Foundation.
    @Test func writtenStringsAreReadBack() throws {
        let seed: UInt64 = 77
        var generator = SplitMix64(seed: seed)
        for round in 0..<500 {
            var text = ""
            for _ in 0..<Int(generator.next() % 40) {
                let limit: UInt64 = generator.next() % 2 == 0 ? 0x80 : 0x11000
                text.unicodeScalars.append(Unicode.Scalar(UInt32(generator.next() % limit)) ?? "?")
            }
            var buffer = ByteBuffer()
            buffer.writeJSONString(text)
            let bytes = Array(buffer.readableBytesView)
            #expect(try Self.read(bytes) == .string(text), "seed \(seed), round \(round)")
            let foundation = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
            #expect(foundation == text, "seed \(seed), round \(round)")
        }
    }

    /// No input makes the reader do anything but answer or throw.
    @Test func mutilatedInputIsSafe() throws {
        let seed: UInt64 = 99
        var generator = SplitMix64(seed: seed)
        let valid = Array(
            #"{"model":"m","messages":[{"role":"user","content":"a\u00e9\n"}],"n":1.5e3,"x":[true,null]}"#.utf8)
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0..<Int(generator.next() % 4) {
                bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            bytes.removeLast(Int(generator.next() % 10))
            _ = try? Self.read(bytes)
            _ = try? bytes.withUnsafeBytes { try ChatRequest.read($0) }
        }
    }

    @Test func tokenPiecesCoverTheText() {
        let seed: UInt64 = 5
        var generator = SplitMix64(seed: seed)
        for round in 0..<500 {
            var text = ""
            for _ in 0..<Int(generator.next() % 60) {
                text.append(["a", "ß", "漢", "😀", " ", "\n", "longer", "  "][Int(generator.next() % 8)])
            }
            let bytes = Array(text.utf8)
            let pieces = Tokens.split(bytes)
            #expect(pieces.flatMap { Array(bytes[$0]) } == bytes, "seed \(seed), round \(round)")
            for piece in pieces {
                #expect(!piece.isEmpty && piece.count <= Tokens.maxBytes + 3)
                #expect(String(validating: bytes[piece], as: UTF8.self) != nil, "seed \(seed), round \(round)")
            }
        }
    }

    @Test func requestLogIsBoundedInBytes() {
        var log = RequestLog(capacity: 100)
        for number in 0..<40 {
            let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/\(number)")
            log.append(RecordedRequest(head: head, body: ByteBuffer(repeating: 0, count: number < 20 ? 8 << 20 : 1)))
        }
        #expect(log.latest.map(\.path).last == "/39")
        #expect(log.latest.reduce(0) { $0 + $1.body.count } <= RequestLog.maxBodyBytes)
        for number in 40..<300 {
            let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/\(number)")
            log.append(RecordedRequest(head: head, body: ByteBuffer()))
        }
        #expect(log.latest.map(\.path) == (200..<300).map { "/\($0)" })
    }
}
