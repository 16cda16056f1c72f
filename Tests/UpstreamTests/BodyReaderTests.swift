import NIOCore
import Testing

@testable import Upstream

@Suite
struct BodyReaderTests {
    /// Feeds pieces, collects data, says whether the end came and what was left.
    private func read(_ framing: BodyFraming, _ pieces: [[UInt8]]) throws -> (data: [UInt8], ended: Bool, rest: Int) {
        var reader = BodyReader(framing: framing)
        var buffer = ByteBuffer()
        var data: [UInt8] = []
        var ended = false
        for piece in pieces {
            buffer.writeBytes(piece)
            loop: while true {
                switch try reader.next(&buffer) {
                case .data(let chunk): data += Array(chunk.readableBytesView)
                case .end:
                    ended = true
                    break loop
                case .needMoreBytes: break loop
                }
            }
        }
        return (data, ended, buffer.readableBytes)
    }

    private func split(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [[UInt8]] {
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...17, using: &generator))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test(arguments: 0..<30)
    func chunksComeOutAsTheyWentIn(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var expected: [UInt8] = []
        var wire = ByteBuffer()
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            let chunk = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            expected += chunk
            HeadWriter.writeChunkSize(chunk.count, to: &wire)
            wire.writeBytes(chunk)
            wire.writeString("\r\n")
        }
        wire.writeString("0\r\ntrailer: x\r\n\r\nsurplus")
        let result = try self.read(.chunked, self.split(Array(wire.readableBytesView), using: &generator))
        #expect(result.data == expected, "seed \(seed)")
        #expect(result.ended, "seed \(seed)")
        #expect(result.rest == 7, "seed \(seed)")
    }

    @Test(arguments: [
        "x\r\n", "\r\n", "3\nabc", "3\r\nabcd\r\n", "1000000000000000\r\n", "-1\r\n", "0\r\n\n", "3\r\nabc\n0\r\n\r\n",
    ])
    func malformedChunksAreRefused(text: String) {
        #expect(throws: MessageError.self) { try self.read(.chunked, [Array(text.utf8)]) }
    }

    @Test func endlessExtensionsAndTrailersAreRefused() {
        let long = String(repeating: "a", count: 10_000)
        #expect(throws: MessageError.self) { try self.read(.chunked, [Array("3;\(long)\r\nabc\r\n".utf8)]) }
        #expect(throws: MessageError.self) { try self.read(.chunked, [Array("0\r\nx: \(long)\r\n\r\n".utf8)]) }
    }

    @Test func lengthTakesExactlyThatMuch() throws {
        let result = try self.read(.length(5), [Array("abc".utf8), Array("defg".utf8)])
        #expect(result.data == Array("abcde".utf8))
        #expect(result.ended)
        #expect(result.rest == 2)
        #expect(try self.read(.none, [Array("x".utf8)]).ended)
    }

    @Test func closeEndsOnlyWhatCloseMayEnd() {
        var open = BodyReader(framing: .untilClose)
        var length = BodyReader(framing: .length(1))
        var chunked = BodyReader(framing: .chunked)
        #expect(open.endOfInput() == true)
        #expect(length.endOfInput() == false)
        #expect(chunked.endOfInput() == false)
    }
}
