import CoreMetrics
import Synchronization

/// One line (or one histogram) of the exposition: the values behind a handler.
protocol MetricSeries: AnyObject, Sendable {
    var name: String { get }
    var labels: MetricLabels { get }
    func appendSamples(to text: inout ExpositionText)
}

/// A counter fed by integers, doubles or both. Amounts that are negative or not finite are ignored.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    let name: String
    let labels: MetricLabels
    private let whole = Atomic<Int64>(0)
    private let fractional = Atomic<UInt64>(0)

    init(name: String, labels: MetricLabels) {
        self.name = name
        self.labels = labels
    }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fractional.addDouble(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractional.store(0, ordering: .relaxed)
    }

    func appendSamples(to text: inout ExpositionText) {
        let sum = Double(bitPattern: fractional.load(ordering: .relaxed))
        let count = whole.load(ordering: .relaxed)
        if sum == 0 {
            text.appendSample(name, labels: labels, integer: count)
        } else {
            text.appendSample(name, labels: labels, value: Double(count) + sum)
        }
    }
}

/// A gauge; also the handler of a recorder that does not aggregate.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    let name: String
    let labels: MetricLabels
    private let bits = Atomic<UInt64>(0)

    init(name: String, labels: MetricLabels) {
        self.name = name
        self.labels = labels
    }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) { bits.addDouble(amount) }

    func decrement(by amount: Double) { bits.addDouble(-amount) }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    func appendSamples(to text: inout ExpositionText) {
        text.appendSample(name, labels: labels, value: Double(bitPattern: bits.load(ordering: .relaxed)))
    }
}

/// A histogram fed by recorders (any unit) or timers (rendered in seconds). NaN is ignored.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private final class Bucket: Sendable {
        let count = Atomic<UInt64>(0)
    }

    let name: String
    let labels: MetricLabels
    private let bounds: [Double]
    private let buckets: [Bucket]
    private let sum = Atomic<UInt64>(0)

    init(name: String, labels: MetricLabels, bounds: [Double]) {
        self.name = name
        self.labels = labels
        self.bounds = bounds
        self.buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        buckets[low].count.wrappingAdd(1, ordering: .relaxed)
        sum.addDouble(value)
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func appendSamples(to text: inout ExpositionText) {
        var cumulative: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            cumulative += bucket.count.load(ordering: .relaxed)
            let bound = index < bounds.count ? bounds[index] : .infinity
            text.appendBucket(name, labels: labels, upperBound: bound, count: cumulative)
        }
        text.appendSample(name, suffix: "_sum", labels: labels, value: Double(bitPattern: sum.load(ordering: .relaxed)))
        text.appendSample(name, suffix: "_count", labels: labels, integer: Int64(clamping: cumulative))
    }
}

extension Atomic where Value == UInt64 {
    /// Adds to a double kept as its bit pattern.
    fileprivate func addDouble(_ amount: Double) {
        var current = load(ordering: .relaxed)
        while true {
            let next = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: current, desired: next, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}
