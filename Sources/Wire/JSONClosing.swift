/// Makes a whole JSON text of the beginning of one, so that what has come of a request can be read before the rest has.
///
/// A text value that is cut keeps what is there; an unfinished name, number or literal is left out. What it makes is
/// valid when the whole would have been; where the beginning is wrong, parsing says so.
public struct JSONClosing {
    private enum Place {
        case value
        case key
        case between
    }

    private var open: [UInt8] = []
    private var place = Place.value
    private var isInText = false
    private var isKey = false
    /// The bytes up to here, with the open brackets closed, are whole.
    private var whole = 0

    private init() {}

    /// The beginning, closed; nil when no object or array has begun.
    public static func closed(_ beginning: [UInt8]) -> [UInt8]? {
        var closing = JSONClosing()
        let cut = closing.scan(beginning)
        guard !closing.open.isEmpty, cut > 0 else { return nil }
        var text = Array(beginning[..<cut])
        if closing.isInText { text.append(UInt8(ascii: "\"")) }
        for bracket in closing.open.reversed() {
            text.append(bracket == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
        return text
    }

    /// Walks over the bytes and returns how many of them are kept.
    private mutating func scan(_ bytes: [UInt8]) -> Int {
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                isKey = place == .key
                isInText = true
                let (end, safe) = Self.text(bytes, from: index + 1)
                guard let end else {
                    // An unfinished name is dropped with what stands before it.
                    isInText = !isKey
                    return isKey ? whole : safe
                }
                isInText = false
                index = end
                if isKey { place = .between } else { whole = index + 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open.append(bytes[index])
                place = bytes[index] == UInt8(ascii: "{") ? .key : .value
                whole = index + 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                place = .between
                whole = index + 1
                // What follows the whole text is not this reader's.
                if open.isEmpty { return whole }
            case UInt8(ascii: ","): place = open.last == UInt8(ascii: "{") ? .key : .value
            case UInt8(ascii: ":"): place = .value
            default: break
            }
            index += 1
        }
        return whole
    }

    /// The place of a text's closing quote, if it has come, and the end of the last whole character before it.
    private static func text(_ bytes: [UInt8], from start: Int) -> (end: Int?, safe: Int) {
        var index = start
        var safe = start
        while index < bytes.count {
            let byte = bytes[index]
            let length: Int
            switch byte {
            case UInt8(ascii: "\""): return (index, safe)
            case UInt8(ascii: "\\"): length = escapeLength(bytes, at: index)
            case 0xC0...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xFF: length = 4
            default: length = 1
            }
            guard index + length <= bytes.count else { return (nil, safe) }
            index += length
            safe = index
        }
        return (nil, safe)
    }

    /// The bytes of an escape; of a surrogate pair, those of both halves.
    private static func escapeLength(_ bytes: [UInt8], at index: Int) -> Int {
        guard index + 1 < bytes.count else { return 2 }
        guard bytes[index + 1] == UInt8(ascii: "u") else { return 2 }
        guard index + 3 < bytes.count else { return 6 }
        let isHigh =
            (bytes[index + 2] | 0x20) == UInt8(ascii: "d")
            && [UInt8(ascii: "8"), UInt8(ascii: "9"), UInt8(ascii: "a"), UInt8(ascii: "b")]
                .contains(bytes[index + 3] | 0x20)
        return isHigh ? 12 : 6
    }
}
