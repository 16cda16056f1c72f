@testable import Wire

/// SplitMix64: small, seeded, good enough to make cases.
struct Generator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func pick<C: RandomAccessCollection>(_ values: C) -> C.Element where C.Index == Int {
        values[below(values.count)]
    }
}

extension JSON {
    static func random(_ generator: inout Generator, depth: Int) -> JSON {
        switch generator.below(depth == 0 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(generator.below(2) == 0)
        case 2: return .int(Int(truncatingIfNeeded: generator.next()) >> generator.below(60))
        case 3: return .number(Double(generator.below(1_000_000)) / 1024 + 0.25)
        case 4: return .string(randomText(&generator))
        case 5: return .array((0..<generator.below(4)).map { _ in random(&generator, depth: depth - 1) })
        default:
            var members: [(String, JSON)] = []
            for name in ["a", "b", "model", "é\n\"", "k\u{1}"] where generator.below(2) == 0 {
                members.append((name, random(&generator, depth: depth - 1)))
            }
            return .object(members)
        }
    }

    static func randomText(_ generator: inout Generator) -> String {
        let pieces = ["a", " ", "\n", "\t", "\"", "\\", "/", "é", "漢", "👩‍💻", "\u{0}", "\u{1F}", "longer plain text"]
        return (0..<generator.below(8)).map { _ in generator.pick(pieces) }.joined()
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
