/// The parts of a `multipart/form-data` body. RFC 7578.
public struct MultipartForm: Sendable {
    /// One field or file.
    public struct Part: Sendable {
        public var name: String
        /// The name of a file; it is a client's claim and never a path.
        public var filename: String?
        public var content: ArraySlice<UInt8>

        /// The content as text; nil when it is not UTF-8.
        public var text: String? { String(validating: content, as: UTF8.self) }
    }

    public let parts: [Part]

    /// Most parts, and most bytes of the headers of one.
    private static let limits = (parts: 64, header: 16_384)

    /// Reads a body whose `Content-Type` is given. Throws a sentence that says what is wrong.
    public init(parsing body: [UInt8], contentType: String) throws(MultipartError) {
        guard let boundary = Self.boundary(contentType) else {
            throw MultipartError("the Content-Type must be multipart/form-data with a boundary")
        }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var parts: [Part] = []
        // The first delimiter may lack the line break before it.
        guard
            var position = body.starts(with: delimiter.dropFirst(2))
                ? delimiter.count - 2
                : Self.find(delimiter, in: body, from: 0).map({ $0 + delimiter.count })
        else { throw MultipartError("the body has no part") }
        while true {
            if body[position...].starts(with: Array("--".utf8)) { break }
            // White space may follow the boundary.
            while position < body.count, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
            guard body[position...].starts(with: [0x0D, 0x0A]) else {
                throw MultipartError("a boundary is not followed by a line break")
            }
            position += 2
            guard let end = Self.find(delimiter, in: body, from: max(0, position - 2)) else {
                throw MultipartError("the last part does not end")
            }
            guard parts.count < Self.limits.parts else {
                throw MultipartError("the body has more than \(Self.limits.parts) parts")
            }
            if let part = try Self.part(body[position..<max(position, end)]) { parts.append(part) }
            position = end + delimiter.count
        }
        self.parts = parts
    }

    /// The last part of a name.
    public subscript(name: String) -> Part? { parts.last { $0.name == name } }

    private static func part(_ bytes: ArraySlice<UInt8>) throws(MultipartError) -> Part? {
        var lines: [String] = []
        var start = bytes.startIndex
        while true {
            guard
                let end = bytes[start...].firstIndex(of: 0x0A), end - bytes.startIndex <= limits.header,
                end > start || bytes[start] == 0x0A
            else { throw MultipartError("the headers of a part do not end") }
            var line = bytes[start..<end]
            if line.last == 0x0D { line.removeLast() }
            start = end + 1
            if line.isEmpty { break }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        guard
            let disposition = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            let name = parameter("name", of: disposition)
        else { return nil }
        return Part(name: name, filename: parameter("filename", of: disposition), content: bytes[start...])
    }

    private static func boundary(_ contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else { return nil }
        return boundary
    }

    /// A parameter behind a `;`, quoted or not; a quote within quotes has a backslash or is written `%22`.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = header.unicodeScalars.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let key = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest[key.endIndex...]
            var value = String.UnicodeScalarView()
            if rest.first == "=" {
                rest = rest.dropFirst()
                if rest.first == "\"" {
                    rest = rest.dropFirst()
                    while let next = rest.first, next != "\"" {
                        rest = rest.dropFirst()
                        if next == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
                            value.append(escaped)
                            rest = rest.dropFirst()
                        } else {
                            value.append(next)
                        }
                    }
                    rest = rest.dropFirst()
                } else {
                    let plain = rest.prefix { $0 != ";" && $0 != " " }
                    value.append(contentsOf: plain)
                    rest = rest[plain.endIndex...]
                }
            }
            if String(key).lowercased() == name {
                return String(value).replacing("%22", with: "\"").replacing("%0D", with: "").replacing("%0A", with: "")
            }
            rest = rest.drop { $0 != ";" }
        }
        return nil
    }

    /// Where a text first begins at or after a place. Delimiters begin with a line break, so few places are compared.
    private static func find(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + text.count <= bytes.count {
            guard let candidate = bytes[position...].firstIndex(of: text[0]), candidate + text.count <= bytes.count
            else { return nil }
            if bytes[candidate..<(candidate + text.count)].elementsEqual(text) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}

/// Why a body is not a form.
public struct MultipartError: Error, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
