internal import Glibc

/// An open, checked safetensors file that is not yet mapped.
final class WeightFile: Sendable {
    let path: String
    let header: SafetensorsHeader
    let fileBytes: Int
    let descriptor: Int32

    /// - Throws: `model_missing` when there is no such file, `invalid_weights` when it is damaged.
    init(path: String) throws(EncodingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EncodingError(.modelMissing, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        do throws(EncodingError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw EncodingError(.modelMissing, "\(path) is not a file")
            }
            let size = Int(status.st_size)
            let prefix = try Self.read(descriptor, 8, at: 0, path)
            let length = try SafetensorsHeader.length(prefix: prefix, fileBytes: size)
            let json = try Self.read(descriptor, length, at: 8, path)
            header = try SafetensorsHeader(parsing: json, fileBytes: size)
            fileBytes = size
        } catch {
            close(descriptor)
            throw EncodingError(error.code, error.message.contains(path) ? error.message : "\(path): \(error.message)")
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func read(
        _ descriptor: Int32, _ count: Int, at offset: Int, _ path: String
    ) throws(EncodingError) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count, let start = buffer.baseAddress {
                let got = pread(descriptor, start + filled, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
        }
        guard bytes.count == count else { throw EncodingError(.invalidWeights, "\(path) ends within its header") }
        return bytes
    }
}
