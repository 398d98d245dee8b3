// Every mistake that checking a recipe can find: its code and its sentence. Those of steps and names have files of their own.

import JSONCore

/// A mistake before its place is known. One function a code (`step_not_run_yet` is made by `stepNotRunYet`).
struct Finding: Hashable {
    var severity = Diagnostic.Severity.error
    let code: String
    let message: String
    var hint: String?

    /// All codes made here, for documents and tests; formulas add their own (`unknown_function`, …).
    static let codes: Set<String> = [
        "bad_cron", "bad_date", "bad_duration", "bad_json", "bad_name", "broken_connector", "bad_schema", "bad_time",
        "bad_use",
        "clock_change", "connection_required", "duplicate_id", "duplicate_key", "empty_formula", "empty_list",
        "empty_step", "empty_steps", "empty_text", "end_before_start", "formula_syntax", "long_jitter",
        "missing_field", "missing_key", "name_clash", "never_fires", "never_runs", "no_effect", "no_kind",
        "no_members", "no_output",
        "not_a_choice", "not_a_trigger", "not_an_action", "not_callable", "out_of_range", "out_of_scope",
        "bad_argument", "nil_value", "other_branch", "parallel_branch", "pill_in_formula", "pill_in_key",
        "pill_in_setting",
        "reserved_name",
        "set_in_concurrent_body",
        "single_quotes", "step_not_run_yet",
        "too_large", "too_many_mistakes", "too_many_steps", "two_kinds", "two_schedules", "unknown_action",
        "unknown_column", "unknown_condition", "unknown_connection", "unknown_connector", "unknown_field",
        "unknown_key", "unknown_name",
        "unknown_pill_field", "unknown_property", "unknown_recipe", "unknown_table", "unknown_time_zone",
        "unknown_trigger", "unknown_version", "unlikely_pill_field", "unsafe_repeat", "variable_not_set_yet",
        "wrong_connection",
        "wrong_type",
    ]

    init(_ code: String, _ message: String, hint: String? = nil, severity: Diagnostic.Severity = .error) {
        (self.code, self.message, self.hint, self.severity) = (code, message, hint, severity)
    }
}

// MARK: - The file

extension Finding {
    static func badJSON(_ message: String) -> Finding { Finding("bad_json", "this is not JSON: \(message)") }
    static func tooLarge(limit: Int) -> Finding {
        Finding(
            "too_large", "this recipe has more than \(limit) bytes (limit recipe_bytes)",
            hint: "move data into a table or a file, and parts into recipes of their own")
    }
    static func duplicateKey(_ key: String) -> Finding {
        Finding("duplicate_key", "\"\(key)\" is there twice", hint: "keep one of the two")
    }
    static func unknownVersion(_ found: String) -> Finding {
        Finding(
            "unknown_version", "this galley reads recipes of version 1, not \(found)",
            hint: "write \"galley\": 1, or update galley if the recipe was made for a newer one")
    }
    static func tooManyMistakes(_ limit: Int) -> Finding {
        Finding("too_many_mistakes", "there are more than \(limit) mistakes; the rest are not shown")
    }
}

// MARK: - Keys and values

extension Finding {
    static func unknownKey(_ key: String, in what: String, allowed: [String]) -> Finding {
        Finding(
            "unknown_key", "\(what) has no \"\(key)\"",
            hint: RecipeKeys.meant(by: key, among: allowed).map {
                "what other systems call \"\(key)\" is \"\($0)\" here"
            }
                ?? Suggestion.didYouMean(key, among: allowed) ?? "it may have \(list(allowed))")
    }
    static func missingKey(_ key: String, in what: String, hint: String? = nil) -> Finding {
        Finding("missing_key", "\(what) needs \"\(key)\"", hint: hint)
    }
    static func wrongType(_ name: String, wanted: String, found: String, hint: String? = nil) -> Finding {
        Finding("wrong_type", "\(name) must be \(wanted), not \(found)", hint: hint)
    }
    static func emptyText(_ name: String) -> Finding { Finding("empty_text", "\(name) must not be empty") }
    static func notAChoice(_ name: String, found: String, choices: [String]) -> Finding {
        Finding(
            "not_a_choice", "\(name) must be \(list(choices.map { "\"\($0)\"" }, last: "or")), not \"\(found)\"",
            hint: Suggestion.didYouMean(found, among: choices))
    }
    static func outOfRange(_ name: String, from least: String, to most: String, found: String) -> Finding {
        Finding("out_of_range", "\(name) must be from \(least) to \(most), not \(found)")
    }
    static func badDuration(_ name: String, found: String) -> Finding {
        Finding("bad_duration", "\(name) must be \(DurationText.form), not \"\(found)\"")
    }
    static func badSchema(_ problem: SchemaProblem) -> Finding {
        Finding("bad_schema", problem.message, hint: problem.suggestion)
    }
    static func mismatch(_ mismatch: SchemaMismatch, naming name: String, of operation: String) -> Finding {
        switch mismatch.problem {
        case .missing: Finding("missing_field", "\(operation) needs \(name)", hint: nil)
        case .missingBeside(let other):
            Finding("missing_field", "\(operation) needs \(name) beside \"\(other)\"")
        case .unknown(let hint): Finding("unknown_field", "\(operation) has no field \(name)", hint: hint)
        default: Finding(mismatch.code, mismatch.sentence(naming: name), hint: mismatch.suggestion)
        }
    }
}

