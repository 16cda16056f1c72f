public import CoreMetrics
import Synchronization

/// A swift-metrics backend that keeps all series in memory and renders them as Prometheus text.
///
/// A lookup takes a lock and hashes the labels; the handler it gives back is lock-free. Code on a hot path keeps
/// its `Counter`, `Meter`, `Recorder` or `Timer`.
///
/// Memory is bounded: at most a fixed number of names, and of series per name. A label set beyond that shares one
/// series whose label values are all `other`; a name beyond that, or one already used with another type, gets a
/// handler that does nothing. Each such lookup is counted in `martlet_metrics_series_dropped_total{metric}`.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// The content type of ``render()``'s output.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct State: Sendable {
        var families: [String: MetricFamily] = [:]
    }

    private let state: Mutex<State>
    private let buckets: [String: [Double]]
    private let maximumSeries: Int
    private let maximumMetrics: Int

    /// Creates a registry that knows `declarations`; declared metrics without labels are shown from the start.
    ///
    /// - Parameters:
    ///   - declarations: Help texts, types, label order and buckets by name.
    ///   - buckets: Bounds by metric name that replace the declared ones.
    ///   - maximumSeriesPerMetric: Label sets kept per name.
    ///   - maximumMetrics: Names kept, declared ones included.
    public init(
        declarations: [MetricDeclaration] = MetricCatalog.all,
        buckets: [String: [Double]] = [:],
        maximumSeriesPerMetric: Int = 2_000,
        maximumMetrics: Int = 1_024
    ) {
        self.buckets = buckets
        self.maximumSeries = max(1, maximumSeriesPerMetric)
        self.maximumMetrics = max(declarations.count + 1, maximumMetrics)
        var initial = State()
        for declaration in declarations + [MetricCatalog.seriesDropped] where initial.families[declaration.name] == nil
        {
            var family = MetricFamily(declaration: declaration, buckets: buckets[declaration.name])
            if declaration.labels.isEmpty { _ = family.find(dimensions: [], limit: 1) }
            initial.families[declaration.name] = family
        }
        self.state = Mutex(initial)
    }

    /// The exposition of everything recorded so far: names in order, series in the order of their labels.
    public func render() -> [UInt8] {
        let families = state.withLock { $0.families }
        var text = ExpositionText()
        for (_, family) in families.sorted(by: { $0.key < $1.key }) {
            family.appendSamples(to: &text)
        }
        return text.bytes
    }

    // MARK: MetricsFactory

    /// The counter with this name and these labels.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions, .counter) as? CounterSeries ?? NOOPMetricsHandler.instance
    }

    /// The counter with this name and these labels; the same series as the integer counter's.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        find(label, dimensions, .counter) as? CounterSeries ?? NOOPMetricsHandler.instance
    }

    /// The gauge with this name and these labels.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        find(label, dimensions, .gauge) as? GaugeSeries ?? NOOPMetricsHandler.instance
    }

    /// A histogram if `aggregate`, else a gauge.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return find(label, dimensions, .gauge) as? GaugeSeries ?? NOOPMetricsHandler.instance
        }
        return find(label, dimensions, .histogram) as? HistogramSeries ?? NOOPMetricsHandler.instance
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions, .histogram) as? HistogramSeries ?? NOOPMetricsHandler.instance
    }

    /// Forgets a counter's series.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler as? CounterSeries) }

    /// Forgets a counter's series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove(handler as? CounterSeries)
    }

    /// Forgets a gauge's series.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler as? GaugeSeries) }

    /// Forgets a histogram's or gauge's series.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler as? any MetricSeries) }

    /// Forgets a histogram's series.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler as? HistogramSeries) }

    private func find(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricKind
    ) -> (any MetricSeries)? {
        let name = MetricName.metric(label)
        return state.withLock { state -> (any MetricSeries)? in
            if let known = state.families[name]?.declaration {
                guard known.kind == kind else {
                    countDropped(name, in: &state)
                    return nil
                }
            } else if state.families.count >= maximumMetrics {
                countDropped("other", in: &state)
                return nil
            }
            let lookup = state.families[name, default: newFamily(name, kind)]
                .find(dimensions: dimensions, limit: maximumSeries)
            switch lookup {
            case .found(let series):
                return series
            case .collapsed(let series):
                countDropped(name, in: &state)
                return series
            }
        }
    }

    private func newFamily(_ name: String, _ kind: MetricKind) -> MetricFamily {
        let declaration = MetricDeclaration(name: name, kind: kind, help: "No description.")
        return MetricFamily(declaration: declaration, buckets: buckets[name])
    }

    /// Label values here are metric names, so their number is bounded by `maximumMetrics`.
    private func countDropped(_ name: String, in state: inout State) {
        let declaration = MetricCatalog.seriesDropped
        let lookup = state.families[declaration.name, default: MetricFamily(declaration: declaration, buckets: nil)]
            .find(dimensions: [("metric", name)], limit: maximumMetrics + 1)
        if case .found(let series as CounterSeries) = lookup { series.increment(by: Int64(1)) }
    }

    private func remove(_ series: (any MetricSeries)?) {
        guard let series else { return }
        state.withLock { $0.families[series.name]?.remove(series) }
    }
}
