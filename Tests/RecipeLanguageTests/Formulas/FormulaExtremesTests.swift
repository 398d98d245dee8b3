// Every function with extreme receivers and arguments: a value or words, never a crash.

import Testing

@testable import RecipeLanguage

@Suite(.serialized)
struct FormulaExtremesTests {
    private static let receivers: [ValueKind: [String]] = [
        .null: ["nil"], .boolean: ["true"],
        .integer: ["0", "-1", "9223372036854775807", "-9223372036854775808", "-(10**30)"],
        .decimal: ["0.0", "-1.5", "1e300", "-1e-300"], .rational: ["1.5.to_r"],
        .string: ["''", "'Zoë 12'", "\"a\\nb\"", "'2024-03-08'"],
        .list: ["[]", "['a', nil, 1]", "[[1, 2], [3, 4]]", "[{a: 1}]"], .object: ["{}", "{a: 1, 'b' => nil}"],
        .date: ["today", "'9999-12-31'.to_date", "Date.new(-9999, 1, 1)"], .time: ["now", "'9999-12-31'.to_time"],
        .duration: ["1.day", "(-5).months", "(10**20).hours", "(-9223372036854775808).days"],
        .range: ["(-9223372036854775808..9223372036854775807)", "(1..)", "('a'..'c')", "(3..1)", "(0.5..2)"],
        .regex: ["/a/", "/(?<x>b)?/"], .bytes: ["'616263ff'.decode_hex", "''.decode_hex"],
        .pending: ["'ab'.match(/(a)/)", "[1, 2].each", "[1].cycle"],
    ]

    private static let arguments = [
        "0", "-1", "2", "-9223372036854775808", "9223372036854775807", "9223372036854775806", "10**20", "-(10**20)",
        "1.5", "1e300", "''", "'a'", "nil", "[]", "[1]", "{a: 1}", "/a/", "(0..2)", "(5..-9223372036854775808)",
        "(-9223372036854775808..9223372036854775807)", "true", "today", "now", "1.day", "'%d'", ":monday", "'UTF-8'",
    ]

    private static func formula(_ spec: FunctionSpec, _ numbers: inout FormulaFuzzTests.Numbers) -> String {
        let parts = spec.parameters.split(separator: ",").map { $0.drop { $0 == " " } }
        let options = parts.compactMap { part in part.firstIndex(of: "=").map { part[..<$0] } }
        let places = parts.filter { !$0.hasPrefix("&") && !$0.contains("=") && !$0.hasPrefix("*") }.count
        func value() -> String { arguments.randomElement(using: &numbers) ?? "0" }
        var given = (0..<Int.random(in: 0...places + 1, using: &numbers)).map { _ in value() }
        if let option = options.randomElement(using: &numbers) { given.append("\(option): \(value())") }
        let receiver = spec.receivers.kinds.randomElement(using: &numbers).flatMap {
            receivers[$0]?.randomElement(using: &numbers)
        }
        let block = parts.contains { $0.hasPrefix("&") } && Bool.random(using: &numbers)
        return (receiver.map { "(\($0))." } ?? "") + spec.name
            + (given.isEmpty ? "" : "(\(given.joined(separator: ", ")))")
            + (block ? [" { |x| x }", " { |a, b| b }", " { |x| 1 }"].randomElement(using: &numbers) ?? "" : "")
    }

    @Test(arguments: [1] as [UInt64])
    func `extreme arguments never crash or hang a function`(seed: UInt64) {
        var numbers = FormulaFuzzTests.Numbers(state: seed)
        var limits = FormulaLimits()
        limits.time = .milliseconds(50)
        limits.outputBytes = 1 << 20
        let clock = ContinuousClock()
        for spec in FunctionLibrary.shared.catalog {
            let source = Self.formula(spec, &numbers)
            let time = clock.measure {
                guard let value = try? FormulaFixture.evaluate(source, limits: limits) else { return }
                _ = try? value.json()
                _ = value.inspection
            }
            #expect(time < .seconds(20), "\(source)")
        }
    }

    @Test func `a failure names the method and shows where it stands`() {
        var numbers = FormulaFuzzTests.Numbers(state: 7)
        for spec in FunctionLibrary.shared.catalog {
            for _ in 0..<5 {
                let source = Self.formula(spec, &numbers)
                do {
                    _ = try FormulaFixture.evaluate(source)
                } catch let error as FormulaError {
                    #expect(!error.range.isEmpty, "\(source): \(error.message)")
                    let place = String(decoding: Array(source.utf8)[error.range], as: UTF8.self)
                    guard error.code.hasPrefix("bad_"), place == spec.name else { continue }
                    #expect(error.message.contains(spec.name), "\(source): \(error.message)")
                    #expect(error.suggestion != nil, "\(source): \(error.message)")
                } catch {
                    Issue.record("\(source): \(error)")
                }
            }
        }
    }

    @Test(arguments: [
        "today - (-9223372036854775808)", "now - (-9223372036854775808)", "'a'.ljust(-9223372036854775808)",
        "(-9223372036854775808).days.ago", "'a'.truncate(-9223372036854775808)", "1 << -9223372036854775808",
        "1.round(-9223372036854775808)", "2 ** -9223372036854775808", "1e-9223372036854775808",
        "[1].values_at(5..-9223372036854775808)", "[1].fill(0, 0..9223372036854775807)",
        "'a'.to_date.advance(years: 9223372036854775807)", "1.step(-9223372036854775808, -9223372036854775808).to_a",
        "0.upto(-9223372036854775808).to_a", "'%*d' % [-9223372036854775808, 1]", "(10**4000).digits.length",
        "(1..).first(9223372036854775806)", "(-5..).first(9223372036854775807)",
    ])
    func `the ends of 64 bits are nothing special`(source: String) {
        _ = FormulaFixture.failure(source)
    }
}
