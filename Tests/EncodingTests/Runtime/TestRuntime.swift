import Encoding
import Glibc
import Testing

/// The inference library of the machine that runs the tests.
enum TestRuntime {
    /// The directory of the library: `MARTLET_OPENVINO_LIBRARY`, else what the preparation of a checkout installs.
    static let directory: String? = {
        if let path = getenv("MARTLET_OPENVINO_LIBRARY") { return String(cString: path) }
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let places = [
            "python/openvino/libs", "openvino/libs", "openvino/openvino/libs", "lib/openvino/libs",
        ].map { "/\(root)/.deps/\($0)" }
        return places.first { access($0, R_OK) == 0 }
    }()

    private static let opened: Result<InferenceRuntime, EncodingError>? = directory.map { directory in
        do throws(EncodingError) {
            return .success(try InferenceRuntime(libraryPath: directory))
        } catch {
            return .failure(error)
        }
    }

    /// Whether there is a library to run graphs with.
    static var isPresent: Bool { directory != nil }

    /// The opened library.
    static func runtime() throws -> InferenceRuntime {
        guard let opened else { throw EncodingError(.libraryMissing, "no inference library for the tests") }
        return try opened.get()
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs a test only where the inference library is.
    static var needsRuntime: Self {
        .enabled(
            if: TestRuntime.isPresent,
            "the OpenVINO library is not installed: set MARTLET_OPENVINO_LIBRARY to its directory")
    }
}
