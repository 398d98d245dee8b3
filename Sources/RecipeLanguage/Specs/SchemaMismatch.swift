// What a value has against a schema, in words.

import JSONCore

/// One way in which a value does not fit a schema.
public struct SchemaMismatch: Hashable, Sendable {
    public enum Problem: Hashable, Sendable {
        /// A required member is not there, or null.
        case missing
        /// A member that another one can't be without.
        case missingBeside(String)
        /// A member that a closed object does not have.
        case unknown(suggestion: String?)
        /// `wanted` and `found` in words: "a whole number", "\"abc\"".
        case wrongType(wanted: String, found: String)
        case notAChoice(choices: [String], found: String, suggestion: String?)
        case belowMinimum(String, found: String)
        case aboveMaximum(String, found: String)
        case tooShort(Int)
        case tooLong(Int)
        case tooFew(Int)
        case tooMany(Int)
        case notMatching(String, found: String)
        case notAbove(String, found: String)
        case notBelow(String, found: String)
        case notAMultiple(String, found: String)
        /// An element stands in the list twice.
        case repeated(String)
        case tooFewMembers(Int)
        case tooManyMembers(Int)
    }

    /// Of the value; for `missing` and `unknown` of the member.
    public let pointer: JSONPointer
    public let problem: Problem

    public init(_ pointer: JSONPointer, _ problem: Problem) { (self.pointer, self.problem) = (pointer, problem) }

    /// For the run's errors: `/lines/0/qty must be a whole number, not "abc"`.
    public var message: String {
        let name = pointer.tokens.isEmpty ? "the value" : pointer.description
        return sentence(naming: name) + (suggestion.map { "; \($0)" } ?? "")
    }

    /// As `message`, under the name that the engine's errors use.
    public var sentence: String { message }

    /// The sentence with the field called `name`; the suggestion is not in it.
    public func sentence(naming name: String) -> String {
        switch problem {
        case .missing: "\(name) is required but missing"
        case .missingBeside(let other): "\(name) is required beside \"\(other)\", but missing"
        case .unknown: "\(name) is not a field here"
        case .wrongType(let wanted, let found): "\(name) must be \(wanted), not \(found)"
        case .notAChoice(let choices, let found, _): "\(name) must be \(Self.list(choices)), not \(found)"
        case .belowMinimum(let limit, let found): "\(name) must be at least \(limit), not \(found)"
        case .aboveMaximum(let limit, let found): "\(name) must be at most \(limit), not \(found)"
        case .tooShort(let limit): "\(name) must have at least \(Self.count(limit, "character"))"
        case .tooLong(let limit): "\(name) must have at most \(Self.count(limit, "character"))"
        case .tooFew(let limit): "\(name) must have at least \(Self.count(limit, "element"))"
        case .tooMany(let limit): "\(name) must have at most \(Self.count(limit, "element"))"
        case .notMatching(let pattern, let found): "\(name) must match the pattern \(pattern), not be \(found)"
        case .notAbove(let limit, let found): "\(name) must be more than \(limit), not \(found)"
        case .notBelow(let limit, let found): "\(name) must be less than \(limit), not \(found)"
        case .notAMultiple(let factor, let found): "\(name) must be a multiple of \(factor), not \(found)"
        case .repeated(let element): "\(name) must not have an element twice, as \(element)"
        case .tooFewMembers(let limit): "\(name) must have at least \(Self.count(limit, "field"))"
        case .tooManyMembers(let limit): "\(name) must have at most \(Self.count(limit, "field"))"
        }
    }

    public var suggestion: String? {
        switch problem {
        case .unknown(let suggestion), .notAChoice(_, _, let suggestion): suggestion
        default: nil
        }
    }

    /// The name of this mistake in diagnostics.
    public var code: String {
        switch problem {
        case .missing, .missingBeside: "missing_field"
        case .unknown: "unknown_field"
        case .wrongType: "wrong_type"
        case .notAChoice: "not_a_choice"
        case .notMatching: "wrong_pattern"
        case .repeated: "repeated_element"
        case .belowMinimum, .aboveMaximum, .tooShort, .tooLong, .tooFew, .tooMany, .notAbove, .notBelow, .notAMultiple,
            .tooFewMembers, .tooManyMembers:
            "out_of_range"
        }
    }

    private static func list(_ choices: [String]) -> String {
        let shown = choices.prefix(12)
        if shown.isEmpty { return "left out" }
        if choices.count == 1 { return shown.joined() }
        return "one of " + shown.joined(separator: ", ") + (choices.count > shown.count ? ", …" : "")
    }

    private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    /// A value in a few words; long ones are cut, lists and objects named by kind.
    static func words(for value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool(let truth): truth ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number.text.prefix(40))
        case .string(let text):
            text.isEmpty ? "an empty text" : "\"\(text.prefix(40))\(text.unicodeScalars.count > 40 ? "…" : "")\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension Schema.Kind {
    /// With its article, for messages.
    var words: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The kinds in a fixed order: "a text or null".
    static func words(for kinds: Set<Self>) -> String {
        let order: [Self] = [.string, .integer, .number, .boolean, .array, .object, .null]
        let words = order.filter { kinds.contains($0) && !($0 == .integer && kinds.contains(.number)) }.map(\.words)
        return words.count > 1 ? words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "") : words.joined()
    }
}
