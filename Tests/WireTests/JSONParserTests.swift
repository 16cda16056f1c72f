import Testing

@testable import Wire

@Suite("JSON parser")
struct JSONParserTests {
    @Test(
        "accepts what RFC 8259 allows",
        arguments: [
            "null", " true ", "false", "0", "-0", "-1", "10", "1.5", "1e5", "1E+5", "-1.25e-7", "\"\"", "\"a\"",
            "[]", "[ ]", "{}", "{ }", "[1,2]", "[ 1 , 2 ]", "{\"a\":1}", "{ \"a\" : [ { } ] }", "\t\r\n[]\n",
            #""\"\\\/\b\f\n\r\t\u00e9""#, #""\uD83D\uDE00""#, #""\ud800""#, #"{"":0}"#, #"{"a":1,"a":2}"#,
            "\"é漢👩‍💻\u{7F}\"", "1e999", "123456789012345678901234567890",
        ])
    func accepts(_ source: String) throws {
        #expect(try JSONDocument(parsing: bytes(source)).bytes == bytes(source))
    }

    @Test(
        "refuses what RFC 8259 does not allow, with a code and an offset",
        arguments: [
            ("", JSONError.Code.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3),
            ("nulx", .syntax, 0), ("True", .syntax, 0), ("+1", .syntax, 0), ("01", .invalidNumber, 1),
            ("-", .unexpectedEnd, 1), ("-a", .invalidNumber, 1), ("1.", .unexpectedEnd, 2),
            ("[1.]", .invalidNumber, 3), ("[1e]", .invalidNumber, 3), (".5", .syntax, 0), ("0x1", .trailingData, 1),
            ("NaN", .syntax, 0), ("Infinity", .syntax, 0), ("[1,]", .syntax, 3), ("[,1]", .syntax, 1),
            ("[1 2]", .syntax, 3), ("[1", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1), ("]", .syntax, 0),
            ("[}", .syntax, 1), ("{]", .syntax, 1), ("[1}", .syntax, 2), ("{\"a\":1]", .syntax, 6),
            ("{\"a\"}", .syntax, 4), ("{\"a\":}", .syntax, 5), ("{\"a\":1,}", .syntax, 7), ("{a:1}", .syntax, 1),
            ("{1:1}", .syntax, 1), ("'a'", .syntax, 0), ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2),
            ("\"\\x\"", .invalidEscape, 1), ("\"\\u12g4\"", .invalidEscape, 1), ("\"\\u12", .unexpectedEnd, 5),
            ("\"a\nb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1), ("1 1", .trailingData, 2),
            ("{} x", .trailingData, 3), ("\u{FEFF}{}", .syntax, 0), ("[] // c", .trailingData, 3),
        ])
    func refuses(_ source: String, _ code: JSONError.Code, _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes(source)) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(
        "refuses strings that are not UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3, 0x28],
        ] as [[UInt8]])
    func invalidUTF8(_ sequence: [UInt8]) {
        for padding in 0..<10 {
            let prefix = [UInt8](repeating: 0x61, count: padding)
            let error = #expect(throws: JSONError.self) {
                try JSONDocument(parsing: [0x22] + prefix + sequence + [0x22])
            }
            #expect(error?.code == .invalidUTF8)
            #expect(error?.offset == padding + 1)
        }
    }

    @Test("finds quotes, escapes and control bytes at every offset of a word")
    func wordBoundaries() throws {
        for length in 0..<40 {
            let plain = String(repeating: "x", count: length)
            #expect(try JSONDocument(parsing: bytes("\"\(plain)\"")).root.string == plain)
            #expect(try JSONDocument(parsing: bytes("\"\(plain)\\n\(plain)\"")).root.string == "\(plain)\n\(plain)")
            #expect(try JSONDocument(parsing: bytes("\"\(plain)é\(plain)\"")).root.string == "\(plain)é\(plain)")
            #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes("\"\(plain)\u{1F}\(plain)\"")) }
        }
    }

    @Test("bounds depth, size and number of values without recursion")
    func bounds() throws {
        for open in ["[", "{\"a\":"] {
            let error = #expect(throws: JSONError.self) {
                try JSONDocument(parsing: bytes(String(repeating: open, count: 10_000)))
            }
            #expect(error?.code == .depthExceeded)
        }
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        #expect(try JSONDocument(parsing: bytes(deep), limits: JSONLimits(maxDepth: 10_000)).root.count == 1)
        let size = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: bytes("[1,2,3]"), limits: JSONLimits(maxBytes: 6))
        }
        #expect(size?.code == .tooLarge)
        let nodes = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: bytes("[1,2,3]"), limits: JSONLimits(maxNodes: 3))
        }
        #expect(nodes?.code == .tooManyNodes)
    }

    @Test("reads numbers exactly or not at all as integers")
    func numbers() throws {
        func value(_ source: String) throws -> JSONValue { try JSONDocument(parsing: bytes(source)).root }
        #expect(try value("9223372036854775807").int == .max)
        #expect(try value("-9223372036854775808").int == .min)
        #expect(try value("9223372036854775808").int == nil)
        #expect(try value("9223372036854775808").double == 9.223372036854775808e18)
        #expect(try value("1.0").int == nil)
        #expect(try value("1e2").int == nil)
        #expect(try value("1e2").double == 100)
        #expect(try value("1e999").double == nil)
        #expect(try text(value("123456789012345678901234567890.10").rawText) == "123456789012345678901234567890.10")
        #expect(try value("\"1\"").int == nil)
    }

    @Test("decodes escapes; a lone surrogate reads as U+FFFD and keeps its bytes")
    func escapes() throws {
        let cases = [
            (#""\u0041\u00e9\u6f22""#, "Aé漢"), (#""\uD83D\uDE00""#, "😀"), (#""a\ud800b""#, "a\u{FFFD}b"),
            (#""\udc00""#, "\u{FFFD}"), (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀"),
            (#""\b\f\n\r\t\/\\\"""#, "\u{8}\u{C}\n\r\t/\\\""), (#""\u0000""#, "\u{0}"),
        ]
        for (source, expected) in cases {
            let root = try JSONDocument(parsing: bytes(source)).root
            #expect(root.string == expected)
            #expect(root.stringByteCount == expected.utf8.count)
            #expect(text(root.rawText) == source)
        }
    }

    @Test("walks containers")
    func navigation() throws {
        let source = #"{"a":[1,{"b":"x"},[]],"c":null,"a":true,"\u0064":4,"e":{}}"#
        let root = try JSONDocument(parsing: bytes(source)).root
        #expect(root["a"]?.bool == true)
        #expect(root["c"]?.isNull == true)
        #expect(root["d"]?.int == 4)
        #expect(root["missing"] == nil)
        #expect(root.members.map(\.key) == ["a", "c", "a", "d", "e"])
        #expect(root.count == 5)
        #expect(root.hasDuplicateKeys)
        let first = try #require(root.members.first { $0.key == "a" }).value
        #expect(first[1]?["b"]?.string == "x")
        #expect(first[3] == nil)
        #expect(first[-1] == nil)
        #expect(text(first.rawText) == #"[1,{"b":"x"},[]]"#)
        #expect(Array(root.elements).isEmpty)
    }

    @Test("finds duplicate names whatever their number and spelling")
    func duplicates() throws {
        for count in [2, 10, 23, 24, 25, 26, 200] {
            var names = (0..<count).map { "\"key\($0)\":0" }
            let unique = try JSONDocument(parsing: bytes("{\(names.joined(separator: ","))}"))
            #expect(!unique.root.hasDuplicateKeys)
            names.append("\"\\u006bey\(count / 2)\":1")
            let document = try JSONDocument(parsing: bytes("{\(names.joined(separator: ","))}"))
            #expect(document.root.firstDuplicateMember?.key == "key\(count / 2)")
        }
        #expect(try !JSONDocument(parsing: bytes("{\"é\":1,\"e\u{301}\":2}")).root.hasDuplicateKeys)
    }

    @Test("print(parse(x)) == x and parse(print(x)) == x")
    func printParseLaws() throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var generator = Generator(seed: seed)
            let tree = JSON.random(&generator, depth: 4)
            let compact = tree.serialized()
            #expect(try JSON(parsing: compact) == tree, "seed \(seed)")
            #expect(try JSON(parsing: tree.serialized(pretty: true)) == tree, "seed \(seed)")
            #expect(try JSON(parsing: compact).serialized() == compact, "seed \(seed)")
        }
        let pretty: JSON = ["b": [1, "x"], "a": [:], "c": []]
        #expect(pretty.text() == #"{"b":[1,"x"],"a":{},"c":[]}"#)
        #expect(pretty.text(pretty: true) == "{\n  \"b\": [\n    1,\n    \"x\"\n  ],\n  \"a\": {},\n  \"c\": []\n}")
    }

    @Test("mutated bodies parse to themselves or fail, never crash")
    func fuzz() {
        let bodies = [
            #"{"model":"auto","messages":[{"role":"user","content":"hé\n\u00e9\ud83d\ude00"}],"stream":true}"#,
            #"{"a":[1.5e3,-0,{"b":[[],{}]}],"tools":[{"function":{"name":"f","parameters":{"x":null}}}]}"#,
        ].map(bytes)
        let alphabet = bytes("{}[]\",:\\u0d8e-+.nulltruefs \n") + [0x00, 0x80, 0xC3, 0xE2, 0xFF]
        var generator = Generator(seed: 42)
        var accepted = 0
        for _ in 0..<20_000 {
            var body = generator.pick(bodies)
            for _ in 0...generator.below(4) {
                let position = generator.below(body.count)
                switch generator.below(4) {
                case 0: body[position] = generator.pick(alphabet)
                case 1: body[position] = UInt8(truncatingIfNeeded: generator.next())
                case 2: body.remove(at: position)
                default: body.insert(generator.pick(alphabet), at: position)
                }
                if body.isEmpty { body = [0x20] }
            }
            _ = try? ChatRequest.parse(body)
            guard let document = try? JSONDocument(parsing: body) else { continue }
            accepted += 1
            #expect(JSONEditor(document).apply() == body)
            let tree = JSON(document.root)
            #expect((try? JSON(parsing: tree.serialized())) == tree, "\(text(body))")
        }
        #expect(accepted > 500)
    }
}
