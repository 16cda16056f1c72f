/// Unicode simple case folding: one scalar to one scalar, so `ß` stays apart from `ss` and `ı` from `i`.
enum CaseFolding {
    /// The folded form of a scalar value.
    @inline(__always)
    static func fold(_ value: UInt32) -> UInt32 {
        value < 0x1_0000 ? UInt32(basicPlane[Int(value)]) : compute(value)
    }

    /// The folded scalars of a text.
    static func foldedScalars(_ text: String) -> [UInt32] {
        text.unicodeScalars.map { fold($0.value) }
    }

    private static let basicPlane: [UInt16] = (0..<UInt32(0x1_0000)).map { UInt16(truncatingIfNeeded: compute($0)) }

    /// Lower case of upper case, which joins `ς` with `σ` and `ſ` with `s`; the dotted and dotless i have no simple
    /// folding.
    private static func compute(_ value: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped, value != 0x130,
            value != 0x131
        else { return value }
        let upper = only(scalar.properties.uppercaseMapping) ?? scalar
        return (only(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func only(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}

/// A text folded once, with the way back to the offsets of the original.
struct FoldedText {
    private(set) var bytes: [UInt8]
    /// Where folding changed the length of a scalar: from this folded offset on, original = folded + shift.
    private var shifts: [(folded: Int, shift: Int)] = []

    init(_ text: UnsafeBufferPointer<UInt8>) {
        bytes = []
        bytes.reserveCapacity(text.count + 16)
        var offset = 0
        while offset < text.count {
            let (value, length) = UTF8Text.scalar(in: text, at: offset)
            let before = bytes.count
            UTF8Text.append(CaseFolding.fold(value), to: &bytes)
            offset += length
            if bytes.count - before != length { shifts.append((bytes.count, offset - bytes.count)) }
        }
    }

    /// The offset in the original text of a folded offset that lies on a scalar boundary.
    func originalOffset(_ folded: Int) -> Int {
        var low = 0
        var high = shifts.count
        while low < high {
            let middle = (low + high) / 2
            if shifts[middle].folded <= folded { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? folded : folded + shifts[low - 1].shift
    }
}
