import Foundation
import State

/// What the vector index costs and finds: `martlet-benchmarks cache-index FILE DIMENSIONS COUNT QUERIES EFFORT…`.
///
/// The file has 32-bit floats, the vectors that are stored and then those that are asked for. One row for each effort;
/// `Benchmarks/Cache/compare` writes the file and prints the peer's rows beside these.
enum CacheIndexBenchmark {
    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 5, let data = FileManager.default.contents(atPath: arguments[0]),
            let dimensions = Int(arguments[1]), let count = Int(arguments[2]), let asked = Int(arguments[3]),
            data.count == (count + asked) * dimensions * 4
        else {
            print("usage: martlet-benchmarks cache-index FILE DIMENSIONS COUNT QUERIES EFFORT…")
            return
        }
        let floats = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        func vector(_ row: Int) -> [Float] { Array(floats[row * dimensions..<(row + 1) * dimensions]) }
        let clock = ContinuousClock()
        let queries = (0..<asked).map { vector(count + $0) }

        let exact = VectorIndex(dimensions: dimensions, maximumCount: count, shape: .init(exactCount: count))
        for row in 0..<count { try exact.insert(UInt64(row), vector(row)) }
        var truth: [Float] = []
        var times: [Double] = []
        for query in queries {
            var best: Float = -1
            times.append(
                milliseconds(try clock.measure { best = try exact.search(query, k: 1).first?.similarity ?? -1 }))
            truth.append(best)
        }
        print(row("martlet exact", count, 0, exact.byteCount, times, 1))

        let index = VectorIndex(dimensions: dimensions, maximumCount: count, shape: .init(exactCount: 1))
        let built = milliseconds(
            try clock.measure { for row in 0..<count { try index.insert(UInt64(row), vector(row)) } })
        for effort in arguments.dropFirst(4).compactMap({ Int($0) }) {
            var found = 0
            times = []
            for (query, best) in zip(queries, truth) {
                var similarity: Float = -1
                times.append(
                    milliseconds(
                        try clock.measure {
                            similarity = try index.search(query, k: 1, effort: effort).first?.similarity ?? -1
                        }))
                // The same vector twice is as good as itself.
                if similarity >= best - 1e-5 { found += 1 }
            }
            print(
                row(
                    "martlet ef \(effort)", count, built / Double(count), index.byteCount, times,
                    Double(found) / Double(asked)))
        }
    }

    private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private static func row(
        _ name: String, _ count: Int, _ insertion: Double, _ bytes: Int, _ times: [Double], _ recall: Double
    ) -> String {
        let sorted = times.sorted()
        let figures = [sorted[sorted.count / 2], sorted[sorted.count * 99 / 100], insertion]
            .map { String(format: "%.3f", $0) }
        return "| \(name) | \(count) | \(figures.joined(separator: " | ")) | \(bytes / count) | "
            + String(format: "%.4f |", recall)
    }
}