// MARK: - Connectors and recipes

extension Finding {
    static func badUse(_ use: String) -> Finding {
        Finding(
            "bad_use", "\"\(use)\" does not say which connector", hint: "write connector.action, like \"http.request\"")
    }
    static func unknownConnector(_ prefix: String, known: [String], connection: Bool) -> Finding {
        Finding(
            "unknown_connector", "there is no connector or connection name \"\(prefix)\"",
            hint: connection
                ? "\"\(prefix)\" is a connection of the workspace: give it a name under \"connections\" first"
                : Suggestion.didYouMean(prefix, among: known) ?? "connectors here: \(list(known))")
    }
    static func brokenConnector(_ name: String) -> Finding {
        Finding(
            "broken_connector", "the connector \"\(name)\" has mistakes of its own, so nothing can use it",
            hint: "galley connectors check \(name) shows them")
    }
    static func unknownAction(_ operation: String, connector: String, known: [String]) -> Finding {
        Finding(
            "unknown_action", "\(connector) has no action \"\(operation)\"",
            hint: Suggestion.didYouMean(operation, among: known) ?? "it has \(list(known))")
    }
    static func notAnAction(_ use: String) -> Finding {
        Finding("not_an_action", "\"\(use)\" is a trigger and can't be a step", hint: "use it as the recipe's trigger")
    }
    static func unknownConnection(_ name: String, known: [String]) -> Finding {
        Finding(
            "unknown_connection", "the workspace has no connection \"\(name)\"",
            hint: Suggestion.didYouMean(name, among: known) ?? "add it: galley connections add \(name)")
    }
    static func missingConnector(_ connector: String, of connection: String, known: [String]) -> Finding {
        Finding(
            "unknown_connector",
            "the connection \"\(connection)\" is for the connector \"\(connector)\", which is not installed",
            hint: Suggestion.didYouMean(connector, among: known))
    }
    static func wrongConnection(_ connection: String, of connector: String, wanted: String) -> Finding {
        Finding(
            "wrong_connection", "the connection \"\(connection)\" is for \(connector), but this step is for \(wanted)",
            hint: "name a connection of \(wanted)")
    }
    static func connectionRequired(_ connector: String, known: [String]) -> Finding {
        let example = known.first ?? "my-\(connector.replacing("_", with: "-"))"
        return Finding(
            "connection_required", "\(connector) needs a connection",
            hint: (known.isEmpty ? "add one (galley connections add \(example)), then " : "")
                + "write \"connections\": { \"\(connector)\": \"\(example)\" } in the recipe")
    }
    static func unknownRecipe(_ id: String, known: [String]) -> Finding {
        Finding(
            "unknown_recipe", "there is no recipe \"\(id)\"",
            hint: Suggestion.didYouMean(id, among: known) ?? "recipes that can be called: \(list(known))")
    }
    static func notCallable(_ id: String, trigger: String) -> Finding {
        Finding(
            "not_callable", "the recipe \"\(id)\" starts by \(trigger) and can't be called",
            hint: "give it the trigger \"recipe.called\"")
    }
}

// MARK: - Formulas and pills

