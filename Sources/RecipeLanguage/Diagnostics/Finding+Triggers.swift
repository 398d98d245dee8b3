// Mistakes with triggers.

extension Finding {
    static func unknownTrigger(_ use: String, known: [String]) -> Finding {
        Finding(
            "unknown_trigger", "there is no trigger \"\(use)\"",
            hint: Suggestion.didYouMean(use, among: known) ?? "there are \(list(known))")
    }
    static func sameAddress(_ address: APIAddress, _ id: String, _ other: String) -> Finding {
        Finding(
            "same_address", "\(id) and \(other) both answer \(address)",
            hint: "give one of them another path or method")
    }
    static func twoBodies() -> Finding {
        Finding("two_bodies", "an answer has \"text\" or \"json\", not both")
    }
    static func notATrigger(_ use: String) -> Finding {
        Finding("not_a_trigger", "\"\(use)\" is an action and can't start a recipe", hint: "use it in a step")
    }
}
