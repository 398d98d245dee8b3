// Mistakes with names: of steps, variables and what a formula may see where it stands.

extension Finding {
    static func badName(_ name: String, what: String) -> Finding {
        Finding(
            "bad_name",
            "\(what) \"\(name)\" must start with a small letter and hold letters, digits and _ only, at most 64",
            hint: RecipeNames.proposal(for: name).map { "for example \"\($0)\"" })
    }
    static func reservedName(_ name: String) -> Finding {
        Finding(
            "reserved_name", "\"\(name)\" has a meaning in formulas and can't be a name", hint: "choose another name")
    }
    static func duplicateID(_ id: String, line: Int) -> Finding {
        Finding("duplicate_id", "another step (line \(line)) has the id \"\(id)\" already", hint: "choose another id")
    }
    static func nameClash(_ name: String, with what: String, hint: String? = nil) -> Finding {
        Finding("name_clash", "\"\(name)\" is \(what) already", hint: hint ?? "choose another name")
    }
    static func unknownName(_ name: String, visible: [String]) -> Finding {
        Finding(
            "unknown_name", "nothing here is called \"\(name)\"",
            hint: FamiliarNames.hint(forValue: name)
                ?? (name.hasSuffix("?") && visible.contains(String(name.dropLast()))
                    ? "to read a field of what may be nil write \(name.dropLast())&." : nil)
                ?? Suggestion.didYouMean(name, among: visible)
                ?? (visible.isEmpty ? nil : "names here: \(list(visible))"))
    }
    static func stepNotRunYet(_ name: String, line: Int) -> Finding {
        Finding(
            "step_not_run_yet", "the step \"\(name)\" (line \(line)) runs after this one, so its data is not there yet",
            hint: "move it in front of this step")
    }
    static func ownOutput(_ name: String) -> Finding {
        Finding("step_not_run_yet", "the step \"\(name)\" can't use its own data: it is not finished yet")
    }
    static func variableNotSetYet(_ name: String, line: Int) -> Finding {
        Finding(
            "variable_not_set_yet", "the variable \"\(name)\" is set later (line \(line)), so it has no value yet",
            hint: "set it in a step before this one")
    }
    static func outOfLoop(_ name: String) -> Finding {
        Finding(
            "out_of_scope", "\"\(name)\" belongs to a loop and is not there outside of it",
            hint: "collect what is needed with \"append\", to a variable that is set before the loop")
    }
    static func siblingBranch(_ name: String, branch: String) -> Finding {
        Finding(
            "parallel_branch", "\"\(name)\" belongs to the branch \"\(branch)\", which runs at the same time",
            hint: "use it after the parallel step")
    }
    /// A warning, as what is nil can be asked for.
    static func otherBranch(_ name: String, branch: String) -> Finding {
        Finding(
            "other_branch",
            "the step \"\(name)\" stands in another branch (\"\(branch)\") of this \"if\", so it is always nil here",
            hint: "use it after the \"if\", or move it in front of it", severity: .warning)
    }
    static func outOfBranch(_ name: String, branch: String) -> Finding {
        Finding(
            "out_of_scope",
            "the variable \"\(name)\" belongs to the parallel branch \"\(branch)\" and is not there after it",
            hint: "set it before the parallel step and \"append\" to it, or use the data of the branch's steps")
    }
    static func errorOutsideCatch() -> Finding {
        Finding("out_of_scope", "\"error\" is only there in \"catch\" and in the \"when\" of a \"retry\"")
    }
}
