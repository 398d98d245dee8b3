// How long formulas take, next to the same expressions in Ruby, measured one after the other.
import JSONCore
import RecipeLanguage

enum FormulasBenchmark {
    static func run(_ rounds: Rounds) throws {
        let ruby = try RubyTimer(pills: FormulaExpression.pills)
        var table = "expression           ns        ruby ns   ruby/galley  goal ns\n"
        var missed: [String] = []
        for expression in FormulaExpression.all where rounds.only ?? expression.name == expression.name {
            let work = try work(for: expression)
            let time = try rounds.nanoseconds(work.body)
            let theirs = try ruby.time(expression, rounds: rounds.count)
            if let result = work.result, result.canonical != theirs.result.canonical {
                throw BenchError.wrongResult(
                    "\(expression.name): \(result.compact), but Ruby has \(theirs.result.compact)")
            }
            let ratio = theirs.nanoseconds / time.median
            if ratio < 1 || time.median > expression.goal ?? .infinity { missed.append(expression.name) }
            let line: JSON = [
                "bench": .string("formulas.\(expression.name)"), "ns": time.median.json, "min": time.fastest.json,
                "max": time.slowest.json, "ruby_ns": theirs.nanoseconds.json, "ruby_ratio": ratio.json,
                "goal_ns": expression.goal?.json ?? .null, "rounds": .integer(rounds.count),
            ]
            print(line.compact)
            table += Self.columns(
                [
                    expression.name, time.median.tenths, theirs.nanoseconds.tenths, ratio.tenths,
                    expression.goal?.tenths ?? "",
                ])
        }
        table += missed.isEmpty ? "every goal is met\n" : "not met: \(missed.joined(separator: ", "))\n"
        Rounds.note(table)
    }

    /// What is timed, and its result as JSON where Ruby has the same.
    private static func work(for expression: FormulaExpression) throws -> (body: () throws -> Void, result: JSON?) {
        let names = FormulaExpression.pills.entries.map(\.key)
        let slots = FormulaExpression.pills.entries.map { Value($0.value) }
        func slot(_ name: String) -> Int? { names.firstIndex(of: name) }
        // 8 March 2024, 18:30:15 UTC.
        let evaluation = Evaluation(
            FormulaEnvironment(nowNanoseconds: 1_709_922_615_000_000_000, seed: "bench"), address: "bench")
        switch expression.kind {
        case .formula:
            let bound = try Formula(parsing: expression.source).bound(to: slot)
            return ({ _ = try bound.evaluate(slots, evaluation) }, try bound.evaluate(slots, evaluation).json())
        case .template:
            let bound = try Template(parsing: expression.source).bound(to: slot)
            return ({ _ = try bound.text(slots, evaluation) }, .string(try bound.text(slots, evaluation)))
        case .parse:
            let slots = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
            return ({ _ = try Formula(parsing: expression.source).bound(to: { slots[$0] }) }, nil)
        }
    }

    private static func columns(_ cells: [String]) -> String {
        let widths = [20, 9, 9, 13, 9]
        return zip(cells, widths).map { cell, width in
            let gap = String(repeating: " ", count: max(0, width - cell.count))
            return width == 20 ? cell + gap : gap + cell
        }.joined(separator: " ") + "\n"
    }
}
