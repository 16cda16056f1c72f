/// A set of scalars as a character class of a pattern names it.
struct ScalarSet: Sendable {
    /// Members by property: a scalar with any of these is in.
    private(set) var anyOf: UnicodeData.Properties = []
    /// Members by the lack of a property: a scalar with none of these is in.
    private(set) var noneOf: [UnicodeData.Properties] = []
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// Sets inside the set.
    private(set) var nested: [ScalarSet] = []
    var isNegated = false

    /// An empty set.
    init() {}

    /// One scalar.
    init(_ scalar: UInt32) { ranges = [scalar...scalar] }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ properties: UnicodeData.Properties, negated: Bool) {
        if negated { noneOf.append(properties) } else { anyOf.formUnion(properties) }
    }

    mutating func insert(_ set: ScalarSet) { nested.append(set) }

    func contains(_ scalar: UInt32, _ properties: UnicodeData.Properties) -> Bool {
        let isMember =
            !anyOf.isDisjoint(with: properties) || noneOf.contains { $0.isDisjoint(with: properties) }
            || ranges.contains { $0.contains(scalar) } || nested.contains { $0.contains(scalar, properties) }
        return isMember != isNegated
    }

    /// The set with both cases of the letters a–z, or `nil` where folding its members needs more than that.
    func caseInsensitive() -> ScalarSet? {
        guard anyOf.isEmpty, noneOf.isEmpty, nested.isEmpty, !isNegated else { return nil }
        var folded = self
        for range in ranges {
            guard range.upperBound < 0x80 else { return nil }
            for scalar in range {
                let lower = scalar | 0x20
                guard 0x61...0x7A ~= lower else { continue }
                folded.insert(lower...lower)
                folded.insert(lower - 0x20...lower - 0x20)
                // The long s and the kelvin sign fold to letters of ASCII.
                if lower == 0x73 { folded.insert(0x17F...0x17F) }
                if lower == 0x6B { folded.insert(0x212A...0x212A) }
            }
        }
        return folded
    }
}
