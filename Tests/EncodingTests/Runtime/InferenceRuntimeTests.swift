import Encoding
import Testing

@Suite struct InferenceRuntimeTests {
    @Test func aMissingLibraryIsATypedError() throws {
        let empty = try TemporaryDirectory()
        for path in ["/nowhere/libopenvino_c.so", empty.path] {
            let error = #expect(throws: EncodingError.self) { try InferenceRuntime(libraryPath: path) }
            #expect(error?.code == .libraryMissing)
        }
    }

    @Test func aFileThatIsNoLibraryIsATypedError() throws {
        let directory = try TemporaryDirectory()
        try directory.write("libopenvino_c.so", Array("not a library".utf8))
        let error = #expect(throws: EncodingError.self) { try InferenceRuntime(libraryPath: directory.path) }
        #expect(error?.code == .libraryMissing)
    }

    @Test func anotherLibraryIsIncompatible() throws {
        let error = #expect(throws: EncodingError.self) {
            try InferenceRuntime(libraryPath: "/lib/x86_64-linux-gnu/libm.so.6")
        }
        #expect(error?.code == .libraryIncompatible || error?.code == .libraryMissing)
    }

    @Test(.needsRuntime) func tellsItsVersion() throws {
        let runtime = try TestRuntime.runtime()
        #expect(Int(runtime.version.prefix { $0.isNumber }) ?? 0 >= InferenceRuntime.minimumMajorVersion)
    }
}
