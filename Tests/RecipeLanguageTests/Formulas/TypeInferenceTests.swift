// What checking says a formula can give, held against what formulas give when they run.

import Foundation
import JSONCore
import Testing

@testable import RecipeLanguage

/// Values of every kind under names, as formulas see them, with what is known of each.
enum TypeFixture {
    /// Each kind with a few values of it, as formulas write them.
    static let samples: [(kind: ValueKind, formulas: [String])] = [
        (.null, ["nil"]), (.boolean, ["true", "false"]), (.integer, ["3", "0", "-2"]),
        (.decimal, ["2.5", "-0.75"]), (.rational, ["0.75.to_r"]),
        (.string, ["'abc'", "''", "'12'", "'2024-03-08'", "'Europe/Paris'"]),
        (.list, ["[3, 1, 2]", "['b', 'a']", "[{id: 1, name: 'x'}, {id: 2, name: 'y'}]", "[['k', 1]]"]),
        (.object, ["{a: 1, b: 2}", "{id: 7, name: 'x'}"]), (.date, ["'2024-03-08'.to_date"]),
        (.time, ["'2024-03-08 10:00'.to_time"]), (.duration, ["2.days", "90.minutes"]),
        (.range, ["(1..4)", "('a'..'c')"]), (.regex, ["/a/"]), (.bytes, ["'616263'.decode_hex"]),
        (.pending, ["[3, 1].each_with_index"]),
    ]

    /// Little time: some arguments make a call long.
    static let environment: FormulaEnvironment = {
        var limits = FormulaLimits()
        (limits.time, limits.outputBytes) = (.milliseconds(10), 64 << 10)
        return FormulaFixture.environment(limits: limits)
    }()

    /// The values of `samples` by kind.
    static let values: [(kind: ValueKind, values: [(source: String, value: Value)])] = samples.map { kind, formulas in
        (kind, formulas.compactMap { formula in value(formula).map { (formula, $0) } })
    }

    /// The value of a formula over variables; nil when it fails.
    static func value(_ source: String, _ vars: [(name: String, value: Value)] = []) -> Value? {
        (try? Formula(parsing: source)).flatMap { value($0, vars) }
    }

    static func value(_ formula: Formula, _ vars: [(name: String, value: Value)]) -> Value? {
        let bound = formula.bound { name in vars.firstIndex { $0.name == name } }
        return try? bound.evaluate(vars.map(\.value), Evaluation(environment, address: "step"))
    }

    struct Inferred {
        let type: FormulaType
        let findings: [Finding]
    }

    /// What checking makes of a formula; nil when it can't be parsed.
    static func infer(_ source: String, _ types: [String: FormulaType] = [:]) -> Inferred? {
        (try? Formula(parsing: source)).map { infer($0, types) }
    }

    static func infer(_ formula: Formula, _ types: [String: FormulaType]) -> Inferred {
        var findings: [Finding] = []
        let inference = TypeInference(formula.source, names: { types[$0] ?? .unknown }) { finding, _ in
            findings.append(finding)
        }
        let type = inference.type(of: formula.syntax)
        return Inferred(type: type, findings: findings)
    }
}

@Suite(.serialized)  // it keeps a processor busy: the others belong to the tests that wait for something
struct TypeInferenceTests {
    /// All methods take minutes: `GALLEY_EVERY_METHOD=1` tries them, otherwise it is every twelfth.
    private static let everyNth = ProcessInfo.processInfo.environment["GALLEY_EVERY_METHOD"] == nil ? 12 : 1

    /// Says what is wrong when a claim and a run disagree.
    private func disagreement(_ source: String, _ inferred: TypeFixture.Inferred, _ value: Value?) -> String? {
        guard let value else { return nil }
        if let finding = inferred.findings.first {
            // A member that an object does not have is nil, which is a mistake all the same.
            if value.isNull, !source.hasSuffix(")"), !source.hasSuffix("}") { return nil }
            if finding.code == "unknown_pill_field" { return nil }
            return "\(source): has a value, but: \(finding.message)"
        }
        guard inferred.type.kinds.contains(KindSet(value.kind)) else {
            return "\(source): is \(value.kind.phrase), not \(inferred.type.words)"
        }
        return nil
    }

    @Test(arguments: FunctionLibrary.shared.catalog)
    func `what an example gives is among what checking says`(spec: FunctionSpec) throws {
        let inferred = try #require(TypeFixture.infer(spec.example))
        let value = try FormulaFixture.evaluate(spec.example)
        let said = disagreement(spec.example, inferred, value)
        #expect(said == nil)
    }