extension Finding {
    static func pillInFormula(_ name: String) -> Finding {
        Finding(
            "pill_in_formula", "\(name) is a formula already, so it takes no {{ }}", hint: "leave the {{ and }} out")
    }
    static func pillInSetting(_ name: String) -> Finding {
        Finding(
            "pill_in_setting", "\(name) takes no {{ }}: a trigger's settings are there before any data is",
            hint: "write the value itself")
    }
    static func pillInKey(_ key: String) -> Finding {
        Finding(
            "pill_in_key", "a key is no template: \"\(key.prefix(64))\" stays as it is",
            hint: "make the whole object in one pill: {{ { name => value } }}", severity: .warning)
    }
    static func markerInText(_ source: String) -> Finding {
        Finding(
            "bad_argument", "\(source.prefix(64)) only works when the pill is the whole field",
            hint: "write '' for no text")
    }
    static func emptyFormula(_ name: String) -> Finding {
        Finding("empty_formula", "\(name) is empty", hint: "write a formula")
    }
    static func formula(_ error: FormulaError) -> Finding {
        Finding(error.code == "syntax" ? "formula_syntax" : error.code, error.message, hint: error.suggestion)
    }
    static func unknownPillField(_ field: String, of owner: String, known: [String]) -> Finding {
        Finding(
            "unknown_pill_field", "\"\(owner)\" has no \"\(field)\"",
            hint: Suggestion.didYouMean(field, among: known) ?? (known.isEmpty ? nil : "it has \(list(known))"))
    }
    static func unlikelyPillField(_ field: String, of owner: String, near: String) -> Finding {
        Finding(
            "unlikely_pill_field", "\"\(owner)\" is not described as having \"\(field)\"",
            hint: "did you mean \"\(near)\"?",
            severity: .warning)
    }
    /// - Parameter isOfElements: the elements of the list are known to have this field.
    static func noMembers(_ owner: String, kind: String, field: String, isOfElements: Bool) -> Finding {
        let element = kind == "a list" ? "say which one: \(owner).first.\(field)" : nil
        let methods = FunctionLibrary.shared.catalog.lazy.map(\.name)
        return Finding(
            "no_members", "\"\(owner)\" is \(kind) and has no \"\(field)\"",
            hint: isOfElements
                ? element
                : FamiliarNames.method(for: field).map { "did you mean \"\($0)\"?" }
                    ?? Suggestion.didYouMean(field, among: methods) ?? element)
    }
    static func noOutput(_ name: String, kind: String) -> Finding {
        Finding("no_output", "the step \"\(name)\" (\(kind)) gives no data")
    }
    static func unknownProperty(_ name: String, known: [String]) -> Finding {
        Finding(
            "unknown_property", "the workspace has no property \"\(name)\"",
            hint: Suggestion.didYouMean(name, among: known) ?? "add it under \"properties\" in galley.json")
    }
    static func unknownTable(_ name: String, known: [String]) -> Finding {
        Finding(
            "unknown_table", "the workspace has no table \"\(name)\"",
            hint: Suggestion.didYouMean(name, among: known) ?? "add it as Tables/\(name).csv or Tables/\(name).json")
    }
    static func unknownColumn(_ name: String, table: String, known: [String]) -> Finding {
        Finding(
            "unknown_column", "the table \"\(table)\" has no column \"\(name)\"",
            hint: Suggestion.didYouMean(name, among: known) ?? (known.isEmpty ? nil : "it has \(list(known))"))
    }
    static func unknownCondition(_ name: String, known: [String]) -> Finding {
        Finding(
            "unknown_condition", "there is no condition \"\(name)\"",
            hint: Suggestion.nearOrAll(name, among: known, called: "there are"))
    }
    /// What formulas say in the same words when they fail in a run.
    static func refused(_ code: String, _ message: String, _ hint: String?) -> Finding {
        Finding(code, message, hint: hint)
    }
    static func pillsInSingleQuotes() -> Finding {
        Finding(
            "single_quotes", "#{ } stays as it is written in a text in single quotes",
            hint: "write the text in double quotes", severity: .warning)
    }
    static func badRange(from low: String, to high: String) -> Finding {
        Finding("bad_argument", "a range can't go from \(low) to \(high)", hint: "give it two ends of the same kind")
    }
    static func noNegative(_ written: String, _ kind: String) -> Finding {
        Finding("wrong_type", "\(written) is \(kind), which has no negative")
    }
    static func badIndex(_ written: String, _ kind: String, key: String, isIndexable: Bool) -> Finding {
        guard kind != ValueKind.null.phrase else {
            return Finding(
                "nil_value", "\(written) is nil (empty), so [ ] can't be used on it", hint: "use dig, or check it first"
            )
        }
        return Finding(
            "wrong_type",
            isIndexable
                ? "\(written) is \(kind), which does not take \(key) in [ ]"
                : "\(written) is \(kind), so [ ] can't be used on it")
    }
    static func notSummable(_ written: String, _ kind: String, fields: [String], hasBlock: Bool) -> Finding {
        let field = fields.first ?? "amount"
        return Finding(
            "wrong_type",
            hasBlock
                ? "sum adds up what its block gives, but that is \(kind)"
                : "sum adds up numbers, but the elements of \(written) are each \(kind)",
            hint: hasBlock ? "give a number: .to_f" : "say what to add: .sum { |item| item.\(field) }")
    }
    static func notPairs(_ kind: String) -> Finding {
        Finding(
            "bad_argument", "to_h needs pairs of a name and a value, but its block gives \(kind)",
            hint: "write: .to_h { |item| [item.name, item] }")
    }
    static func notAList(_ name: String, kind: String) -> Finding {
        Finding("wrong_type", "\"for_each\" needs a list, but \"\(name)\" is \(kind)")
    }

    static func notAnInstant(_ name: String, kind: String) -> Finding {
        Finding(
            "wrong_type", "\"wait_until\" needs a date or a time, but \"\(name)\" is \(kind)",
            hint: "for example now + 2.hours")
    }
    static func notAppendable(_ name: String, kind: String) -> Finding {
        Finding(
            "wrong_type", "\"\(name)\" is \(kind), so nothing can be appended to it",
            hint: "start it as a list: \"set\": { \"\(name)\": [] }")
    }

    /// "a, b and c"; of more than sixteen the first fifteen.
    static func list(_ words: [String], last: String = "and") -> String {
        if words.count > 16 { return words.prefix(15).joined(separator: ", ") + ", …" }
        var seen: Set<String> = []
        let shown = words.filter { seen.insert($0).inserted }
        guard shown.count > 1 else { return shown.first ?? "none" }
        return shown.dropLast().joined(separator: ", ") + " \(last) " + (shown.last ?? "")
    }
}
