import AllocationCounter

/// One line of the table: what an operation costs.
struct Measurement {
    let name: String
    /// Nanoseconds per operation: median and 99th percentile of batches.
    let median: Double
    let high: Double
    let allocations: Double

    /// Runs an operation in batches until a second has gone and at least 50 batches are done.
    static func of(_ name: String, _ operation: () throws -> Void) rethrows -> Measurement {
        for _ in 0..<50 { try operation() }
        let clock = ContinuousClock()
        let trial = try clock.measure { for _ in 0..<20 { try operation() } }
        let perOperation = max(1, nanoseconds(trial) / 20)
        let batch = max(1, Int(1_000_000 / perOperation))
        var samples: [Double] = []
        let end = clock.now + .seconds(1)
        let before = martlet_allocation_count()
        while clock.now < end || samples.count < 50 {
            let time = try clock.measure { for _ in 0..<batch { try operation() } }
            samples.append(nanoseconds(time) / Double(batch))
        }
        let allocations = Double(martlet_allocation_count() - before) / Double(samples.count * batch)
        samples.sort()
        return Measurement(
            name: name, median: samples[samples.count / 2], high: samples[samples.count * 99 / 100],
            allocations: allocations)
    }

    private static func nanoseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    }

    var row: String {
        func pad(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let padded = name + String(repeating: " ", count: max(1, 52 - name.count))
        return padded + pad(Self.time(median), 11) + pad(Self.time(high), 11)
            + pad(String(Int(allocations.rounded())), 9)
    }

    static let header = "operation" + String(repeating: " ", count: 43) + "     median        p99   allocs"

    private static func time(_ nanoseconds: Double) -> String {
        nanoseconds < 1_000
            ? "\(Int(nanoseconds.rounded())) ns" : "\((nanoseconds / 100).rounded() / 10) µs"
    }
}
