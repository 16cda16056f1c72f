/// Bounds a long text for a reader with a window, keeping its head, middle and tail (spec signals-decisions §2.1).
public enum TextWindow {
    /// What stands between the pieces of a sampled text.
    public static let marker = "\n... [content sampled for routing signal evaluation] ...\n"

    /// The text itself up to `limit` Unicode scalars; else its first ⌊limit/3⌋ scalars, as many from the centre and the
    /// rest of the limit from the end, joined by `marker`. `coverage` is the share of the scalars that was kept.
    public static func sample(_ text: String, limit: Int = 2048) -> (text: String, coverage: Double) {
        let limit = max(limit, 3)
        guard text.utf8.count > limit else { return (text, 1) }
        return text.withUTF8Bytes { bytes in
            let total = bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
            guard total > limit else { return (text, 1) }
            let third = limit / 3
            let tail = limit - 2 * third
            let middle = min((total - third) / 2, total - tail - third)
            let cuts = offsets(bytes, ofScalars: [third, middle, middle + third, total - tail])
            let pieces = [0..<cuts[0], cuts[1]..<cuts[2], cuts[3]..<bytes.count].map {
                String(decoding: UnsafeBufferPointer(rebasing: bytes[$0]), as: UTF8.self)
            }
            return (pieces.joined(separator: marker), Double(limit) / Double(total))
        }
    }

    /// Byte offsets of the scalars with these ascending numbers.
    private static func offsets(_ bytes: UnsafeBufferPointer<UInt8>, ofScalars numbers: [Int]) -> [Int] {
        var result: [Int] = []
        var offset = 0
        var scalar = 0
        for number in numbers {
            while scalar < number, offset < bytes.count {
                offset += UTF8Text.length(first: bytes[offset])
                scalar += 1
            }
            result.append(offset)
        }
        return result
    }
}
