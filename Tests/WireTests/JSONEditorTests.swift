import Testing

@testable import Wire

@Suite("JSON editor")
struct JSONEditorTests {
    private func edited(
        _ source: String, _ edits: (inout JSONEditor) throws -> Void
    ) throws -> String {
        var editor = JSONEditor(try JSONDocument(parsing: bytes(source)))
        try edits(&editor)
        return text(editor.apply())
    }

    @Test("replaces a member and nothing else")
    func replace() throws {
        let source = " {\n\t\"x\" : 1.50e+0 ,\"model\":  \"auto\" , \"y\":\"\\u00e9\\/\" }\n"
        #expect(
            try edited(source) { try $0.set(path: ["model"], to: .string("small")) }
                == " {\n\t\"x\" : 1.50e+0 ,\"model\":  \"small\" , \"y\":\"\\u00e9\\/\" }\n")
        #expect(try edited(source) { _ in } == source)
    }

    @Test("adds members and the objects on the way")
    func insertMembers() throws {
        #expect(
            try edited(#"{"a":1 }"#) { try $0.set(path: ["s", "u"], to: .bool(true)) } == #"{"a":1,"s":{"u":true} }"#)
        #expect(try edited("{}") { try $0.set(path: ["a"], to: .int(1)) } == #"{"a":1}"#)
        #expect(try edited(#"{"a":null}"#) { try $0.set(path: ["a", "b"], to: .null) } == #"{"a":{"b":null}}"#)
        #expect(
            try edited(#"{"a":{"z":0}}"#) {
                try $0.set(path: ["a", "b"], to: .object([("c", .array([.int(1)]))]))
                try $0.set(path: ["a", "b", "d"], to: .double(0.5))
                try $0.append(.string("\n"), toArrayAt: ["a", "b", "c"])
            } == #"{"a":{"z":0,"b":{"c":[1,"\n"],"d":0.5}}}"#)
        #expect(try edited("[1]") { try $0.set(path: [], to: .int(2)) } == "2")
    }

    @Test("removes members with their separators")
    func remove() throws {
        let source = #"{ "a" : 1 , "b" : 2 ,"c":3 }"#
        #expect(try edited(source) { $0.remove(path: ["a"]) } == #"{ "b" : 2 ,"c":3 }"#)
        #expect(try edited(source) { $0.remove(path: ["b"]) } == #"{ "a" : 1 ,"c":3 }"#)
        #expect(try edited(source) { $0.remove(path: ["c"]) } == #"{ "a" : 1 , "b" : 2 }"#)
        let emptied = try edited(source) { editor in
            let paths: [[JSONPathElement]] = [["a"], ["b"], ["c"], ["a"], ["a", "b"]]
            let removed = paths.map { editor.remove(path: $0) }
            #expect(removed == [true, true, true, false, false])
        }
        #expect(emptied == "{  }")
        #expect(
            try edited(source) {
                $0.remove(path: ["a"])
                try $0.set(path: ["a"], to: .int(9))
            } == #"{ "b" : 2 ,"c":3,"a":9 }"#)
    }

    @Test("edits arrays")
    func arrays() throws {
        let source = #"{"m":[ 1 , 2 , 3 ]}"#
        #expect(try edited(source) { try $0.insert(.int(0), intoArrayAt: ["m"], at: 0) } == #"{"m":[ 0,1 , 2 , 3 ]}"#)
        #expect(try edited(source) { try $0.insert(.int(0), intoArrayAt: ["m"], at: 3) } == #"{"m":[ 1 , 2 , 3,0 ]}"#)
        #expect(try edited(source) { $0.remove(path: ["m", 0]) } == #"{"m":[ 2 , 3 ]}"#)
        #expect(try edited(source) { try $0.set(path: ["m", 1], to: .null) } == #"{"m":[ 1 , null , 3 ]}"#)
        #expect(try edited("[]") { try $0.append(.int(1), toArrayAt: []) } == "[1]")
    }

    @Test("a duplicate name is one member: no old value stays behind")
    func duplicateNames() throws {
        let source = #"{"a":1,"b":2,"\u0061":3}"#
        #expect(try edited(source) { try $0.set(path: ["a"], to: .int(9)) } == #"{"b":2,"\u0061":9}"#)
        #expect(try edited(source) { $0.remove(path: ["a"]) } == #"{"b":2}"#)
    }

    @Test("says why an edit cannot be made and stays unchanged")
    func failures() throws {
        var editor = JSONEditor(try JSONDocument(parsing: bytes(#"{"a":"x","m":[1]}"#)))
        let cases: [([JSONPathElement], JSONEditError.Code, Int)] = [
            (["a", "b"], .wrongKind, 1), ([0], .wrongKind, 0), (["m", 1], .indexOutOfRange, 1),
            (["m", -1], .indexOutOfRange, 1), (["m", "k"], .wrongKind, 1), (["new", 0], .wrongKind, 1),
        ]
        for (path, code, step) in cases {
            let error = #expect(throws: JSONEditError.self) { try editor.set(path: path, to: .null) }
            #expect(error?.code == code)
            #expect(error?.step == step)
        }
        #expect(throws: JSONEditError.self) { try editor.insert(.null, intoArrayAt: ["m"], at: 2) }
        #expect(throws: JSONEditError.self) { try editor.append(.null, toArrayAt: ["none"]) }
        #expect(throws: JSONError.self) { try JSONFragment.raw(bytes("{")) }
        #expect(!editor.hasEdits)
        #expect(text(editor.apply()) == #"{"a":"x","m":[1]}"#)
    }

    @Test("agrees with naive edits of a value tree")
    func agreesWithTree() throws {
        for seed in 0..<3_000 as Range<UInt64> {
            var generator = Generator(seed: seed)
            var tree = JSON.random(&generator, depth: 4)
            let source = tree.serialized(pretty: generator.below(2) == 0)
            var editor = JSONEditor(try JSONDocument(parsing: source))
            for _ in 0...generator.below(5) {
                let path = randomPath(in: tree, &generator)
                let value = JSON.random(&generator, depth: 2)
                switch generator.below(3) {
                case 0:
                    guard let expected = Naive.set(tree, path[...], value) else {
                        #expect(throws: JSONEditError.self, "seed \(seed)") {
                            try editor.set(path: path, to: JSONFragment(value))
                        }
                        continue
                    }
                    try editor.set(path: path, to: JSONFragment(value))
                    tree = expected
                case 1:
                    let expected = path.isEmpty ? nil : Naive.remove(tree, path[...])
                    let removed = editor.remove(path: path)
                    #expect(removed == (expected != nil), "seed \(seed)")
                    tree = expected ?? tree
                default:
                    let index = generator.below(4)
                    guard let expected = Naive.insert(tree, path[...], index, value) else {
                        #expect(throws: JSONEditError.self, "seed \(seed)") {
                            try editor.insert(JSONFragment(value), intoArrayAt: path, at: index)
                        }
                        continue
                    }
                    try editor.insert(JSONFragment(value), intoArrayAt: path, at: index)
                    tree = expected
                }
            }
            #expect(try JSON(parsing: editor.apply()) == tree, "seed \(seed)")
        }
    }

    private func randomPath(in tree: JSON, _ generator: inout Generator) -> [JSONPathElement] {
        var path: [JSONPathElement] = []
        var place: JSON? = tree
        for _ in 0..<generator.below(5) {
            switch place {
            case .object(let members)? where !members.isEmpty && generator.below(4) > 0:
                let member = generator.pick(members)
                path.append(.key(member.0))
                place = member.1
            case .array(let elements)? where !elements.isEmpty && generator.below(6) > 0:
                let index = generator.below(elements.count)
                path.append(.index(index))
                place = elements[index]
            default:
                path.append(generator.below(3) == 0 ? .index(generator.below(3)) : .key("n\(generator.below(3))"))
                place = nil
            }
        }
        return path
    }
}

/// The same edits done on a value tree in the plainest way.
enum Naive {
    static func set(_ tree: JSON, _ path: ArraySlice<JSONPathElement>, _ value: JSON) -> JSON? {
        guard let step = path.first else { return value }
        switch (step, tree) {
        case (.key, .null): return set(.object([]), path, value)
        case (.key(let name), .object(var members)):
            let index = members.firstIndex { $0.0 == name }
            guard let inner = set(index.map { members[$0].1 } ?? .object([]), path.dropFirst(), value) else {
                return nil
            }
            if let index { members[index].1 = inner } else { members.append((name, inner)) }
            return .object(members)
        case (.index(let index), .array(var elements)) where elements.indices.contains(index):
            guard let inner = set(elements[index], path.dropFirst(), value) else { return nil }
            elements[index] = inner
            return .array(elements)
        default: return nil
        }
    }

    static func remove(_ tree: JSON, _ path: ArraySlice<JSONPathElement>) -> JSON? {
        switch (path.first, tree) {
        case (.key(let name)?, .object(var members)):
            guard let index = members.firstIndex(where: { $0.0 == name }) else { return nil }
            if path.count == 1 {
                members.remove(at: index)
            } else {
                guard let inner = remove(members[index].1, path.dropFirst()) else { return nil }
                members[index].1 = inner
            }
            return .object(members)
        case (.index(let index)?, .array(var elements)) where elements.indices.contains(index):
            if path.count == 1 {
                elements.remove(at: index)
            } else {
                guard let inner = remove(elements[index], path.dropFirst()) else { return nil }
                elements[index] = inner
            }
            return .array(elements)
        default: return nil
        }
    }

    static func insert(_ tree: JSON, _ path: ArraySlice<JSONPathElement>, _ index: Int, _ value: JSON) -> JSON? {
        switch (path.first, tree) {
        case (nil, .array(var elements)) where index <= elements.count:
            elements.insert(value, at: index)
            return .array(elements)
        case (.key(let name)?, .object(var members)):
            guard let position = members.firstIndex(where: { $0.0 == name }),
                let inner = insert(members[position].1, path.dropFirst(), index, value)
            else { return nil }
            members[position].1 = inner
            return .object(members)
        case (.index(let position)?, .array(var elements)) where elements.indices.contains(position):
            guard let inner = insert(elements[position], path.dropFirst(), index, value) else { return nil }
            elements[position] = inner
            return .array(elements)
        default: return nil
        }
    }
}
