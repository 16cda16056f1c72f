/// The labels of one series, normalised: declared labels first in their order, others after them by name.
struct MetricLabels: Hashable, Sendable, Comparable {
    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Values come from requests, so both their number and their length are bounded.
    static let maximumPairs = 32
    static let maximumValueBytes = 256

    let pairs: [Pair]

    init(dimensions: [(String, String)], declared: [String], kind: MetricKind) {
        var pairs: [Pair] = []
        pairs.reserveCapacity(max(dimensions.count, declared.count))
        for name in declared {
            let value = dimensions.last { $0.0 == name }?.1 ?? ""
            pairs.append(Pair(name: name, value: Self.bounded(value)))
        }
        var others: [String: String] = [:]
        for (rawName, value) in dimensions where !declared.contains(rawName) {
            guard pairs.count + others.count < Self.maximumPairs else { break }
            var name = MetricName.label(rawName)
            // `le` belongs to the buckets.
            if kind == .histogram, name == "le" { name = "exported_le" }
            others[name] = Self.bounded(value)
        }
        for (name, value) in others.sorted(by: { $0.key < $1.key }) where !declared.contains(name) {
            pairs.append(Pair(name: name, value: value))
        }
        self.pairs = pairs
    }

    private init(pairs: [Pair]) {
        self.pairs = pairs
    }

    /// The same label names with every value `other`: where a metric's label sets go once it is full.
    var collapsed: MetricLabels {
        MetricLabels(pairs: pairs.map { Pair(name: $0.name, value: "other") })
    }

    static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    private static func bounded(_ value: String) -> String {
        guard value.utf8.count > maximumValueBytes else { return value }
        var end = value.utf8.index(value.startIndex, offsetBy: maximumValueBytes)
        while end > value.startIndex, end.samePosition(in: value.unicodeScalars) == nil {
            end = value.utf8.index(before: end)
        }
        return String(value[..<end])
    }
}

/// Makes names valid for Prometheus: any other character becomes `_`.
enum MetricName {
    /// A metric name, `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func metric(_ name: String) -> String { sanitised(name, allowsColon: true) }

    /// A label name, `[a-zA-Z_][a-zA-Z0-9_]*`.
    static func label(_ name: String) -> String { sanitised(name, allowsColon: false) }

    private static func sanitised(_ name: String, allowsColon: Bool) -> String {
        let isValid = { (byte: UInt8, isFirst: Bool) -> Bool in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
            case UInt8(ascii: ":"): allowsColon
            default: false
            }
        }
        var isFirst = true
        let isClean = name.utf8.allSatisfy { byte in
            defer { isFirst = false }
            return isValid(byte, isFirst)
        }
        if isClean, !name.isEmpty { return name }
        var bytes = name.utf8.map { isValid($0, false) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map({ !isValid($0, true) }) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
