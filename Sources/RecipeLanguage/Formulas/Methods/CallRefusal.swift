// Why a method can't be called like this, in words: the same before a run and in it.

/// What is wrong with the arguments of a call.
struct CallRefusal {
    let message: String
    let hint: String?

    static func wrongCount(_ count: Int, of method: Method) -> CallRefusal {
        let wanted: String
        switch (method.fewest, method.most) {
        case (0, 0): wanted = "no arguments"
        case (1, 1): wanted = "one argument"
        case (let fewest, 1_000_000...): wanted = "at least \(fewest)"
        case (let fewest, let most) where fewest == most: wanted = "\(most) arguments"
        case (let fewest, let most): wanted = "\(fewest) to \(most) arguments"
        }
        return CallRefusal(
            message: "\(method.spec.name) takes \(wanted) but was given \(count)",
            hint: "write: \(method.spec.signature)")
    }

    static func unknownOption(_ name: String, of method: Method) -> CallRefusal {
        let known = method.keywords
        let hint =
            known.isEmpty
            ? "it takes no options: \(method.spec.signature)"
            : Suggestion.didYouMean(name, among: known) ?? "its options are \(known.joined(separator: ", "))"
        return CallRefusal(message: "\(method.spec.name) has no option \"\(name)\"", hint: hint)
    }

    static func needsBlock(_ method: Method) -> CallRefusal {
        CallRefusal(
            message: "\(method.spec.name) needs a block", hint: "write: .\(method.spec.name) { |item| … }")
    }

    static func takesNoBlock(_ method: Method) -> CallRefusal {
        CallRefusal(message: "\(method.spec.name) takes no block", hint: "write: \(method.spec.signature)")
    }
}

extension FormulaError {
    /// Names the method, what it was given and an example, as far as its own words leave them out.
    func told(of method: Method, receiver: Value, arguments: [Value]) -> FormulaError {
        guard code.hasPrefix("bad_") else { return self }
        let name = method.spec.name
        var message = message.contains(name) ? message : "\(name): \(message)"
        let given = (arguments.isEmpty && !method.spec.receivers.isEmpty ? [receiver] : arguments).map(Self.shown)
        // Keys and passwords are not repeated.
        let isSecret = ["token", "cipher", "digest"].contains(method.spec.family)
        if !given.isEmpty, !isSecret, !given.contains(where: message.contains) {
            message += " (given \(given.prefix(4).joined(separator: ", ")))"
        }
        return FormulaError(
            code: code, message, suggestion: suggestion ?? "an example: \(method.spec.example)", range: range)
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .string(let text): Call.shown(text.replacing("\n", with: "\\n"))
        case .null: "nil"
        case .list, .jsonList, .table, .jsonObject, .bytes, .range, .regex, .pending, .marker: value.kind.phrase
        default: String(value.inspection.prefix(40))
        }
    }
}
