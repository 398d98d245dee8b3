// Why a formula can't be read or has no value.

/// Why a formula can't be parsed or has no value. Offsets are UTF-8 bytes in the formula's text.
public struct FormulaError: Error, Sendable, Hashable {
    /// A stable name: `syntax`, `unknown_function`, `wrong_type`, `nil_value`, `bad_argument`, `limit`, …
    public let code: String
    /// One sentence for the author of the recipe.
    public let message: String
    public let suggestion: String?
    public let range: Range<Int>
    public init(code: String, _ message: String, suggestion: String? = nil, range: Range<Int>) {
        (self.code, self.message, self.suggestion, self.range) = (code, message, suggestion, range)
    }

    /// The same at another place.
    func at(_ range: Range<Int>) -> FormulaError {
        FormulaError(code: code, message, suggestion: suggestion, range: range)
    }
}

extension FormulaError: CustomStringConvertible {
    /// The sentence and what to do.
    public var description: String { suggestion.map { message + "; " + $0 } ?? message }
}

/// A formula's failure with the field it is in.
public struct InputError: Error, Sendable {
    /// Pointer of the template within the recipe.
    public let pointer: String
    /// The formula and where in it.
    public let source: String
    public let error: FormulaError

    public init(pointer: String, source: String, error: FormulaError) {
        (self.pointer, self.source, self.error) = (pointer, source, error)
    }
}
