// Mistakes in the tree of steps.

extension Finding {
    static func emptyStep() -> Finding {
        Finding("empty_step", "this step is empty", hint: "say what it does, for example \"use\": \"connector.action\"")
    }
    static func noKind(keys: [String]) -> Finding {
        let near = keys.lazy.compactMap { key in
            (RecipeKeys.meant(by: key, among: RecipeKeys.kinds) ?? Suggestion.closest(to: key, among: RecipeKeys.kinds))
                .map { (key, $0) }
        }.first
        return Finding(
            "no_kind", "this step does not say what it does",
            hint: near.map { "\"\($0)\": did you mean \"\($1)\"?" } ?? owners(of: keys)
                ?? "it needs one of \(list(RecipeKeys.kinds, last: "or"))")
    }
    /// "then" belongs to "if": what a step with such a key must have been meant to be.
    private static func owners(of keys: [String]) -> String? {
        for key in keys {
            let owners = RecipeKeys.kinds.filter { RecipeKeys.step($0).contains(key) }
            if !owners.isEmpty {
                return "\"\(key)\" goes with \(list(owners.map { "\"\($0)\"" }, last: "or"))"
            }
        }
        return nil
    }
    static func twoKinds(_ first: String, _ second: String) -> Finding {
        Finding(
            "two_kinds", "a step does one thing, but this one has \"\(first)\" and \"\(second)\"",
            hint: "make two steps of it")
    }
    static func nothingAssigned(_ kind: String) -> Finding {
        Finding(
            "missing_key", "\"\(kind)\" names no variable", hint: "for example \"\(kind)\": { \"total\": 0 }")
    }
    static func noSteps(_ what: String) -> Finding {
        Finding("empty_steps", "\(what) needs at least one step")
    }
    static func tooManySteps(_ limit: Int) -> Finding {
        Finding(
            "too_many_steps", "a recipe has at most \(limit) steps (limit recipe_steps); this is one more",
            hint: "move a part into a recipe of its own and call it")
    }
    static func neverRuns(after kind: String) -> Finding {
        Finding(
            "never_runs", "this step never runs: the \"\(kind)\" before it ends the job",
            severity: .warning)
    }
    static func setInConcurrentBody(_ name: String) -> Finding {
        Finding(
            "set_in_concurrent_body",
            "\"\(name)\" belongs to the steps outside, and what runs here runs several times at once",
            hint: "use \"append\", or set a variable that only this part uses")
    }
    static func unsafeRepeat(_ use: String, tryName: String) -> Finding {
        Finding(
            "unsafe_repeat", "when \(tryName) runs again, \(use) would be done twice",
            hint: "move it out of the try, or say \"allow_repeat\": true in the try if twice is fine")
    }
}
