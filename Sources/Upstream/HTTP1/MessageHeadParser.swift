import Glibc
package import NIOCore
import NIOHTTP1

/// Reads message heads, strictly: CRLF line ends, no folding, no space before the colon, one length.
///
/// Leniency in any of these is how two parties come to disagree about where a request ends.
/// It remembers how far it looked for the end, so that a head that comes byte by byte costs linear time.
package struct MessageHeadParser {
    private let limits: MessageHeadLimits
    private var scanned = 0

    package init(limits: MessageHeadLimits) {
        self.limits = limits
    }

    /// Takes a complete request head off the buffer, or returns nil when more bytes are needed.
    package mutating func nextRequest(_ buffer: inout ByteBuffer) throws(MessageError) -> RequestMessageHead? {
        if self.scanned == 0 {
            // RFC 9112 §2.2: an empty line before the request line is ignored.
            var skipped = 0
            while skipped < 4, buffer.readableBytes >= 2,
                buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A
            {
                buffer.moveReaderIndex(forwardBy: 2)
                skipped += 1
            }
        }
        guard let length = try self.headLength(buffer) else { return nil }
        let limits = self.limits
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<RequestMessageHead, MessageError> in
            do throws(MessageError) {
                return .success(
                    try Self.parseRequest(UnsafeRawBufferPointer(rebasing: bytes[..<length]), limits: limits))
            } catch {
                return .failure(error)
            }
        }
        let head = try result.get()
        buffer.moveReaderIndex(forwardBy: length)
        return head
    }

    /// Takes a complete response head off the buffer, or returns nil when more bytes are needed.
    package mutating func nextResponse(
        _ buffer: inout ByteBuffer, toHead: Bool
    ) throws(MessageError) -> ResponseMessageHead? {
        guard let length = try self.headLength(buffer) else { return nil }
        let limits = self.limits
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<ResponseMessageHead, MessageError> in
            do throws(MessageError) {
                return .success(
                    try Self.parseResponse(
                        UnsafeRawBufferPointer(rebasing: bytes[..<length]), limits: limits, toHead: toHead))
            } catch {
                return .failure(error)
            }
        }
        let head = try result.get()
        buffer.moveReaderIndex(forwardBy: length)
        return head
    }

    /// The number of bytes up to and with the blank line, nil while it has not come.
    private mutating func headLength(_ buffer: ByteBuffer) throws(MessageError) -> Int? {
        enum Scan {
            case found(Int)
            case bareLineFeed
            case incomplete(Int)
        }
        let start = self.scanned
        let scan = buffer.withUnsafeReadableBytes { bytes -> Scan in
            guard let base = bytes.baseAddress else { return .incomplete(0) }
            var position = start
            while position < bytes.count, let hit = memchr(base + position, 0x0A, bytes.count - position) {
                let index = UnsafeRawPointer(hit) - base
                guard index >= 1, bytes[index - 1] == 0x0D else { return .bareLineFeed }
                if index == 1 || bytes[index - 2] == 0x0A { return .found(index + 1) }
                position = index + 1
            }
            return .incomplete(bytes.count)
        }
        switch scan {
        case .found(let length):
            self.scanned = 0
            guard length <= self.limits.maximumBytes else { throw .headTooLarge }
            return length
        case .bareLineFeed:
            throw .malformed("a line ends without carriage return")
        case .incomplete(let count):
            self.scanned = count
            guard count < self.limits.maximumBytes else { throw .headTooLarge }
            return nil
        }
    }

    private static func parseRequest(
        _ bytes: UnsafeRawBufferPointer, limits: MessageHeadLimits
    ) throws(MessageError) -> RequestMessageHead {
        var offset = 0
        let line = Self.nextLine(bytes, &offset)
        guard let methodEnd = line.firstIndex(of: 0x20), let targetEnd = line.lastIndex(of: 0x20), methodEnd < targetEnd
        else { throw .malformed("the request line is not 'method target version'") }
        let method = UnsafeRawBufferPointer(rebasing: line[..<methodEnd])
        let target = UnsafeRawBufferPointer(rebasing: line[(methodEnd + 1)..<targetEnd])
        let version = UnsafeRawBufferPointer(rebasing: line[(targetEnd + 1)...])
        guard FieldSyntax.isToken(method), method.count <= 32 else {
            throw .malformed("the method is not a token")
        }
        guard target.count <= limits.maximumTargetBytes else { throw .targetTooLong }
        guard !target.isEmpty, target.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed("the request target holds bytes that must be percent-encoded")
        }
        let minorVersion = try Self.minorVersion(version)

        var fields = FieldFacts()
        let headers = try fields.parse(bytes, from: offset, limits: limits, removesHopByHop: false)
        if minorVersion == 1, fields.hosts != 1 {
            throw .malformed("exactly one host field is needed")
        }
        guard fields.hosts <= 1 else { throw .malformed("more than one host field") }
        let framing: BodyFraming
        if fields.transferCodings > 0 {
            guard fields.contentLengths == 0, fields.transferCodings == 1, minorVersion == 1 else {
                throw .ambiguousLength
            }
            guard fields.chunked else { throw .unsupportedTransferCoding }
            framing = .chunked
        } else if fields.contentLengths > 0 {
            guard fields.contentLengths == 1 else { throw .ambiguousLength }
            framing = fields.contentLength == 0 ? .none : .length(fields.contentLength)
        } else {
            framing = .none
        }
        return RequestMessageHead(
            method: Self.method(method),
            target: String(decoding: target, as: UTF8.self),
            minorVersion: minorVersion,
            headers: headers,
            framing: framing,
            keepAlive: !fields.close && (minorVersion == 1 || fields.keepAlive),
            expectsContinue: fields.expectsContinue && minorVersion == 1,
            hasUnknownExpectation: fields.unknownExpectation
        )
    }

    private static func parseResponse(
        _ bytes: UnsafeRawBufferPointer, limits: MessageHeadLimits, toHead: Bool
    ) throws(MessageError) -> ResponseMessageHead {
        var offset = 0
        let line = Self.nextLine(bytes, &offset)
        guard line.count >= 12, line[8] == 0x20, line.count == 12 || line[12] == 0x20 else {
            throw .malformed("the status line is not 'version status reason'")
        }
        let minorVersion = try Self.minorVersion(UnsafeRawBufferPointer(rebasing: line[..<8]))
        var status = 0
        for byte in line[9..<12] {
            guard byte >= 0x30, byte <= 0x39 else { throw .malformed("the status is not a number of three digits") }
            status = status * 10 + Int(byte - 0x30)
        }
        guard status >= 100, status <= 599 else { throw .malformed("the status is out of range") }

        var fields = FieldFacts()
        let headers = try fields.parse(bytes, from: offset, limits: limits, removesHopByHop: true)
        var keepAlive = !fields.close && (minorVersion == 1 || fields.keepAlive)
        let framing: BodyFraming
        if status < 200 || status == 204 || status == 304 || toHead {
            framing = .none
        } else if fields.transferCodings > 0 {
            guard fields.chunked, fields.transferCodings == 1, fields.contentLengths == 0 else {
                throw .unsupportedTransferCoding
            }
            framing = .chunked
        } else if fields.contentLengths > 0 {
            guard fields.contentLengths == 1 else { throw .ambiguousLength }
            framing = fields.contentLength == 0 ? .none : .length(fields.contentLength)
        } else {
            framing = .untilClose
            keepAlive = false
        }
        return ResponseMessageHead(status: status, headers: headers, framing: framing, keepAlive: keepAlive)
    }

    /// The next line without its CRLF; the caller knows that the head is complete.
    @inline(__always)
    static func nextLine(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UnsafeRawBufferPointer {
        guard let base = bytes.baseAddress, offset < bytes.count,
            let hit = memchr(base + offset, 0x0A, bytes.count - offset)
        else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let end = UnsafeRawPointer(hit) - base
        let line = UnsafeRawBufferPointer(rebasing: bytes[offset..<max(offset, end - 1)])
        offset = end + 1
        return line
    }

    private static func minorVersion(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Int {
        guard bytes.count == 8, let base = bytes.baseAddress, memcmp(base, "HTTP/", 5) == 0, bytes[6] == 0x2E else {
            throw .malformed("the HTTP version is missing")
        }
        guard bytes[5] == 0x31, bytes[7] == 0x30 || bytes[7] == 0x31 else { throw .unsupportedVersion }
        return Int(bytes[7] - 0x30)
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> HTTPMethod {
        if FieldSyntax.isExactly(bytes, "POST") { return .POST }
        if FieldSyntax.isExactly(bytes, "GET") { return .GET }
        return HTTPMethod(rawValue: String(decoding: bytes, as: UTF8.self))
    }
}
