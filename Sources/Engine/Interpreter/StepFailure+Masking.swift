// What a failure of a masked step may say: nothing that could hold a value of its input or output.

import JSONCore
import RecipeLanguage

extension StepFailure {
    /// The failure as everybody sees it: the history, watchers, `catch`. Of a masked step it keeps the type, the status and
    /// the place; the message and the details are of the other side, or say which value did not fit.
    func masked(for action: ActionStep) -> StepFailure {
        guard action.mask, !isFreeOfValues else { return self }
        var failure = self
        let name = "\(action.connector).\(action.operation)"
        var what =
            switch type {
            case "bad_input": "the input of \(name) is refused"
            case "formula": "a formula of \(name) has no value"
            default: "\(name) failed (\(type)\(status.map { ", status \($0)" } ?? ""))"
            }
        if let pointer {
            // Formulas stand in the recipe. Elsewhere a pointer may go on into the value, where names are values too.
            let place = type == "formula" ? pointer : Self.known(pointer, action.spec.input)
            failure.pointer = place
            if ["bad_input", "formula"].contains(type) { what += " at \(place)" }
        }
        (failure.message, failure.details) = (what + "; its values are masked", nil)
        return failure
    }

    /// The beginning of a pointer into a step's input whose names are all the schema's own.
    private static func known(_ pointer: String, _ schema: Schema) -> String {
        guard let input = pointer.range(of: "/input/") else { return pointer }
        var schema = schema
        var place = String(pointer[..<input.upperBound].dropLast())
        for part in pointer[input.upperBound...].split(separator: "/", omittingEmptySubsequences: false) {
            if let property = schema.property(String(part)) {
                schema = property.schema
            } else if let items = schema.items, Int(part) != nil {
                schema = items.value
            } else {
                break
            }
            place += "/\(part)"
        }
        return place
    }
}
