import Testing

@testable import Telemetry

@Suite struct MetricCatalogTests {
    @Test(arguments: MetricCatalog.all)
    func namesFollowTheRules(_ metric: MetricDeclaration) {
        let words = metric.name.split(separator: "_", omittingEmptySubsequences: false)
        #expect(words.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) } })
        #expect(metric.name.hasPrefix("llm_") || metric.name.hasPrefix("martlet_"))
        #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
        if metric.kind == .histogram {
            #expect(metric.name.hasSuffix("_seconds") || metric.name.hasSuffix("_confidence"))
        }
        let scaled: Set<Substring> = [
            "ms", "us", "ns", "milliseconds", "microseconds", "minutes", "kb", "mb", "percent",
        ]
        #expect(scaled.isDisjoint(with: words))
        #expect(metric.help.hasSuffix(".") && metric.help.count > 10)
        #expect(Set(metric.labels).count == metric.labels.count)
        #expect(metric.labels.allSatisfy { $0 == MetricName.label($0) && $0 != "le" && $0 == $0.lowercased() })
        if let buckets = metric.buckets { #expect(buckets == Set(buckets).sorted() && metric.kind == .histogram) }
    }

    @Test func namesAreDistinct() {
        #expect(Set(MetricCatalog.all.map(\.name)).count == MetricCatalog.all.count)
        #expect(MetricCatalog.all.count == 40)
    }

    @Test func metricsWithoutLabelsAreShownFromTheStart() {
        let lines = String(decoding: PrometheusRegistry().render(), as: UTF8.self).split(separator: "\n")
        for metric in MetricCatalog.all where metric.labels.isEmpty {
            let name = metric.kind == .histogram ? "\(metric.name)_count" : metric.name
            #expect(lines.contains("\(name) 0"))
        }
        #expect(!lines.contains { $0.hasPrefix("llm_model_requests_total") })
    }
}
