// Formulas and templates under test: parsed, bound and evaluated over values of every kind, under small limits.
import JSONCore
import RecipeLanguage

/// Evaluates a text as a formula or a template.
enum FormulaTrial {
    /// What they can see; each kind of value that a payload can hold is there.
    static let pills: JSONObject = [
        "lead": [
            "name": "Zoë 👩‍💻", "email": " Ada@Example.ORG ", "amount": JSON(number: "10.00") ?? .null, "count": 3,
            "note": nil,
            "tags": ["a", "b", ["c"]], "big": JSON(number: "123456789012345678901234567890") ?? .null,
            "small": JSON(number: "-1e-300") ?? .null, "date": "2024-02-29", "time": "2024-03-10T02:30:00+01:00",
        ],
        "lines": [
            ["qty": 2, "price": JSON(number: "1.10") ?? .null, "sku": "A-1"],
            ["qty": -3, "price": JSON(number: "2.25") ?? .null, "sku": nil],
        ],
        "n": 7, "least": .integer(.min), "most": .integer(.max), "nothing": nil, "flag": true,
        "text": "a,b;c\n\u{0}é\u{301}",
    ]

    /// The example of every function.
    static var seeds: [String] {
        FunctionLibrary.shared.catalog.map(\.example) + [
            "lead.amount > 5 && lines.any? { |l| l.qty < 0 } ? 'x' : nil",
            "lines.where('qty >': 0).pluck('sku').join(', ')",
            "if n == 7\n text\nelsif flag\n 1\nelse\n skip\nend", "least / -1", "most + 1", "(least..most).include?(n)",
        ]
    }

    static var words: [String] {
        Array(Set(FunctionLibrary.shared.catalog.map { ($0.receivers.isEmpty ? "" : ".") + $0.name })).sorted()
            + pills.entries.map(\.key) + [
                "&.", "**", "<<", "<=>", "=~", "..", "...", "=>", " { |x| x }", " { |a, b| a }", "&:to_s", "#{",
                "/a+/i",
                "%w[", "%r{", "if ", " then ", "elsif ", "else ", " end", "case ", "when ", "not ", "nil", "10**9",
                "1e400",
                "-9223372036854775808", "'%s'", "\"\\u{1F600}\"", ".days", "[0]", "[-1, 2]",
            ]
    }

    private static let slots = pills.entries.map { Value($0.value) }
    private static func slot(_ name: String) -> Int? { pills.entries.firstIndex { $0.key == name } }

    private static var evaluation: Evaluation {
        var limits = FormulaLimits()
        limits.time = .milliseconds(100)
        limits.outputBytes = 1 << 20
        return Evaluation(
            FormulaEnvironment(
                nowNanoseconds: 1_709_922_615_000_000_000, timeZone: "America/Los_Angeles",
                properties: ["region": "north"],
                seed: "fuzz", limits: limits), address: "fuzz")
    }

    static func formula(_ bytes: [UInt8]) {
        guard bytes.count <= 4_096 else { return }
        let source = String(decoding: bytes, as: UTF8.self)
        guard let formula = try? Formula(parsing: source) else { return }
        for use in formula.names { precondition(use.range.upperBound <= source.utf8.count) }
        do throws(FormulaError) {
            let value = try formula.bound(to: slot).evaluate(slots, evaluation)
            _ = value.inspection
            _ = try? value.json()
            if value.kind != .marker, let recorded = try? value.recorded() {
                precondition(Value(recorded: recorded).inspection == value.inspection, "a recorded value changed")
            }
        } catch {
            precondition(
                error.range.lowerBound >= 0 && error.range.upperBound <= source.utf8.count, "an error outside: \(error)"
            )
        }
    }

    static func template(_ bytes: [UInt8]) {
        guard bytes.count <= 4_096 else { return }
        let source = String(decoding: bytes, as: UTF8.self)
        guard let template = try? Template(parsing: source) else { return }
        do throws(FormulaError) {
            _ = try template.bound(to: slot).evaluate(slots, evaluation)
        } catch {
            precondition(
                error.range.lowerBound >= 0 && error.range.upperBound <= source.utf8.count, "an error outside: \(error)"
            )
        }
    }
}
