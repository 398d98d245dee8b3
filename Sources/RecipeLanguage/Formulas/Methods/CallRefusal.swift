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
