import NIOCore
import NIOPosix

/// What came over a connection so far.
struct Received: Sendable, CustomStringConvertible {
    var text = ""
    var count = 0
    var isClosed = false
    var description: String { "\(self.count) bytes, closed: \(self.isClosed): \(self.text.prefix(2000))" }

    /// Occurrences of a text.
    func occurrences(of needle: String) -> Int {
        var rest = Substring(self.text)
        var found = 0
        while let range = rest.firstRange(of: needle) {
            found += 1
            rest = rest[range.upperBound...]
        }
        return found
    }
}

/// A client that writes and reads bytes as they are.
struct RawClient: Sendable {
    let channel: any Channel
    let received: Observed<Received>

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let received: Observed<Received>
        let keepsText: Bool

        init(_ received: Observed<Received>, keepsText: Bool) {
            self.received = received
            self.keepsText = keepsText
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            self.received.update {
                $0.count += bytes.readableBytes
                if self.keepsText { $0.text += String(buffer: bytes) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.received.update { $0.isClosed = true }
        }
    }

    static func connect(_ address: SocketAddress, reads: Bool = true, keepsText: Bool = true) async throws -> RawClient
    {
        let received = Observed(Received())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.pipeline.addHandler(Collector(received, keepsText: keepsText))
            }
            .connect(to: address).get()
        return RawClient(channel: channel, received: received)
    }

    func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Sends a POST with a body and reads up to the end of its response.
    func post(_ body: String, headers: String = "") -> String {
        "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @discardableResult
    func wait(_ what: String, until check: @escaping @Sendable (Received) -> Bool) async throws -> Received {
        try await self.received.wait(what, until: check)
    }

    @discardableResult
    func waitForText(_ text: String, times: Int = 1) async throws -> Received {
        try await self.wait("'\(text)' × \(times)") { $0.occurrences(of: text) >= times }
    }

    @discardableResult
    func waitForClose() async throws -> Received {
        try await self.wait("close") { $0.isClosed }
    }

    func close() async {
        try? await self.channel.close().get()
    }
}
