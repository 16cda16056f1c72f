package import NIOCore
import NIOHTTP1

/// Writes start lines and fields. A byte that could end a field early never gets out: control characters
/// in a value become spaces, and a field whose name is not a token is left out.
package enum HeadWriter {
    /// Appends `name: value` and a line end.
    package static func writeField(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        var name = name
        name.withUTF8 { self.writeField(UnsafeRawBufferPointer($0), value, to: &buffer) }
    }

    /// Appends a field whose name the caller has already taken apart.
    package static func writeField(_ name: UnsafeRawBufferPointer, _ value: String, to buffer: inout ByteBuffer) {
        guard FieldSyntax.isToken(name), let nameStart = name.baseAddress else { return }
        var value = value
        value.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            let size = name.count + bytes.count + 4
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
                guard var cursor = space.baseAddress else { return 0 }
                cursor.copyMemory(from: nameStart, byteCount: name.count)
                cursor += name.count
                cursor.storeBytes(of: UInt16(bigEndian: 0x3A20), as: UInt16.self)
                cursor += 2
                if let start = bytes.baseAddress {
                    cursor.copyMemory(from: start, byteCount: bytes.count)
                    if !FieldSyntax.isFieldValue(bytes) { Self.blankControls(cursor, bytes.count) }
                    cursor += bytes.count
                }
                cursor.storeBytes(of: UInt16(bigEndian: 0x0D0A), as: UInt16.self)
                return size
            }
        }
    }

    private static func blankControls(_ start: UnsafeMutableRawPointer, _ count: Int) {
        for offset in 0..<count {
            let byte = start.load(fromByteOffset: offset, as: UInt8.self)
            if byte < 0x20 || byte == 0x7F { start.storeBytes(of: 0x20, toByteOffset: offset, as: UInt8.self) }
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
            if !named.isEmpty, named.contains(name.lowercased()) { continue }
            var name = name
            name.withUTF8 { bytes in
                let raw = UnsafeRawBufferPointer(bytes)
                if FieldSyntax.isHopByHop(raw) || FieldSyntax.equals(raw, "content-length") { return }
                if FieldSyntax.equals(raw, "expect") { return }
                if FieldSyntax.equals(raw, "host") {
                    if hasHost { return }
                    hasHost = true
                }
                self.writeField(raw, value, to: &buffer)
            }
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
