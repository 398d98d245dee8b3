// A strict reader of the Prometheus text format, version 0.0.4: what it refuses, Prometheus would refuse or misread.

import Foundation

/// What a scrape found.
struct ScrapedMetrics {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    private(set) var types: [String: String] = [:]
    private(set) var values: [Sample: Double] = [:]

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        values[Sample(name: name, labels: labels)]
    }

    /// All samples of a name.
    func all(_ name: String) -> [(labels: [String: String], value: Double)] {
        values.filter { $0.key.name == name }.map { ($0.key.labels, $0.value) }
    }

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Mistake(description: "the last line has no end") }
        var (family, helped): (String, Set<String>) = ("", [])
        for line in text.split(separator: "\n") {
            var words = line.split(separator: " ", maxSplits: 3).map { String($0) }
            if line.hasPrefix("# HELP "), words.count == 4 {
                guard helped.insert(words[2]).inserted else { throw Mistake(description: "help twice: \(line)") }
                continue
            }
            if line.hasPrefix("# TYPE "), words.count == 4 {
                family = words[2]
                guard types.updateValue(words.removeLast(), forKey: family) == nil, helped.contains(family) else {
                    throw Mistake(description: "a family twice, or without help: \(line)")
                }
                continue
            }
            guard let match = try Self.sample.wholeMatch(in: String(line)), let value = Self.number(match.3) else {
                throw Mistake(description: "neither a comment nor a sample: \(line)")
            }
            let name = String(match.1)
            guard Self.names(family, types[family] ?? "").contains(name) else {
                throw Mistake(description: "\(name) is not of the family above it, \(family)")
            }
            let sample = Sample(name: name, labels: try Self.labels(match.2.map { String($0) } ?? ""))
            guard values.updateValue(value, forKey: sample) == nil else {
                throw Mistake(description: "a sample twice: \(line)")
            }
        }
        try checkHistograms()
    }

    private static var sample: Regex<(Substring, Substring, Substring?, Substring)> {
        get throws { try Regex(#"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)"#) }
    }

    private static func number(_ text: Substring) -> Double? {
        text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : text == "NaN" ? .nan : Double(text)
    }

    private static func names(_ family: String, _ type: String) -> [String] {
        switch type {
        case "histogram": ["_bucket", "_sum", "_count"].map { family + $0 }
        case "summary": [family, family + "_sum", family + "_count"]
        case "counter", "gauge": [family]
        default: []
        }
    }

    private static func labels(_ text: String) throws -> [String: String] {
        var (labels, rest): ([String: String], Substring) = ([:], text[...])
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "="), rest[rest.index(after: equals)...].hasPrefix("\"") else {
                throw Mistake(description: "not labels: \(text)")
            }
            let name = String(rest[..<equals])
            guard try Regex("[a-zA-Z_][a-zA-Z0-9_]*").wholeMatch(in: name) != nil else {
                throw Mistake(description: "not a label's name: \(name)")
            }
            rest = rest[equals...].dropFirst(2)
            var value = ""
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\" else {
                    value.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "n": value += "\n"
                case "\\": value += "\\"
                case "\"": value += "\""
                default: throw Mistake(description: "not an escape: \(text)")
                }
            }
            guard labels.updateValue(value, forKey: name) == nil else {
                throw Mistake(description: "a label twice: \(text)")
            }
            if rest.hasPrefix(",") { rest = rest.dropFirst() }
        }
        return labels
    }

    /// Buckets only grow, and the last is the count.
    private func checkHistograms() throws {
        for family in types.filter({ $0.value == "histogram" }).keys {
            let groups = Dictionary(grouping: all(family + "_bucket")) { $0.labels.filter { $0.key != "le" } }
            for (labels, buckets) in groups {
                let ordered = try buckets.map { bucket in
                    guard let bound = Self.number(Substring(bucket.labels["le"] ?? "")) else {
                        throw Mistake(description: "a bucket without a bound: \(family)")
                    }
                    return (bound, bucket.value)
                }.sorted { $0.0 < $1.0 }
                guard ordered.last?.0 == .infinity, ordered.last?.1 == self[family + "_count", labels],
                    zip(ordered, ordered.dropFirst()).allSatisfy({ $0.1 <= $1.1 }), self[family + "_sum", labels] != nil
                else { throw Mistake(description: "not a histogram: \(family) \(labels)") }
            }
        }
    }
}
