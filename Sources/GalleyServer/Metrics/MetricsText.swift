// The Prometheus text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Pure.

import JobHistory

/// Families of metrics as text, in the order they are added.
struct MetricsText {
    typealias Labels = [(name: String, value: String)]

    enum Kind: String {
        case counter, gauge
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    private(set) var text = ""

    /// A family with one sample and no labels.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind.rawValue, help)
        sample(name, [], value)
    }

    /// A family with any number of samples.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        begin(name, kind.rawValue, help)
        for (labels, value) in samples { sample(name, labels, value) }
    }

    /// Histograms.
    /// - Parameter label: whose values tell them apart; nil for a single one.
    mutating func add(
        _ name: String, _ help: String, label: String? = nil,
        _ histograms: [(value: String, bounds: [Double], counts: DurationHistogram.Counts)]
    ) {
        begin(name, "histogram", help)
        for (value, bounds, counts) in histograms {
            let own: Labels = label.map { [($0, value)] } ?? []
            var sum = 0
            for (bound, count) in zip(bounds + [.infinity], counts.buckets) {
                sum += count
                sample(name + "_bucket", own + [("le", Self.number(bound))], Double(sum))
            }
            sample(name + "_sum", own, counts.seconds)
            sample(name + "_count", own, Double(sum))
        }
    }

    /// A summary without quantiles: how many, and how long together.
    mutating func addSums(_ name: String, _ help: String, _ sums: [(labels: Labels, count: Int, seconds: Double)]) {
        begin(name, "summary", help)
        for (labels, count, seconds) in sums {
            sample(name + "_sum", labels, seconds)
            sample(name + "_count", labels, Double(count))
        }
    }

    private mutating func begin(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        let inside = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if let whole = Int(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
