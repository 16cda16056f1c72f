import NIOCore
import NIOPosix
import NIOSSL

/// A request as a backend saw it.
struct SeenRequest: Sendable {
    var connection: Int
    /// Number of the request on its connection, from 0.
    var number: Int
    var head: String
    var body: String
}

/// What a backend saw so far.
struct Seen: Sendable {
    var connections = 0
    var closed = 0
    var requests: [SeenRequest] = []
}

/// A backend that answers each request with what a closure writes.
final class RawBackend: Sendable {
    typealias Answer = @Sendable (SeenRequest, any Channel) -> Void

    let seen = Observed(Seen())
    private let channel: any Channel

    /// The port it listens, or listened, on.
    let port: Int

    private init(channel: any Channel) {
        self.channel = channel
        self.port = channel.localAddress?.port ?? 0
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let seen: Observed<Seen>
        let answer: Answer
        var bytes = ByteBuffer()
        var index = 0
        var number = 0

        init(_ seen: Observed<Seen>, _ answer: @escaping Answer) {
            self.seen = seen
            self.answer = answer
        }

        func channelActive(context: ChannelHandlerContext) {
            self.seen.update {
                self.index = $0.connections
                $0.connections += 1
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var chunk = self.unwrapInboundIn(data)
            self.bytes.writeBuffer(&chunk)
            while let request = self.next() {
                self.seen.update { $0.requests.append(request) }
                self.answer(request, context.channel)
            }
        }

        private func next() -> SeenRequest? {
            let text = String(buffer: self.bytes)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.lowerBound])
            var length = 0
            for line in head.lowercased().split(separator: "\r\n") where line.hasPrefix("content-length:") {
                length = Int(line.dropFirst(15).filter(\.isNumber)) ?? 0
            }
            let headBytes = text[..<end.upperBound].utf8.count
            guard self.bytes.readableBytes >= headBytes + length else { return nil }
            self.bytes.moveReaderIndex(forwardBy: headBytes)
            let body = self.bytes.readString(length: length) ?? ""
            defer { self.number += 1 }
            return SeenRequest(connection: self.index, number: self.number, head: head, body: body)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.seen.update { $0.closed += 1 }
        }
    }

    static func start(tls: NIOSSLContext? = nil, _ answer: @escaping Answer) async throws -> RawBackend {
        let box = Observed<RawBackend?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let backend = box.value else { throw ChannelError.operationUnsupported }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Connection(backend.seen, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let backend = RawBackend(channel: channel)
        box.update { $0 = backend }
        return backend
    }

    func stop() async {
        try? await self.channel.close().get()
    }
}

extension Channel {
    /// Writes a text as it is.
    func send(_ text: String) {
        self.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    /// Writes a complete response.
    func respond(_ body: String, status: String = "200 OK", headers: String = "") {
        self.send("HTTP/1.1 \(status)\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}
