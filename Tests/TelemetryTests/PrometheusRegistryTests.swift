import CoreMetrics
import Testing

@testable import Telemetry

@Suite struct PrometheusRegistryTests {
    private func text(_ registry: PrometheusRegistry) -> String {
        String(decoding: registry.render(), as: UTF8.self)
    }

    @Test func rendersEveryTypeInOrder() {
        let registry = PrometheusRegistry(declarations: [
            MetricDeclaration(
                name: "b_requests_total", kind: .counter, help: "Back\\slash and\nline.", labels: ["model", "reason"]),
            MetricDeclaration(name: "c_seconds", kind: .histogram, help: "Times.", labels: [], buckets: [0.5, 0.1, 2]),
            MetricDeclaration(name: "a_gauge", kind: .gauge, help: "A gauge."),
            MetricDeclaration(name: "unused_total", kind: .counter, help: "Unused.", labels: ["model"]),
        ])
        Counter(
            label: "b_requests_total", dimensions: [("reason", "a\"b\\c\nd"), ("model", "z")], factory: registry
        ).increment(by: 3)
        Counter(label: "b_requests_total", dimensions: [("model", "m")], factory: registry).increment()
        FloatingPointCounter(label: "b_requests_total", dimensions: [("model", "m")], factory: registry)
            .increment(by: 0.25)
        Meter(label: "a_gauge", factory: registry).set(-2.5)
        let timer = Timer(label: "c_seconds", factory: registry)
        timer.recordMilliseconds(100)
        timer.recordMilliseconds(300)
        timer.recordSeconds(1)
        timer.recordSeconds(100)
        #expect(
            text(registry) == #"""
                # HELP a_gauge A gauge.
                # TYPE a_gauge gauge
                a_gauge -2.5
                # HELP b_requests_total Back\\slash and\nline.
                # TYPE b_requests_total counter
                b_requests_total{model="m",reason=""} 1.25
                b_requests_total{model="z",reason="a\"b\\c\nd"} 3
                # HELP c_seconds Times.
                # TYPE c_seconds histogram
                c_seconds_bucket{le="0.1"} 1
                c_seconds_bucket{le="0.5"} 2
                c_seconds_bucket{le="2"} 3
                c_seconds_bucket{le="+Inf"} 4
                c_seconds_sum 101.4
                c_seconds_count 4

                """#)
    }

    @Test func concurrentIncrementsAreAllCounted() async {
        let registry = PrometheusRegistry(declarations: [], buckets: ["h": [10]])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = registry.makeCounter(label: "n_total", dimensions: [])
                    let cost = registry.makeFloatingPointCounter(label: "cost_total", dimensions: [])
                    let gauge = registry.makeMeter(label: "g", dimensions: [])
                    let histogram = registry.makeRecorder(label: "h", dimensions: [], aggregate: true)
                    for index in 0..<10_000 {
                        counter.increment(by: 1)
                        cost.increment(by: 0.5)
                        gauge.increment(by: 2)
                        gauge.decrement(by: 1)
                        histogram.record(Int64(index % 20))
                    }
                }
            }
        }
        let lines = text(registry).split(separator: "\n")
        for expected in [
            "n_total 80000", "cost_total 40000", "g 80000", #"h_bucket{le="10"} 44000"#, #"h_bucket{le="+Inf"} 80000"#,
            "h_sum 760000", "h_count 80000",
        ] {
            #expect(lines.contains(Substring(expected)))
        }
    }

    @Test func sameLabelsGiveTheSameHandler() {
        let registry = PrometheusRegistry(declarations: [])
        let one = registry.makeCounter(label: "x_total", dimensions: [("a", "1"), ("b", "2")])
        let two = registry.makeCounter(label: "x_total", dimensions: [("b", "2"), ("a", "1")])
        let other = registry.makeCounter(label: "x_total", dimensions: [("a", "1"), ("b", "3")])
        #expect(one === two)
        #expect(one !== other)
    }

    @Test func labelSetsBeyondTheBoundCollapse() {
        let registry = PrometheusRegistry(
            declarations: [
                MetricDeclaration(name: "x_total", kind: .counter, help: "X.", labels: ["model", "reason"])
            ], maximumSeriesPerMetric: 2)
        for index in 0..<5 {
            registry.makeCounter(label: "x_total", dimensions: [("model", "m\(index)"), ("reason", "r")])
                .increment(by: 1)
        }
        registry.makeCounter(label: "x_total", dimensions: [("model", "m1"), ("reason", "r")]).increment(by: 1)
        #expect(
            text(registry) == """
                # HELP martlet_metrics_series_dropped_total Handles not given a series of their own, by metric.
                # TYPE martlet_metrics_series_dropped_total counter
                martlet_metrics_series_dropped_total{metric="x_total"} 3
                # HELP x_total X.
                # TYPE x_total counter
                x_total{model="m0",reason="r"} 1
                x_total{model="m1",reason="r"} 2
                x_total{model="other",reason="other"} 3

                """)
    }

    @Test func theOverflowSeriesIsNeverRenderedTwice() {
        let registry = PrometheusRegistry(declarations: [], maximumSeriesPerMetric: 1)
        let first = registry.makeCounter(label: "x_total", dimensions: [("m", "a")])
        let overflow = registry.makeCounter(label: "x_total", dimensions: [("m", "b")])
        registry.destroyCounter(first)
        let named = registry.makeCounter(label: "x_total", dimensions: [("m", "other")])
        #expect(named === overflow)
        let lines = text(registry).split(separator: "\n").filter { $0.hasPrefix("x_total{") }
        #expect(lines == [#"x_total{m="other"} 0"#])
    }

    @Test func namesBeyondTheBoundAndConflictingTypesDoNothing() {
        let registry = PrometheusRegistry(declarations: [], maximumMetrics: 2)
        registry.makeCounter(label: "x_total", dimensions: []).increment(by: 1)
        registry.makeMeter(label: "x_total", dimensions: []).set(Int64(9))
        registry.makeCounter(label: "y_total", dimensions: []).increment(by: 1)
        let result = text(registry)
        #expect(result.contains("x_total 1\n"))
        #expect(!result.contains("y_total"))
        #expect(result.contains(#"dropped_total{metric="x_total"} 1"#))
        #expect(result.contains(#"dropped_total{metric="other"} 1"#))
    }

    @Test func namesAndLabelsBecomeValid() {
        let registry = PrometheusRegistry(declarations: [])
        registry.makeCounter(label: "9hb.requests-total", dimensions: [("http.route", "/v1"), ("", "e")])
            .increment(by: 1)
        registry.makeRecorder(label: "h", dimensions: [("le", "x")], aggregate: true).record(Int64(1))
        #expect(text(registry).contains(#"_9hb_requests_total{_="e",http_route="/v1"} 1"#))
        #expect(text(registry).contains(#"h_bucket{exported_le="x",le="1"} 1"#))
    }

    @Test func longLabelValuesAreCutBetweenCharacters() {
        let registry = PrometheusRegistry(declarations: [])
        let value = "a" + String(repeating: "é", count: 300)
        registry.makeCounter(label: "x_total", dimensions: [("m", value)]).increment(by: 1)
        #expect(text(registry).contains("{m=\"a" + String(repeating: "é", count: 127) + "\"}"))
    }

    @Test func unusableAmountsAreIgnored() {
        let registry = PrometheusRegistry(declarations: [])
        let counter = registry.makeCounter(label: "x_total", dimensions: [])
        counter.increment(by: 4)
        counter.increment(by: -3)
        let cost = registry.makeFloatingPointCounter(label: "x_total", dimensions: [])
        for amount in [-1.0, .nan, .infinity] { cost.increment(by: amount) }
        let histogram = registry.makeRecorder(label: "h", dimensions: [], aggregate: true)
        histogram.record(Double.nan)
        histogram.record(Double.infinity)
        let result = text(registry)
        #expect(result.contains("x_total 4\n"))
        #expect(result.contains("h_bucket{le=\"10\"} 0\nh_bucket{le=\"+Inf\"} 1\nh_sum +Inf\nh_count 1\n"))
    }

    @Test func bucketsMayBeReplacedAndAreCleaned() {
        let registry = PrometheusRegistry(
            declarations: MetricCatalog.all,
            buckets: ["llm_model_ttft_seconds": [3, 1, .nan, 1, .infinity], "empty": []])
        Timer(label: "llm_model_ttft_seconds", dimensions: [("model", "m")], factory: registry).recordSeconds(2)
        Recorder(label: "empty", factory: registry).record(1)
        let result = text(registry)
        #expect(
            result.contains(
                """
                llm_model_ttft_seconds_bucket{model="m",le="1"} 0
                llm_model_ttft_seconds_bucket{model="m",le="3"} 1
                llm_model_ttft_seconds_bucket{model="m",le="+Inf"} 1
                llm_model_ttft_seconds_sum{model="m"} 2
                """))
        #expect(result.contains(#"empty_bucket{le="0.005"} 0"#))
    }

    /// Law: bucket counts grow with the bound, the last one is the count, and each equals a direct count.
    @Test func bucketsCountWhatIsAtMostTheBound() {
        let seed: UInt64 = 20_250_301
        var generator = SeededGenerator(seed: seed)
        let bounds = MetricDeclaration.defaultBuckets
        let registry = PrometheusRegistry(declarations: [], buckets: ["h": bounds])
        let histogram = registry.makeRecorder(label: "h", dimensions: [], aggregate: true)
        let values = (0..<1_000).map { index in
            index % 7 == 0 ? bounds[index % bounds.count] : Double.random(in: -1...12, using: &generator)
        }
        for value in values { histogram.record(value) }
        let lines = text(registry).split(separator: "\n")
        for bound in bounds + [.infinity] {
            let expected = values.count { $0 <= bound }
            let line = "h_bucket{le=\"\(ExpositionText.number(bound))\"} \(expected)"
            #expect(lines.contains(Substring(line)), "seed \(seed)")
        }
    }
}
