import Glibc
import NIOHTTP1

/// What the fields of one head say about framing and the connection, noticed while they are read.
struct FieldFacts {
    var contentLengths = 0
    var contentLength = 0
    var transferCodings = 0
    var chunked = false
    var close = false
    var keepAlive = false
    var hosts = 0
    var expectsContinue = false
    var unknownExpectation = false
    private var connectionOptions: [String] = []

    /// Reads all field lines from `start` to the blank line.
    mutating func parse(
        _ bytes: UnsafeRawBufferPointer, from start: Int, limits: MessageHeadLimits, removesHopByHop: Bool
    ) throws(MessageError) -> HTTPHeaders {
        var offset = start
        var count = 0
        var fields: [(String, String)] = []
        fields.reserveCapacity(16)
        while offset < bytes.count {
            let line = MessageHeadParser.nextLine(bytes, &offset)
            if line.isEmpty { break }
            count += 1
            guard count <= limits.maximumFields else { throw .headTooLarge }
            guard let base = line.baseAddress, let hit = memchr(base, 0x3A, line.count) else {
                throw .malformed("a field line has no colon")
            }
            let colon = UnsafeRawPointer(hit) - base
            let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
            guard FieldSyntax.isToken(name) else { throw .malformed("a field name is not a token") }
            let value = FieldSyntax.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
            guard FieldSyntax.isFieldValue(value) else {
                throw .malformed("a field value holds a control character")
            }
            let hopByHop = try self.note(name, value)
            if removesHopByHop && hopByHop { continue }
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        if removesHopByHop, !self.connectionOptions.isEmpty {
            let named = self.connectionOptions
            fields.removeAll { field in named.contains(field.0.lowercased()) }
        }
        return HTTPHeaders(fields)
    }

    /// Notices what matters; returns whether the field is hop-by-hop.
    private mutating func note(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) throws(MessageError) -> Bool {
        switch name.count {
        case 4:
            if FieldSyntax.equals(name, "host") { self.hosts += 1 }
            return false
        case 6:
            if FieldSyntax.equals(name, "expect") {
                if FieldSyntax.equals(value, "100-continue") {
                    self.expectsContinue = true
                } else {
                    self.unknownExpectation = true
                }
            }
            return false
        case 10 where FieldSyntax.equals(name, "connection"):
            FieldSyntax.forEachListMember(of: value) { member in
                if FieldSyntax.equals(member, "close") {
                    self.close = true
                } else if FieldSyntax.equals(member, "keep-alive") {
                    self.keepAlive = true
                } else {
                    self.connectionOptions.append(String(decoding: member, as: UTF8.self).lowercased())
                }
            }
            return true
        case 14:
            if FieldSyntax.equals(name, "content-length") {
                self.contentLengths += 1
                guard !value.isEmpty, value.count <= 18 else { throw .malformed("content-length is not a length") }
                var length = 0
                for byte in value {
                    guard byte >= 0x30, byte <= 0x39 else { throw .malformed("content-length is not a number") }
                    length = length * 10 + Int(byte - 0x30)
                }
                self.contentLength = length
            }
            return false
        case 17 where FieldSyntax.equals(name, "transfer-encoding"):
            self.transferCodings += 1
            self.chunked = FieldSyntax.equals(value, "chunked")
            return true
        default:
            return FieldSyntax.isHopByHop(name)
        }
    }
}
