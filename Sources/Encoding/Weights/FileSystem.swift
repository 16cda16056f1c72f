internal import Glibc

/// The little that is needed of directories and small files.
enum FileSystem {
    /// The names in a directory, without order; none where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

    static func isDirectory(_ path: String) -> Bool { kind(path) == S_IFDIR }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The bytes of a file.
    /// - Throws: `model_missing` when it cannot be read, `invalid_manifest` when it is larger than `limit` bytes.
    static func bytes(of path: String, limit: Int) throws(EncodingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EncodingError(.modelMissing, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw EncodingError(.modelMissing, "\(path) is not a file")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw EncodingError(.invalidManifest, "\(path) has \(size) bytes; at most \(limit) are read")
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            filled = 0
            while filled < size, let start = buffer.baseAddress {
                let got = Glibc.read(descriptor, start + filled, size - filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
        }
        guard bytes.count == size else { throw EncodingError(.modelMissing, "\(path) cannot be read") }
        return bytes
    }
}
