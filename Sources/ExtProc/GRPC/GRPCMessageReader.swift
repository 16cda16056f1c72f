import NIOCore

/// Takes the messages of a call out of its bytes: each is preceded by a flag and its length.
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
struct GRPCMessageReader {
    /// Bytes of the flag and the length.
    static let prefixLength = 5

    private var buffer = ByteBuffer()
    private let limit: Int

    /// A reader of messages of at most `limit` bytes.
    init(limit: Int) { self.limit = limit }

    /// Whether there is a beginning of a message.
    var isWithinMessage: Bool { buffer.readableBytes > 0 }

    /// Takes in what came.
    mutating func append(_ bytes: ByteBuffer) {
        guard buffer.readableBytes > 0 else {
            buffer = bytes
            return
        }
        buffer.discardReadBytes()
        var bytes = bytes
        buffer.writeBuffer(&bytes)
    }

    /// The next whole message; nil when more must come. Throws when there never will be one.
    mutating func next() throws(GRPCStatus) -> ByteBuffer? {
        guard let flag = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self),
            let length = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self)
        else { return nil }
        guard flag == 0 else {
            throw GRPCStatus(.unimplemented, "messages that are compressed are not served")
        }
        guard Int(length) <= limit else {
            throw GRPCStatus(.resourceExhausted, "a message of \(length) bytes; at most \(limit) are taken")
        }
        guard buffer.readableBytes >= Self.prefixLength + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: Self.prefixLength)
        return buffer.readSlice(length: Int(length))
    }
}
