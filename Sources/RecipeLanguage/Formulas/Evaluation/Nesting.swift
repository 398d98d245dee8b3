// Keeping what formulas build from nesting without end.

/// How deep lists and objects may nest that formulas make, and how much they may hold when parts that they share are
/// counted each time. What comes as JSON has been bounded by its reader.
enum Nesting {
    /// - Throws: when `value` nests deeper than the limit `formula.depth`, or holds more than `formula.output`.
    static func check(_ value: Value, _ limits: FormulaLimits, _ range: Range<Int>) throws(FormulaError) {
        var level: [Value] = [value]
        var held = 0
        for _ in 0..<limits.depth {
            var inner: [Value] = []
            for value in level {
                switch value {
                case .list(let values):
                    held += values.count
                    for value in values where value.isMade { inner.append(value) }
                case .table(let table):
                    held += table.count
                    for entry in table.entries where entry.value.isMade { inner.append(entry.value) }
                default: break
                }
                guard held <= limits.outputBytes / 8 else {
                    throw FormulaError(
                        code: "limit", "the formula makes more than \(limits.outputBytes >> 20) MiB (formula.output)",
                        suggestion: "work on less data, or split it over several steps", range: range)
                }
            }
            if inner.isEmpty { return }
            level = inner
        }
        throw FormulaError(
            code: "limit", "lists and objects are nested more than \(limits.depth) deep (formula.depth)", range: range)
    }
}

extension Value {
    /// Whether it is a list or an object that a formula made.
    var isMade: Bool {
        switch self {
        case .list, .table: true
        default: false
        }
    }
}
