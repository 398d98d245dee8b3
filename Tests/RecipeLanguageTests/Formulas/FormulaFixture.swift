// What the tests of formulas evaluate with: one job's environment, a few pills, one table.

import JSONCore

@testable import RecipeLanguage

/// A lead as a webhook delivers it, and ways to evaluate a formula over it.
enum FormulaFixture {
    static let vars: JSONObject = [
        "lead": [
            "body": [
                "email": " Ada@Example.ORG ", "company": "Acme", "amount": .number(JSONNumber(validated: "10.00")),
                "count": 3,
                "note": nil, "tags": ["a", "b"],
            ]
        ],
        "lines": [
            ["qty": 2, "price": .number(JSONNumber(validated: "1.10")), "sku": "A-1"],
            ["qty": 3, "price": .number(JSONNumber(validated: "2.25")), "sku": "B-2"],
        ],
        "name": "Zoë", "n": 7, "nothing": nil, "flag": true, "line_first?": true,
    ]

    /// 8 March 2024, 18:30:15 UTC.
    static let now: Int64 = 1_709_922_615_000_000_000

    struct Tables: TableSource {
        func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? {
            guard table == "territories" else {
                throw FormulaError(code: "table", "there is no table \"\(table)\"", range: 0..<0)
            }
            let row: JSONObject = ["country": "NO", "owner": "ann"]
            return conditions.allSatisfy { row[$0.column] == $0.value } ? row : nil
        }
    }

    static func environment(limits: FormulaLimits = FormulaLimits(), seed: String = "job-1") -> FormulaEnvironment {
        FormulaEnvironment(
            nowNanoseconds: now, timeZone: "America/Los_Angeles", properties: ["region": "north"], tables: Tables(),
            seed: seed, limits: limits)
    }

    static func evaluate(_ source: String, limits: FormulaLimits = FormulaLimits()) throws -> Value {
        try Formula(parsing: source).bound(to: slot).evaluate(
            slots, Evaluation(environment(limits: limits), address: "step"))
    }

    /// What the formula gives, as `inspect` prints it.
    /// A formula's value as the tables of functions show it: as `inspect` prints it, dates and times in ISO order.
    static func inspect(_ source: String) throws -> String {
        let value = try evaluate(source)
        return value.kind == .date || value.kind == .time ? value.text : value.inspection
    }

    /// Why the formula fails; nil when it does not.
    static func failure(_ source: String, limits: FormulaLimits = FormulaLimits()) -> FormulaError? {
        do {
            _ = try evaluate(source, limits: limits)
            return nil
        } catch {
            return error as? FormulaError
        }
    }

    static let slots = vars.entries.map { Value($0.value) }
    static func slot(_ name: String) -> Int? { vars.entries.firstIndex { $0.key == name } }
}
