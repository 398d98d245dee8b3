// What to search for, from an argument.

import JSONCore

extension TextSearch {
    static func regex(_ call: Call, _ value: Value?) throws -> TextPattern {
        switch value {
        case .regex(let regex)?: return .regex(regex)
        case .string(let source)?:
            do { return .regex(try FormulaRegex.cached(source, flags: "")) } catch {
                throw call.bad("the regex is not valid: \(error.message)")
            }
        default: throw call.wrong(value ?? .null, wanted: "a regex like /\\d+/")
        }
    }
}