    /// Every method on every kind of value, with every kind of argument: where checking finds a mistake the run fails.
    @Test(arguments: Set(FunctionLibrary.shared.catalog.map(\.family)).sorted())
    func `a mistake that checking finds is a failure in a run`(family: String) {
        var wrong: [String] = []
        let specs = FunctionLibrary.shared.catalog.filter { $0.family == family && !$0.receivers.isEmpty }
        for (place, spec) in specs.enumerated() where place % Self.everyNth == 0 {
            for use in Self.uses(of: spec) {
                guard let formula = try? Formula(parsing: "x" + use) else { continue }
                for (kind, values) in TypeFixture.values {
                    // The kind alone, without what is inside.
                    let inferred = TypeFixture.infer(formula, ["x": FormulaType(KindSet(kind))])
                    for (source, value) in values.prefix(1) {
                        let made = TypeFixture.value(formula, [("x", value)])
                        if let said = disagreement(source + use, inferred, made) { wrong.append(said) }
                        guard made != nil, value.list != nil || value.members != nil || kind == .range,
                            let whole = TypeFixture.infer(source + use)
                        else { continue }
                        if let said = disagreement(source + use, whole, made) { wrong.append(said) }
                    }
                }
            }
        }
        #expect(wrong.prefix(12) == [])
    }

    /// A call with no arguments, with every kind of argument, with options of every kind, with a block.
    private static func uses(of spec: FunctionSpec) -> [String] {
        let call = "." + spec.name
        var uses = [call, call + "()"]
        let arguments = ["1", "'a'", "[1]", "{a: 1}", "1..2", "1.day"]
        for argument in arguments {
            uses.append("\(call)(\(argument))")
        }
        uses += ["\(call)(1, 1)", "\(call)('a', 'a')", "\(call)(1, 'a')", "\(call)('a', [1])"]
        uses.append(call + "(bogus_option: 1)")
        let method = FunctionLibrary.shared.group(spec.name)?.all.first { $0.spec.family == spec.family }
        for keyword in method?.keywords ?? [] {
            for value in ["1", "'a'"] { uses.append("\(call)(\(keyword): \(value))") }
        }
        if spec.parameters.contains("&") {
            for body in ["|y| y", "|y| 1", "|y, z| [y, z]"] {
                uses.append("\(call) { \(body) }")
            }
        }
        return uses
    }

    @Test func `operators agree with their runs`() {
        var wrong: [String] = []
        for operation in BinaryOperator.all {
            for (one, lefts) in TypeFixture.samples {
                for (two, rights) in TypeFixture.samples {
                    let types = ["x": FormulaType(KindSet(one)), "y": FormulaType(KindSet(two))]
                    let source = "x \(operation.rawValue) y"
                    guard let inferred = TypeFixture.infer(source, types) else { continue }
                    var succeeds = false
                    for left in lefts.compactMap({ TypeFixture.value($0) }) {
                        for right in rights.compactMap({ TypeFixture.value($0) }) {
                            let value = TypeFixture.value(source, [("x", left), ("y", right)])
                            if value != nil { succeeds = true }
                            if let said = disagreement("\(one) \(source) \(two)", inferred, value) {
                                wrong.append(said)
                            }
                        }
                    }
                    // And it finds nearly all there is to find: these samples fail for their values only.
                    if !succeeds, inferred.findings.isEmpty,
                        ![.list, .object, .regex, .range, .bytes, .string, .boolean].contains(one)
                    {
                        wrong.append("\(one) \(operation.rawValue) \(two) always fails, and nothing was found")
                    }
                }
            }
        }
        #expect(wrong == [])
    }

    @Test func `indexes agree with their runs`() {
        var wrong: [String] = []
        for (kind, formulas) in TypeFixture.samples {
            for (other, keys) in TypeFixture.samples {
                for source in ["x[y]", "x[y, 1]", "x[0, y]"] {
                    let types = ["x": FormulaType(KindSet(kind)), "y": FormulaType(KindSet(other))]
                    guard let inferred = TypeFixture.infer(source, types) else { continue }
                    for value in formulas.compactMap({ TypeFixture.value($0) }) {
                        for key in keys.compactMap({ TypeFixture.value($0) }) {
                            let made = TypeFixture.value(source, [("x", value), ("y", key)])
                            if let said = disagreement("\(kind) \(source) \(other)", inferred, made) {
                                wrong.append(said)
                            }
                        }
                    }
                }
            }
        }
        #expect(wrong == [])
    }
}
