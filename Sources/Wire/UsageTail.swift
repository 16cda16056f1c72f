#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Finds the token counts of a JSON answer without parsing the answer.
///
/// Backends write `usage` last, or nearly so. The last `"usage":{` of the bytes is that member of the root when what
/// follows its object closes exactly one more level: inside a string the quotes would be escaped, and any deeper
/// member has more to close. Where that cannot be seen at little cost, the answer is nil and the caller parses.
enum UsageTail {
    /// Bytes looked at from the end.
    private static let window = 4_096
    /// Bytes that a usage object may take.
    private static let maximumObjectBytes = 2_048

    static func usage(atEndOf body: [UInt8]) -> Usage? {
        body.withUnsafeBytes { bytes -> Usage? in
            guard let start = lastUsage(in: bytes), let end = objectEnd(in: bytes, from: start),
                closesRoot(UnsafeRawBufferPointer(rebasing: bytes[end...]))
            else { return nil }
            let object = Array(bytes[start..<end])
            guard let document = try? JSONDocument(parsing: object) else { return nil }
            return Usage(document.root)
        }
    }

    /// Where the object of the last `"usage":{` begins.
    private static func lastUsage(in bytes: UnsafeRawBufferPointer) -> Int? {
        let name: StaticString = "\"usage\""
        let length = name.utf8CodeUnitCount
        guard let base = bytes.baseAddress, bytes.count > length else { return nil }
        let floor = max(0, bytes.count - window)
        var position = bytes.count - length
        while position >= floor {
            if bytes[position] == UInt8(ascii: "\""), memcmp(base + position, name.utf8Start, length) == 0 {
                var cursor = skipSpaces(bytes, from: position + length)
                guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: ":") else { return nil }
                cursor = skipSpaces(bytes, from: cursor + 1)
                return cursor < bytes.count && bytes[cursor] == UInt8(ascii: "{") ? cursor : nil
            }
            position -= 1
        }
        return nil
    }

    /// The end of the object that begins at `start`.
    private static func objectEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var depth = 0
        var cursor = start
        let limit = min(bytes.count, start + maximumObjectBytes)
        while cursor < limit {
            switch bytes[cursor] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return cursor + 1 }
            case UInt8(ascii: "\""):
                guard let end = stringEnd(in: bytes, from: cursor + 1) else { return nil }
                cursor = end
            default: break
            }
            cursor += 1
        }
        return nil
    }

    /// Whether the rest of a body, after a member's value, closes the root and nothing else.
    private static func closesRoot(_ rest: UnsafeRawBufferPointer) -> Bool {
        var depth = 1
        var cursor = 0
        while cursor < rest.count {
            switch rest[cursor] {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case _ where depth == 0: return false
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]") where depth == 1: return false
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard let end = stringEnd(in: rest, from: cursor + 1) else { return false }
                cursor = end
            default: break
            }
            cursor += 1
        }
        return depth == 0
    }

    /// The closing quote of a string whose inside begins at `start`.
    private static func stringEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var cursor = start
        while cursor < bytes.count {
            if bytes[cursor] == UInt8(ascii: "\"") { return cursor }
            cursor += bytes[cursor] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private static func skipSpaces(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var cursor = start
        while cursor < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[cursor]) { cursor += 1 }
        return cursor
    }
}
