internal import Foundation
internal import Lexical
internal import Wire

/// Why a file has no text; the code is the API's `last_error.code`.
struct ReadingFailure: Error, Sendable, Hashable {
    var code: String
    var message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Makes text of files by the ends of their names. Spec pipeline-api §9.2.
struct DocumentReader: Sendable {
    /// Most bytes of text of one file.
    static let textLimit = 64 << 20

    var portableDocuments = PortableDocumentReader()

    /// The text of a file; `path` is where another program can read it. Throws what becomes the attachment's last error.
    func text(of bytes: [UInt8], name: String, path: String?) async throws(ReadingFailure) -> String {
        let text: String
        switch Self.ending(of: name) {
        case ".json": text = try json(bytes)
        case ".csv":
            guard let table = DelimitedText.text(of: try plain(bytes), limit: Self.textLimit) else {
                throw ReadingFailure("parse_error", "the table's text has more than \(Self.textLimit) bytes")
            }
            text = table
        case ".html", ".htm":
            _ = try plain(bytes)
            text = HTMLText.text(of: bytes)
        case ".pdf": text = try await portableDocuments.text(of: bytes, path: path)
        default: text = try plain(bytes)
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace && $0.value >= 0x20 }) else {
            throw ReadingFailure("empty_content", "the file has no text")
        }
        return text
    }

    /// The end of a name from its last point, in lower case; empty where there is none.
    static func ending(of name: String) -> String {
        guard let point = name.lastIndex(of: ".") else { return "" }
        return name[point...].lowercased()
    }

    private func plain(_ bytes: [UInt8]) throws(ReadingFailure) -> String {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            throw ReadingFailure("parse_error", "the file is not UTF-8 text; save it as UTF-8 and upload it again")
        }
        return text.contains("\0") ? text.replacing("\0", with: " ") : text
    }

    private func json(_ bytes: [UInt8]) throws(ReadingFailure) -> String {
        let tree: JSON
        do throws(JSONError) {
            tree = try JSON(parsing: bytes, limits: JSONLimits(maxBytes: Self.textLimit))
        } catch {
            throw ReadingFailure("parse_error", "the file is not JSON (\(error.code.rawValue) at byte \(error.offset))")
        }
        let text = tree.text(pretty: true)
        guard text.utf8.count <= Self.textLimit else {
            throw ReadingFailure("parse_error", "the JSON's text has more than \(Self.textLimit) bytes")
        }
        return text
    }
}
