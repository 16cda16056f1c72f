import Testing

@testable import Encoding

/// Headers are read as hostile input.
@Suite struct SafetensorsTests {
    /// A file from a header text and some data bytes.
    static func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(header.utf8.count)
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
        return prefix + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    private func open(_ bytes: [UInt8]) throws -> SafetensorsHeader {
        let directory = try TemporaryDirectory()
        return try WeightFile(path: try directory.write("model.safetensors", bytes)).header
    }

    @Test func readsTensorsInTheOrderOfTheirBytes() throws {
        let header = try open(
            Self.file(
                #"{"b":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"__metadata__":{"format":"pt"}}"#,
                data: 12))
        #expect(header.tensors.map(\.name) == ["a", "b"])
        #expect(header.tensors[0].shape == [])
        #expect(header.tensors[0].count == 1)
        #expect(header.tensors[1].element == .float16)
        #expect(header.tensors[1].count == 4)
        #expect(header.metadata == ["format": "pt"])
    }

    @Test func anEmptyTensorIsFine() throws {
        let header = try open(
            Self.file(
                #"{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
                data: 1))
        #expect(header.tensors.map(\.count) == [0, 1])
    }

    static let damaged: [(String, [UInt8])] = [
        ("empty", []),
        ("shorter than its length field", [1, 2, 3]),
        ("length beyond the file", file("{}", data: 0, length: 1000)),
        ("length beyond all bounds", file("{}", data: 0, length: .max)),
        ("length of the sign bit", file("{}", data: 0, length: 1 << 63)),
        ("not JSON", file("{]", data: 0)),
        ("an array", file("[]", data: 0)),
        ("a tensor that is no object", file(#"{"a":1}"#, data: 0)),
        ("unknown dtype", file(#"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, data: 4)),
        ("no shape", file(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, data: 4)),
        ("negative dimension", file(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, data: 4)),
        ("fractional dimension", file(#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, data: 4)),
        (
            "a product beyond the integers",
            file(
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}"#,
                data: 0)
        ),
        ("a size that is not the shape's", file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4)),
        ("reversed offsets", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, data: 4)),
        ("negative offsets", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, data: 4)),
        ("three offsets", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, data: 8)),
        ("data cut short", file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 7)),
        ("data left over", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 5)),
        (
            "an overlap",
            file(
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
                data: 12)
        ),
        (
            "a gap",
            file(
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
                data: 12)
        ),
        (
            "a name given twice",
            file(
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
                data: 8)
        ),
    ]

    @Test(arguments: damaged.indices) func refuses(_ index: Int) throws {
        let (what, bytes) = Self.damaged[index]
        let error = #expect(throws: EncodingError.self, "\(what)") { try open(bytes) }
        #expect(error?.code == .invalidWeights, "\(what)")
    }

    /// Every cut and every changed byte of a header is read or refused, never a crash.
    @Test func survivesDamage() throws {
        let sound = Self.file(
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}"#,
            data: 12)
        for end in sound.indices {
            #expect(throws: EncodingError.self) {
                let bytes = Array(sound[..<end])
                let length = try SafetensorsHeader.length(prefix: bytes, fileBytes: bytes.count)
                _ = try SafetensorsHeader(parsing: Array(bytes[8..<8 + length]), fileBytes: bytes.count)
            }
        }
        for index in sound.indices {
            for change in [UInt8(1), 0x10, 0x80, 0xFF] {
                var bytes = sound
                bytes[index] ^= change
                guard let length = try? SafetensorsHeader.length(prefix: bytes, fileBytes: bytes.count) else {
                    continue
                }
                _ = try? SafetensorsHeader(parsing: Array(bytes[8..<8 + length]), fileBytes: bytes.count)
            }
        }
    }

    @Test func aMissingFileIsAMissingModel() {
        let error = #expect(throws: EncodingError.self) { try WeightFile(path: "/nowhere/model.safetensors") }
        #expect(error?.code == .modelMissing)
    }

    @Test func arenaShowsTheFilesBytesAndKeepsConstantsApart() throws {
        let directory = try TemporaryDirectory()
        let bytes =
            Self.file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 0)
            + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        let file = try WeightFile(path: try directory.write("a.safetensors", bytes))
        let arena = try WeightArena(files: [file, file], scratchBytes: 100)
        let stores = arena.fileOffsets.map { WeightStore(arena: arena, file: file, at: $0) }
        for store in stores { #expect(store.floats(try store.weight("a", 2)) == [1, -2]) }
        let first = try stores[0].store([3, 4], name: "x", shape: [2])
        let second = try stores[0].store([5], name: "y", shape: [])
        #expect(first.offset % 64 == 0 && second.offset % 64 == 0 && first.offset != second.offset)
        #expect(stores[0].floats(first) == [3, 4])
        arena.releasePages()
        #expect(stores[1].floats(try stores[1].weight("a", 2)) == [1, -2])
        #expect(stores[0].floats(second) == [5])
        #expect(throws: EncodingError.self) { try arena.allocate(1 << 30) { _ in } }
    }

    @Test func quantizedCopiesOfLargeFilesFit() throws {
        let directory = try TemporaryDirectory()
        let count = 1 << 18
        let bytes = Self.file(
            #"{"a":{"dtype":"F32","shape":[\#(count)],"data_offsets":[0,\#(4 * count)]}}"#, data: 4 * count)
        let file = try WeightFile(path: try directory.write("a.safetensors", bytes))
        let arena = try WeightArena(files: [file], scratchBytes: 1)
        #expect(throws: Never.self) { _ = try arena.allocate(count) { _ in } }
    }

    @Test func weightsAreCheckedAgainstTheShapeTheyMustHave() throws {
        let directory = try TemporaryDirectory()
        let bytes = Self.file(
            #"{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]}}"#,
            data: 12)
        let file = try WeightFile(path: try directory.write("a.safetensors", bytes))
        let arena = try WeightArena(files: [file], scratchBytes: 1)
        let store = WeightStore(arena: arena, file: file, at: arena.fileOffsets[0])
        #expect(throws: Never.self) { try store.weight("a", nil, 2) }
        for attempt in [
            { try store.weight("a", 2, 2) }, { try store.weight("a", 1) }, { try store.weight("i", 1) },
            { try store.weight("b", 1) },
        ] {
            let error = #expect(throws: EncodingError.self) { try attempt() }
            #expect(error?.code == .invalidWeights)
        }
    }
}
