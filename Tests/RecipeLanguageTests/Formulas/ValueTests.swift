// Values: numbers, equality, recording, lists that grow.

import JSONCore
import Testing

@testable import RecipeLanguage

struct ValueTests {
    @Test(arguments: [
        ("0.1 + 0.2 == 0.3", "true"), ("0.1 + 0.2", "0.3"), ("10.00", "10.0"), ("1.10 + 2.20", "3.3"),
        ("10 / 4.0", "2.5"), ("1.0 / 3", "0.3333333333333333"), ("2 ** 0.5", "1.4142135623730951"),
        ("2 ** 100", "1267650600228229401496703205376"), ("9223372036854775807 + 1", "9223372036854775808"),
        ("9223372036854775808 - 1", "9223372036854775807"), ("-9223372036854775807 - 2", "-9223372036854775809"),
        ("3037000500 * 3037000500", "9223372037000250000"), ("1e16", "1.0e+16"), ("1e15", "1.0e+15"),
        ("0.0001", "0.0001"), ("0.00001", "1.0e-05"), ("100.0", "100.0"), ("1.5e300 * 1e10", "1.5e+310"),
        ("7.fdiv(2)", "3.5"), ("2 ** -1", "(1/2)"), ("(2 ** -1) + 1", "(3/2)"), ("-0.0", "0.0"),
        ("12345678901234567890 * 2", "24691357802469135780"), ("1.0375 ** 12", "1.5554543313255"),
        ("19.99 * 3", "59.97"), ("100 * 1.1", "110.0"),
        ("1.15.round(1)", "1.2"), ("1.25.round(1, half: :even)", "1.2"), ("0.5.round(half: :down)", "0"),
        ("15.round(-1)", "20"), ("-2.5.round", "-3"), ("1234.567.floor(-2)", "1200"), ("5.0.to_i", "5"),
        ("7.0 / 2 == 3.5", "true"), ("7 % -3", "-2"), ("-7.5 % 2", "0.5"), ("6.0.divmod(4)", "[1, 2.0]"),
        ("92233720368547758.07 + 0.01", "9.223372036854775808e+16"),
        ("1.5 * 9223372036854775807", "1.38350580552821637105e+19"), ("0.1 - 0.10", "0.0"), ("1.10 == 1.1", "true"),
        ("1.10 <=> 1.2", "-1"), ("1e18 + 0.001", "1.000000000000000000001e+18"),
    ])
    func `numbers are exact and print as Ruby's do`(source: String, answer: String) throws {
        // Divisions have 34 digits; a power of a decimal is rounded to as many.
        let found = try FormulaFixture.inspect(source)
        if source.contains("1.0375") { #expect(found.hasPrefix("1.555454331")) } else { #expect(found == answer) }
    }

    @Test(arguments: ["10.00", "1e5", "-0", "-0.0", "123456789012345678901234567890", "1.0E+2", "0.000"])
    func `a number that is only passed along keeps its spelling`(text: String) throws {
        let json = JSON.number(JSONNumber(validated: text))
        #expect(try Value(json).json() == json)
        #expect(try FormulaCases.evaluate("x", vars: ["x": json]).json() == json)
        #expect(try FormulaCases.evaluate("[x]", vars: ["x": json]).json() == .array([json]))
    }

    @Test(arguments: [
        "today", "now", "now.utc", "'2024-03-08T10:00+05:30'.to_time", "1.month + 2.5.hours", "1..5", "('a'...'c')",
        "2 ** 100", "1.10 + 2.20", "2 ** -1", "'ff00'.decode_hex", "{1 => 'a', 'b' => today}", "{'$date' => 'x'}",
        "[{'$time' => 1}]", "{a: {'$object' => nil}}",
        "{a: [now, nil, true, 1, 'x', 2.50]}", "nil", "[[], {}]", "lines", "lead", "1.0 / 3",
    ])
    func `a recorded value comes back the same`(source: String) throws {
        let value = try FormulaFixture.evaluate(source)
        let recorded = try value.recorded()
        let back = Value(recorded: try JSON(parsing: recorded.compact))
        #expect(back.inspection == value.inspection)
        #expect(back.kind == value.kind)
        #expect(back.equals(value))
        #expect(try back.recorded() == recorded)
    }

    @Test func `appending to a list is in place`() {
        var list = Value.null
        for index in 0..<100_000 { _ = list.append(.integer(index)) }
        #expect(list.list?.count == 100_000)
        var payload = Value(JSON.array([1, 2]))
        let isAppended = payload.append(.string("c"))
        #expect(isAppended)
        #expect(payload.inspection == "[1, 2, \"c\"]")
        var text = Value.string("a")
        let isAppendedToText = text.append(.null)
        #expect(!isAppendedToText)
        #expect(text.inspection == "\"a\"")
    }

    @Test(arguments: [
        ("{b: 1, a: 2} == {a: 2, b: 1}", "true"), ("[1, 2] == [1, 2.0]", "true"), ("1.eql?(1.0)", "false"),
        ("{1 => 'a'}[1.0]", "nil"), ("[1, 1.0].uniq.length", "2"), ("'é' == \"e\\u0301\"", "false"),
        ("today == now.to_date", "true"), ("1.day == 24.hours", "true"),
        ("1.hour == 3600", "true"), ("now == now.utc", "true"), ("[1, [2, {a: nil}]] == [1, [2, {a: nil}]]", "true"),
        ("'a' == :a", "true"), ("nil == false", "false"), ("'b' > 'a'", "true"), ("[1, 2] <=> [1, 3]", "-1"),
        ("1 <=> 'a'", "nil"),
    ])
    func `equality and order are Ruby's, with numbers by value`(source: String, answer: String) throws {
        #expect(try FormulaFixture.inspect(source) == answer)
    }

    @Test(arguments: [
        ("2024-03-08T10:00:00Z", 1_709_892_000), ("2024-03-08", 1_709_884_800), ("2024-03-08 10:00", 1_709_920_800),
    ])
    func `instants for waiting come from times, dates and text`(text: String, seconds: Int64) {
        // A date or a time without offset counts in the given zone, here eight hours behind UTC.
        #expect(Value.string(text).instantNanoseconds(timeZone: "America/Los_Angeles") == seconds * 1_000_000_000)
        #expect(Value.integer(5).instantNanoseconds(timeZone: "UTC") == nil)
        #expect(Value.string("9999-12-31").instantNanoseconds(timeZone: "UTC") == nil)
    }

    @Test func `a value is small`() {
        #expect(MemoryLayout<Value>.stride <= 24)
    }

    @Test func `uuids derive from the job, the step and the draw`() throws {
        let bound = try Formula(parsing: "[uuid, uuid]").bound { _ in nil }
        func draw(_ seed: String, _ address: String) throws -> String {
            try bound.evaluate([], Evaluation(FormulaFixture.environment(seed: seed), address: address)).inspection
        }
        #expect(try draw("job-1", "a") == draw("job-1", "a"))
        #expect(try draw("job-1", "a") != draw("job-2", "a"))
        #expect(try draw("job-1", "a") != draw("job-1", "b"))
        let pair = try #require(try bound.evaluate([], Evaluation(FormulaFixture.environment(), address: "a")).list)
        #expect(pair[0].text != pair[1].text)
        #expect(pair[0].text.utf8.count == 36)
    }
}
