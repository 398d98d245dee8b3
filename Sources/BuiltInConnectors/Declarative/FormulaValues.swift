// What the formulas of one call see, and their failures as errors of the step.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// The values of `FormulaName`s during one call. Stays within one task.
struct FormulaValues {
    private(set) var slots: [Value]
    let evaluation: Evaluation

    init(_ context: ActionContext, _ definition: ConnectorDefinition, action: String) {
        self.init(context, settingDefaults: definition.settingDefaults, action: action)
    }

    /// - Parameter settingDefaults: what the settings are without a connection.
    init(_ context: ActionContext, settingDefaults: JSONObject, action: String) {
        slots = Array(repeating: Value(.null), count: FormulaName.allCases.count)
        evaluation = Evaluation(context.formulas, address: action)
        self[.settings] = .object(context.connection?.settings ?? settingDefaults)
        self[.idempotencyKey] = .string(context.idempotencyKey)
    }

    subscript(_ name: FormulaName) -> JSON {
        get { (try? slots[name.slot].json()) ?? .null }
        set { slots[name.slot] = Value(newValue) }
    }

    /// The value of a structure with pills; nil for `skip`.
    /// - Parameter what: what it is for, in messages: "the body of the request".
    func json(_ template: InputTemplate, _ what: String, outcome: ConnectorError.Outcome = .refused)
        throws(ConnectorError) -> JSON?
    {
        do throws(InputError) {
            return try template.json(slots, evaluation)
        } catch {
            throw failure(what, error.source, error.error, outcome)
        }
    }

    /// The value of a bare formula.
    func value(_ formula: BoundFormula, _ what: String, outcome: ConnectorError.Outcome = .refused)
        throws(ConnectorError) -> Value
    {
        do { return try formula.evaluate(slots, evaluation) } catch {
            throw failure(what, formula.source, error, outcome)
        }
    }

    /// The text of one pill: nil and `skip` are empty.
    func fieldText(_ pill: Template.Bound, _ what: String, _ source: String) throws(ConnectorError) -> String {
        do {
            guard case .value(let value) = try pill.evaluate(slots, evaluation) else { return "" }
            return value.text
        } catch {
            throw failure(what, source, error, .refused)
        }
    }

    private func failure(_ what: String, _ source: String, _ error: FormulaError, _ outcome: ConnectorError.Outcome)
        -> ConnectorError
    {
        let shown = source.count > 120 ? source.prefix(120) + "…" : source[...]
        return ConnectorError(
            type: outcome == .unknown ? "bad_answer" : "bad_input",
            "\(what) can't be made: \(error.message) (in \(shown))", outcome: outcome,
            details: ["formula": .string(error.code)])
    }
}
