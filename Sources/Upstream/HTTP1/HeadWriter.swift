package import NIOCore
import NIOHTTP1

/// Writes start lines and fields. A byte that could end a field early never gets out: control characters
/// in a value become spaces, and a field whose name is not a token is left out.
package enum HeadWriter {
    /// Appends `name: value` and a line end.
    package static func writeField(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        var name = name
        var value = value
        let safe = name.withUTF8 { FieldSyntax.isToken(UnsafeRawBufferPointer($0)) }
        guard safe else { return }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: name.utf8.count + value.utf8.count + 4) { space in
            var count = 0
            name.withUTF8 { bytes in
                space.copyMemory(from: UnsafeRawBufferPointer(bytes))
                count = bytes.count
            }
            space[count] = 0x3A
            space[count + 1] = 0x20
            count += 2
            value.withUTF8 { bytes in
                let raw = UnsafeRawBufferPointer(bytes)
                UnsafeMutableRawBufferPointer(rebasing: space[count...]).copyMemory(from: raw)
                if !FieldSyntax.isFieldValue(raw) {
                    for index in count..<(count + raw.count) where space[index] < 0x20 || space[index] == 0x7F {
                        space[index] = 0x20
                    }
                }
                count += raw.count
            }
            space[count] = 0x0D
            space[count + 1] = 0x0A
            return count + 2
        }
    }

    /// Appends `name: number` and a line end; the literal ends with ": ".
    package static func writeField(_ literal: StaticString, _ number: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(literal)
        self.writeDecimal(number, to: &buffer)
        buffer.writeStaticString("\r\n")
    }

    /// Appends a number that is not negative.
    package static func writeDecimal(_ number: Int, to buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { space in
            var digits = 1
            var rest = number / 10
            while rest > 0 {
                digits += 1
                rest /= 10
            }
            rest = number
            for index in (0..<digits).reversed() {
                space[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
                rest /= 10
            }
            return digits
        }
    }

    /// Appends the size line of a chunk.
    package static func writeChunkSize(_ size: Int, to buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 18) { space in
            var digits = 1
            while digits < 16, size >> (digits * 4) != 0 { digits += 1 }
            for index in 0..<digits {
                let nibble = UInt8(truncatingIfNeeded: (size >> ((digits - 1 - index) * 4)) & 0xF)
                space[index] = nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10
            }
            space[digits] = 0x0D
            space[digits + 1] = 0x0A
            return digits + 2
        }
    }

    /// Appends a complete request head: hop-by-hop fields and any content-length in the attempt are replaced
    /// by this connection's own.
    package static func writeRequest(_ attempt: Attempt, to buffer: inout ByteBuffer) {
        buffer.writeString(attempt.method.rawValue)
        buffer.writeStaticString(" ")
        var target = attempt.target
        let safe = target.withUTF8 { $0.allSatisfy { byte in byte > 0x20 && byte != 0x7F } }
        buffer.writeString(target.isEmpty ? "/" : safe ? target : Self.encoded(target))
        buffer.writeStaticString(" HTTP/1.1\r\n")
        var hasHost = false
        let named = self.connectionOptions(attempt.headers)
        for (name, value) in attempt.headers {
            var name = name
            enum Kind { case forwarded, host, dropped }
            let kind = name.withUTF8 { bytes -> Kind in
                let raw = UnsafeRawBufferPointer(bytes)
                if FieldSyntax.isHopByHop(raw) || FieldSyntax.equals(raw, "content-length") { return .dropped }
                if FieldSyntax.equals(raw, "expect") { return .dropped }
                return FieldSyntax.equals(raw, "host") ? .host : .forwarded
            }
            switch kind {
            case .dropped: continue
            case .host:
                if hasHost { continue }
                hasHost = true
            case .forwarded:
                if !named.isEmpty, named.contains(name.lowercased()) { continue }
            }
            self.writeField(name, value, to: &buffer)
        }
        if !hasHost {
            self.writeField("host", self.authority(attempt.backend), to: &buffer)
        }
        let length = attempt.body.readableBytes
        if length > 0 || attempt.method == .POST || attempt.method == .PUT || attempt.method == .PATCH {
            self.writeField("content-length: ", length, to: &buffer)
        }
        buffer.writeStaticString("connection: keep-alive\r\n\r\n")
    }

    /// Fields that a Connection field names, in lowercase.
    private static func connectionOptions(_ headers: HTTPHeaders) -> [String] {
        guard headers.contains(name: "connection") else { return [] }
        return headers[canonicalForm: "connection"].map { $0.lowercased() }.filter {
            $0 != "close" && $0 != "keep-alive" && $0 != "host"
        }
    }

    private static func authority(_ target: BackendTarget) -> String {
        let host = target.host.contains(":") ? "[\(target.host)]" : target.host
        let standard = target.scheme == .http ? 80 : 443
        return target.port == standard ? host : "\(host):\(target.port)"
    }

    private static func encoded(_ target: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in target.utf8 {
            if byte > 0x20 && byte != 0x7F {
                bytes.append(byte)
            } else {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
