internal import Foundation

/// The vectors of a store, one after the other, and exact search over them.
public struct PassageMatrix: Sendable {
    private var ids: [Int64] = []
    /// The file of each row, as an index into `files`.
    private var fileOfRow: [Int32] = []
    private var files: [String] = []
    private var places: [String: Int32] = [:]
    private var values: [Float] = []
    /// Length of a vector; 0 while there is none.
    public private(set) var dimension = 0

    /// No vectors.
    public init() {}

    /// Bytes that the matrix takes.
    public var byteCount: Int { values.count * 4 + ids.count * 12 }
    /// Vectors that it holds.
    public var count: Int { ids.count }

    /// Adds a vector of 32-bit numbers in this machine's byte order; one of another length than the first is left out.
    mutating func append(id: Int64, file: String, vector: Data) {
        let length = vector.count / MemoryLayout<Float>.size
        if dimension == 0 { dimension = length }
        guard length == dimension, length > 0 else { return }
        let place: Int32
        if let known = places[file] {
            place = known
        } else {
            place = Int32(files.count)
            files.append(file)
            places[file] = place
        }
        ids.append(id)
        fileOfRow.append(place)
        vector.withUnsafeBytes { bytes in
            for index in 0..<length { values.append(bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)) }
        }
    }

    /// The nearest passages by cosine of unit vectors, best first and among equals by id. `isWanted` judges files.
    public func nearest(
        _ query: [Float], count: Int, where isWanted: (String) -> Bool
    ) -> [(id: Int64, file: String, cosine: Double)] {
        guard query.count == dimension, dimension > 0, count > 0 else { return [] }
        let wanted = files.map(isWanted)
        var best: [(row: Int, cosine: Float)] = []
        best.reserveCapacity(count * 2)
        var floor = -Float.infinity
        values.withUnsafeBufferPointer { values in
            query.withUnsafeBufferPointer { query in
                for row in ids.indices where wanted[Int(fileOfRow[row])] {
                    let cosine = Self.dot(query, values, row * dimension)
                    guard cosine > floor || best.count < count else { continue }
                    best.append((row, cosine))
                    if best.count >= count * 2 {
                        best.sort { $0.cosine > $1.cosine }
                        best.removeLast(best.count - count)
                        floor = best[count - 1].cosine
                    }
                }
            }
        }
        best.sort { ($0.cosine, ids[$1.row]) > ($1.cosine, ids[$0.row]) }
        return best.prefix(count).map { (ids[$0.row], files[Int(fileOfRow[$0.row])], Double($0.cosine)) }
    }

    /// The cosines of some passages; those that are not in the matrix are left out.
    public func cosines(_ query: [Float], of wanted: Set<Int64>) -> [Int64: Double] {
        guard query.count == dimension, dimension > 0, !wanted.isEmpty else { return [:] }
        var found: [Int64: Double] = [:]
        values.withUnsafeBufferPointer { values in
            query.withUnsafeBufferPointer { query in
                for row in ids.indices where wanted.contains(ids[row]) {
                    found[ids[row]] = Double(Self.dot(query, values, row * dimension))
                }
            }
        }
        return found
    }

    private static func dot(
        _ query: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>, _ offset: Int
    ) -> Float {
        var sums = SIMD8<Float>.zero
        var index = 0
        while index + 8 <= query.count {
            var left = SIMD8<Float>.zero
            var right = SIMD8<Float>.zero
            for lane in 0..<8 {
                left[lane] = query[index + lane]
                right[lane] = values[offset + index + lane]
            }
            sums += left * right
            index += 8
        }
        var sum = sums.sum()
        while index < query.count {
            sum += query[index] * values[offset + index]
            index += 1
        }
        return sum
    }
}
