/// All series of one metric name.
struct MetricFamily: Sendable {
    enum Lookup {
        case found(any MetricSeries)
        /// The metric is full: the shared series that takes what no longer fits.
        case collapsed(any MetricSeries)
    }

    let declaration: MetricDeclaration
    let bounds: [Double]
    private(set) var series: [MetricLabels: any MetricSeries] = [:]
    private var overflow: (any MetricSeries)?

    init(declaration: MetricDeclaration, buckets: [Double]?) {
        self.declaration = declaration
        let requested = buckets ?? declaration.buckets ?? MetricDeclaration.defaultBuckets
        var seen = Set<Double>()
        let usable = requested.filter { $0.isFinite && seen.insert($0).inserted }.sorted()
        self.bounds = usable.isEmpty ? MetricDeclaration.defaultBuckets : usable
    }

    mutating func find(dimensions: [(String, String)], limit: Int) -> Lookup {
        let labels = MetricLabels(dimensions: dimensions, declared: declaration.labels, kind: declaration.kind)
        if let existing = series[labels] { return .found(existing) }
        if let overflow, overflow.labels == labels { return .found(overflow) }
        guard series.count < limit else {
            if let overflow { return .collapsed(overflow) }
            // A client may have used the value `other` itself; then both share that series.
            let shared = series[labels.collapsed] ?? make(labels.collapsed)
            overflow = shared
            return .collapsed(shared)
        }
        let created = make(labels)
        series[labels] = created
        return .found(created)
    }

    mutating func remove(_ handler: any MetricSeries) {
        guard let current = series[handler.labels], current === handler else { return }
        series[handler.labels] = nil
    }

    func appendSamples(to text: inout ExpositionText) {
        var all = Array(series.values)
        if let overflow, series[overflow.labels] !== overflow { all.append(overflow) }
        guard !all.isEmpty else { return }
        all.sort { $0.labels < $1.labels }
        text.appendHeader(name: declaration.name, kind: declaration.kind, help: declaration.help)
        for one in all { one.appendSamples(to: &text) }
    }

    private func make(_ labels: MetricLabels) -> any MetricSeries {
        switch declaration.kind {
        case .counter: CounterSeries(name: declaration.name, labels: labels)
        case .gauge: GaugeSeries(name: declaration.name, labels: labels)
        case .histogram: HistogramSeries(name: declaration.name, labels: labels, bounds: bounds)
        }
    }
}
