// Formulas changed at random: every one either has a value or fails with words, soon.

import JSONCore
import Testing

@testable import RecipeLanguage

struct FormulaFuzzTests {
    /// A generator whose numbers are the same in every run.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let pieces = [
        "(", ")", "[", "]", "{", "}", "|x|", "'", "\"", "#{", "+", "**", "/", "%", ".", "&.", "?", ":", ",", "..", "-1",
        "10**9", "1e400", "nil",
        "nothing", "lead", "lines", "now", "skip", "/a+/", "=>", "if ", "then ", "end", " do ", "&:to_s", "\\", "\n",
        "é", "👩‍💻", ".map", " 1.month",
        ".where(a: 1)", "%w[", "%r{", "\u{0}", ".first(2)", ".to_json", ".sum", ".sort", " { |a, b| a }", "[0]",
        "['x']", ".pluck('sku')",
    ]

    private static func changed(_ source: String, _ numbers: inout Numbers) -> String {
        var bytes = Array(source.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
            let place = Int.random(in: 0...bytes.count, using: &numbers)
            switch Int.random(in: 0...3, using: &numbers) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 32...126, using: &numbers)
            case 2:
                let other = FunctionLibrary.shared.catalog.randomElement(using: &numbers)?.example ?? ""
                bytes =
                    Array(bytes[..<place]) + other.utf8.dropFirst(Int.random(in: 0...other.utf8.count, using: &numbers))
            default: bytes.insert(contentsOf: (pieces.randomElement(using: &numbers) ?? "").utf8, at: place)
            }
        }
        return String(decoding: bytes.prefix(2_000), as: UTF8.self)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `random changes never crash, hang or lose a recorded value`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        var limits = FormulaLimits()
        limits.time = .milliseconds(100)
        limits.outputBytes = 1 << 20
        let clock = ContinuousClock()
        for _ in 0..<400 {
            let source = Self.changed(
                FunctionLibrary.shared.catalog.randomElement(using: &numbers)?.example ?? "1", &numbers)
            let time = clock.measure {
                _ = try? Template(parsing: "a {{ \(source) }} b")
                guard let value = try? FormulaFixture.evaluate(source, limits: limits) else { return }
                _ = try? value.json()
                guard let recorded = try? value.recorded(), value.kind != .marker else { return }
                #expect(Value(recorded: recorded).inspection == value.inspection, "\(source)")
            }
            #expect(time < .seconds(5), "\(source)")
        }
    }
}
