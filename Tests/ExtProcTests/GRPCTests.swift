import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Testing

@testable import ExtProc

/// Calls as HTTP/2 carries them.
@Suite struct GRPCTests {
    private static func framed(_ message: [UInt8], flag: UInt8 = 0) -> [UInt8] {
        let count = UInt32(message.count)
        return [flag] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + message
    }

    @Test(arguments: 1...12) func messagesComeOutHoweverTheirBytesAreCut(size: Int) throws {
        let messages: [[UInt8]] = [[], [1], [UInt8](repeating: 7, count: 300), [], [2, 3]]
        let bytes = messages.flatMap { Self.framed($0) }
        var reader = GRPCMessageReader(limit: 300)
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            while let message = try reader.next() { found.append(Array(message.readableBytesView)) }
        }
        #expect(found == messages && !reader.isWithinMessage)
    }

    @Test func messagesThatAreTooLongOrCompressedAreRefusedByTheirFirstBytes() {
        var long = GRPCMessageReader(limit: 4)
        long.append(ByteBuffer(bytes: Self.framed([1, 2, 3, 4, 5]).prefix(5)))
        #expect { try long.next() } throws: { ($0 as? GRPCStatus)?.code == .resourceExhausted }
        var packed = GRPCMessageReader(limit: 4)
        packed.append(ByteBuffer(bytes: Self.framed([1], flag: 1)))
        #expect { try packed.next() } throws: { ($0 as? GRPCStatus)?.code == .unimplemented }
    }

    @Test func whatIsNoPlainTextIsEncodedInAStatus() {
        #expect(GRPCStatus(.unknown, "50 % größe\n").encodedMessage == "50 %25 gr%C3%B6%C3%9Fe%0A")
    }

    // MARK: Calls

    /// Answers when it is told to.
    private final class HeldCall: GRPCCall {
        var received: [[UInt8]] = []
        var waiting: ((GRPCReply) -> Void)?
        var ends = 0

        func receive(_ message: ByteBuffer, reply: @escaping (GRPCReply) -> Void) {
            received.append(Array(message.readableBytesView))
            waiting = reply
        }
        func ended() { ends += 1 }

        func answer(_ reply: GRPCReply) {
            let waiting = self.waiting
            self.waiting = nil
            waiting?(reply)
        }
    }

    private struct Stream {
        let channel = EmbeddedChannel()
        let call = HeldCall()

        init() throws {
            let call = self.call
            try channel.pipeline.syncOperations.addHandler(
                GRPCCallHandler(path: "/a.B/C", messageLimit: 100) { () throws(GRPCStatus) in call })
            channel.pipeline.fireChannelActive()
        }

        func begin(path: String = "/a.B/C", type: String = "application/grpc+proto") throws {
            let headers = HPACKHeaders([(":method", "POST"), (":path", path), ("content-type", type)])
            try channel.writeInbound(HTTP2Frame.FramePayload.headers(.init(headers: headers)))
        }

        func send(_ bytes: [UInt8], isEnd: Bool = false) throws {
            try channel.writeInbound(
                HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(ByteBuffer(bytes: bytes)), endStream: isEnd)))
        }

        /// What was sent since the last time, in words.
        func sent() throws -> [String] {
            var words: [String] = []
            while let payload = try channel.readOutbound(as: HTTP2Frame.FramePayload.self) {
                switch payload {
                case .headers(let headers):
                    let fields = headers.headers.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
                    words.append((headers.endStream ? "end " : "") + fields)
                case .data(let data):
                    guard case .byteBuffer(let bytes) = data.data else { continue }
                    words.append("\(Array(bytes.readableBytesView))")
                default: words.append("other")
                }
            }
            return words
        }
    }

    private static let head = ":status=200 content-type=application/grpc"

    @Test func messagesAreAnsweredOneByOne() throws {
        let stream = try Stream()
        try stream.begin()
        try stream.send(Self.framed([1]) + Self.framed([2]))
        #expect(stream.call.received == [[1]], "the second waits for the answer to the first")
        stream.call.answer(GRPCReply([[9], [8]]))
        #expect(try stream.sent() == [Self.head, "[0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 1, 8]"])
        #expect(stream.call.received == [[1], [2]])
        stream.call.answer(GRPCReply([]))
        try stream.send([], isEnd: true)
        #expect(try stream.sent() == ["end grpc-status=0"])
        #expect(stream.call.ends == 1)
        try stream.channel.close().wait()
        #expect(stream.call.ends == 1, "a call ends once")
    }

    @Test func aCallEndsWhenItSaysSo() throws {
        let stream = try Stream()
        try stream.begin()
        try stream.send(Self.framed([1]) + Self.framed([2]))
        stream.call.answer(GRPCReply([[3]], status: GRPCStatus(.ok)))
        #expect(try stream.sent() == [Self.head, "[0, 0, 0, 0, 1, 3]", "end grpc-status=0"])
        #expect(stream.call.ends == 1 && stream.call.received == [[1]], "nothing is heard after the end")
        // A client that keeps its part open is not waited for without end.
        stream.channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        #expect(!stream.channel.isActive)
    }

    @Test func aClientThatIsGoneEndsTheCallWhileItThinks() throws {
        let stream = try Stream()
        try stream.begin()
        try stream.send(Self.framed([1]))
        try stream.channel.close().wait()
        #expect(stream.call.ends == 1)
        stream.call.answer(GRPCReply([[1]]))
        #expect(try stream.sent() == [], "an answer that comes too late goes nowhere")
    }

    @Test func whatIsNotServedIsRefused() throws {
        let other = try Stream()
        try other.begin(path: "/a.B/D")
        #expect(try other.sent() == ["end \(Self.head) grpc-status=12 grpc-message=only /a.B/C is served here"])
        let plain = try Stream()
        try plain.begin(type: "application/json")
        #expect(try plain.sent() == ["end :status=415"])
        let cut = try Stream()
        try cut.begin()
        try cut.send(Array(Self.framed([1, 2]).dropLast()), isEnd: true)
        #expect(try cut.sent() == ["end \(Self.head) grpc-status=13 grpc-message=the last message broke off"])
        #expect(cut.call.ends == 1)
    }
}
