// What a session of formulas knows: names with values, and the environment they are evaluated in.

import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

/// Names and their values, and formulas over them.
struct FormulaSession {
    private(set) var names: [String] = []
    private(set) var values: [Value] = []
    let environment: FormulaEnvironment

    init(vars: JSONObject, environment: FormulaEnvironment) {
        self.environment = environment
        for entry in vars.entries { set(entry.key, Value(entry.value)) }
    }

    /// With names from `--vars` (a JSON object) and what a workspace lends: tables, properties, zone.
    /// - Throws: `OwnerFailure` that says what is wrong with the names.
    init(vars: String?, _ workspace: Workspace?) throws {
        guard let names = try JSONInput.read(vars, what: "--vars").object else {
            throw OwnerFailure(kind: "refused", "--vars must be an object from names to values")
        }
        self.init(
            vars: names,
            environment: FormulaEnvironment(
                nowNanoseconds: systemMilliseconds() * 1_000_000, timeZone: workspace?.settings.timeZone ?? "UTC",
                properties: workspace?.settings.properties ?? [:], tables: workspace?.tablesNow, seed: UUID().uuidString
            ))
    }

    /// The same names in another environment.
    func `in`(_ environment: FormulaEnvironment) -> FormulaSession {
        var other = FormulaSession(vars: [:], environment: environment)
        (other.names, other.values) = (names, values)
        return other
    }

    mutating func set(_ name: String, _ value: Value) {
        if let place = names.firstIndex(of: name) {
            values[place] = value
        } else {
            names.append(name)
            values.append(value)
        }
    }

    /// - Throws: `FormulaError`; also for names that nothing has here.
    func evaluate(_ text: String) throws(FormulaError) -> Value {
        let formula = try Formula(parsing: text)
        if let unknown = formula.names.first(where: { !names.contains($0.name) && $0.name != "properties" }) {
            let near = FamiliarNames.hint(forValue: unknown.name) ?? Suggestion.didYouMean(unknown.name, among: names)
            throw FormulaError(
                code: "unknown_name", "nothing is called \(unknown.name) here",
                suggestion: near
                    ?? "give it with --vars '{\"\(unknown.name)\": …}', or \(unknown.name) = … in galley formula repl",
                range: unknown.range)
        }
        return try formula.bound(to: { names.firstIndex(of: $0) }).evaluate(
            values, Evaluation(environment, address: "eval"))
    }

    /// `name = formula`, taken apart: the name and where its formula begins in UTF-8 bytes; nil for anything else.
    static func assignment(in text: String) -> (name: String, offset: Int)? {
        let bytes = Array(text.utf8)
        var place = 0
        func skipBlanks() { while place < bytes.count, [0x20, 0x09, 0x0A].contains(bytes[place]) { place += 1 } }
        skipBlanks()
        let start = place
        func isName(_ byte: UInt8) -> Bool {
            byte == 0x5F || (0x61...0x7A).contains(byte | 0x20) || (place > start && (0x30...0x39).contains(byte))
        }
        while place < bytes.count, isName(bytes[place]) { place += 1 }
        let name = String(decoding: bytes[start..<place], as: UTF8.self)
        skipBlanks()
        guard !name.isEmpty, place < bytes.count, bytes[place] == 0x3D else { return nil }
        let follower = place + 1 < bytes.count ? bytes[place + 1] : 0x20
        // ==, =~ and => are operators.
        guard ![0x3D, 0x7E, 0x3E].contains(follower) else { return nil }
        return (name, place + 1)
    }
}

/// Whether more lines belong to a formula: an open bracket, text or `if … end`.
enum FormulaOpenness {
    static func isOpen(_ text: String) -> Bool {
        var (depth, words) = (0, 0)
        var quote: Character?
        var word = ""
        // Whether a value could begin here, so that `if` opens and does not follow.
        var expectsValue = true
        var isEscaped = false
        func endWord() {
            guard !word.isEmpty else { return }
            switch word {
            case "if", "unless": if expectsValue { words += 1 }
            case "case", "do": words += 1
            case "end": words -= 1
            default: break
            }
            expectsValue = ["then", "else", "elsif", "do", "when", "and", "or", "not", "if", "unless"].contains(word)
            word = ""
        }
        for character in text {
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
                continue
            }
            if character.isLetter || character.isNumber || character == "_" || (character == "." && word.isEmpty) {
                word.append(character)
                continue
            }
            endWord()
            switch character {
            case "'", "\"": (quote, expectsValue) = (character, false)
            case "(", "[", "{": (depth, expectsValue) = (depth + 1, true)
            case ")", "]", "}": (depth, expectsValue) = (depth - 1, false)
            case "\n", ";": expectsValue = true
            case _ where character.isWhitespace: break
            default: expectsValue = true
            }
        }
        endWord()
        return depth > 0 || words > 0 || quote != nil
    }
}
