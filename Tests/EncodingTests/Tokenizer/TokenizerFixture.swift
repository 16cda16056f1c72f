import Encoding
import Glibc
import Testing
import Wire

/// Tokenizers and what the `tokenizers` package says of texts.
enum TokenizerFixture {
    static let directory = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Fixtures"

    /// A text with its token ids and offsets.
    struct Case {
        var text: String
        var ids: [Int32]
        var offsets: [Range<Int>]
    }

    static func bytes(of path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "rb"), "\(path) cannot be opened")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }

    /// The committed tokenizers by name.
    static func committed() throws -> [(name: String, tokenizer: [UInt8], cases: [Case])] {
        let document = try JSONDocument(
            parsing: bytes(of: "\(directory)/fixtures.json"), limits: JSONLimits(maxNodes: 10_000_000))
        return try document.root.elements.map { entry in
            let cases = try #require(entry["cases"]).elements.map { item in
                let numbers = item[2].map { $0.elements.compactMap(\.int) } ?? []
                return Case(
                    text: item[0]?.string ?? "",
                    ids: item[1].map { $0.elements.compactMap { $0.int.map(Int32.init) } } ?? [],
                    offsets: stride(from: 0, to: numbers.count - 1, by: 2).map {
                        numbers[$0]..<max(numbers[$0], numbers[$0 + 1])
                    })
            }
            return (entry["name"]?.string ?? "", Array(try #require(entry["tokenizer"]).rawText), cases)
        }
    }

    static func tokenizer(_ name: String) throws -> Tokenizer {
        let found = try #require(committed().first { $0.name == name })
        return try Tokenizer(json: found.tokenizer)
    }

    /// Reads the cases that `make_tokenizers.py parity` wrote.
    static func cases(in path: String) throws -> [Case] {
        let data = try bytes(of: path)
        var cursor = 0
        func word() -> Int {
            defer { cursor += 4 }
            return (0..<4).reduce(0) { $0 | Int(data[cursor + $1]) << ($1 * 8) }
        }
        var cases: [Case] = []
        while cursor < data.count {
            let length = word()
            let text = String(decoding: data[cursor..<cursor + length], as: UTF8.self)
            cursor += length
            var item = Case(text: text, ids: [], offsets: [])
            for _ in 0..<word() {
                item.ids.append(Int32(word()))
                let start = word()
                item.offsets.append(start..<max(start, word()))
            }
            cases.append(item)
        }
        return cases
    }

    /// Expects the same ids and offsets for every case; shows the first few differences.
    static func check(_ tokenizer: Tokenizer, _ cases: [Case], _ name: String) {
        var differences = 0
        for item in cases {
            let found = tokenizer.encode(item.text)
            guard found.ids != item.ids || found.offsets != item.offsets else { continue }
            differences += 1
            if differences <= 3 {
                Issue.record(
                    "\(name): \(item.text.debugDescription)\n  \(found.ids)\n  \(item.ids)\n  \(found.offsets)\n  \(item.offsets)"
                )
            }
        }
        #expect(differences == 0, "\(name): \(differences) of \(cases.count) texts differ")
        #expect(!cases.isEmpty)
    }
}
