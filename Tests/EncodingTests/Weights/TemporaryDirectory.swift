import Glibc

/// A directory that is gone with the value that made it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/encoding-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TemporaryDirectoryError() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = system("rm -rf '\(path)'") }

    /// Writes a file into the directory.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        guard let file = fopen("\(path)/\(name)", "wb") else { throw TemporaryDirectoryError() }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw TemporaryDirectoryError() }
        return "\(path)/\(name)"
    }

    /// Copies another directory's content into this one.
    func copy(_ other: String) throws {
        guard system("cp -r '\(other)/.' '\(path)/' && chmod -R u+w '\(path)'") == 0 else {
            throw TemporaryDirectoryError()
        }
    }
}

struct TemporaryDirectoryError: Error {}
