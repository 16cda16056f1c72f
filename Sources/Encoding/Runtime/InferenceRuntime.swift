internal import COpenVINO
internal import Glibc

/// The opened inference library (OpenVINO, through its C API).
///
/// It is opened at run time, so a program starts without it and can say that it is missing.
public final class InferenceRuntime: @unchecked Sendable {
    // The library's functions may be called from any thread; the handles below never change.
    let library: OpaquePointer
    let core: OpaquePointer
    /// The library's version, such as `2026.4.1-…`.
    public let version: String
    /// Whether the processor multiplies bfloat16 numbers itself.
    public let hasBFloat16: Bool
    /// Whether the processor sums products of 8-bit integers itself.
    public let hasIntegerDotProducts = cov_has_integer_dot_products()

    /// The first release whose C API has every function with the meaning it has here.
    public static let minimumMajorVersion = 2025

    /// Opens the library.
    /// - Parameter path: The file `libopenvino_c.so…`, or the directory in which it is.
    /// - Throws: `library_missing`, `library_incompatible`.
    public init(libraryPath path: String) throws(EncodingError) {
        let file = Self.libraryFile(at: path)
        guard let file else { throw EncodingError(.libraryMissing, "no libopenvino_c.so in \(path)") }
        var status: Int32 = 0
        var message = [CChar](repeating: 0, count: 512)
        guard let library = cov_library_open(file, &status, &message, message.count) else {
            let code: EncodingError.Code = status == COV_LIBRARY_MISSING ? .libraryMissing : .libraryIncompatible
            throw EncodingError(code, "\(file): \(Self.text(message))")
        }
        self.library = library
        var text = [CChar](repeating: 0, count: 256)
        guard cov_library_version(library, &text, text.count) == COV_OK else {
            throw EncodingError(.libraryIncompatible, "\(file) does not tell its version")
        }
        version = Self.text(text)
        guard let major = Int(version.prefix { $0.isNumber }), major >= Self.minimumMajorVersion else {
            throw EncodingError(
                .libraryIncompatible, "OpenVINO \(version) is older than \(Self.minimumMajorVersion)")
        }
        var created: OpaquePointer?
        let outcome = cov_core_create(library, &created)
        guard outcome == COV_OK, let created else { throw Self.failure(library, outcome, "cannot start") }
        core = created
        let known = cov_core_property(library, created, "CPU", "OPTIMIZATION_CAPABILITIES", &text, text.count)
        guard known == COV_OK else {
            let error = Self.failure(library, known, "no processor plugin beside the library")
            cov_core_free(library, created)
            throw EncodingError(.libraryIncompatible, error.message)
        }
        hasBFloat16 = Self.text(text).contains("BF16")
    }

    deinit { cov_core_free(library, core) }

    static func failure(_ library: OpaquePointer, _ status: Int32, _ what: String) -> EncodingError {
        var text = [CChar](repeating: 0, count: 1024)
        cov_library_last_error(library, status, &text, text.count)
        return EncodingError(.failed, "\(what): \(Self.text(text)) (status \(status))")
    }

    func check(_ status: Int32, _ what: String) throws(EncodingError) {
        if status != COV_OK { throw Self.failure(library, status, what) }
    }

    static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The library itself, where `path` is its directory: the plain name first, else the newest numbered one.
    private static func libraryFile(at path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFDIR else { return path }
        let names = FileSystem.names(in: path).filter { $0.hasPrefix("libopenvino_c.so") }
        guard let name = names.contains("libopenvino_c.so") ? "libopenvino_c.so" : names.max() else { return nil }
        return "\(path)/\(name)"
    }
}
