// `if` and `try`: parts whose names stay visible afterwards.

import JSONCore

extension RecipeChecker {
    func branch(_ fields: Fields) -> ReadStep? {
        guard let place = fields["if"] else { return nil }
        var branches: [Branch?] = []
        let condition = formula(place, "\"if\"")
        let around = otherBranches
        defer { otherBranches = around }
        let then = fields["then"].map { alternative($0, "then") }
        if then == nil { report(.missingKey("then", in: RecipeKeys.words(for: "if")), at: place) }
        branches.append(condition.map { Branch(condition: $0, steps: then ?? []) })
        if let list = fields["else_if"] {
            if let elements = list.elements {
                for element in elements { branches.append(elseIf(element)) }
            } else {
                let hint = "write \"else_if\": [ { \"if\": …, \"then\": […] } ]"
                report(.wrongType("\"else_if\"", wanted: "a list", found: list.words, hint: hint), at: list)
            }
        }
        let otherwise = fields["else"].map { alternative($0, "else") } ?? []
        let whole = branches.compactMap(\.self)
        guard whole.count == branches.count else { return nil }
        return ReadStep(.branch(whole, otherwise: otherwise))
    }

    private func elseIf(_ place: Place) -> Branch? {
        let what = "an element of \"else_if\""
        guard let fields = fields(place, what, allowed: RecipeKeys.elseIf) else { return nil }
        for key in RecipeKeys.elseIf where fields[key] == nil { report(.missingKey(key, in: what), at: place) }
        let condition = fields["if"].flatMap { formula($0, "\"if\"") }
        let then = fields["then"].map { alternative($0, "then") }
        guard let condition, let then else { return nil }
        return Branch(condition: condition, steps: then)
    }

    /// The steps under `key`, which have no data in the parts of this `if` that come after them.
    private func alternative(_ place: Place, _ key: String) -> [Step] {
        let firstSlot = names.slotCount
        let steps = steps(place, "\"\(key)\"", mayBeEmpty: true)
        for name in names.visibleSteps(from: firstSlot) { otherBranches[name] = key }
        return steps
    }

    func attempt(_ fields: Fields, number: Int) -> ReadStep? {
        guard let place = fields["try"] else { return nil }
        let errorSlot = newErrorSlot()
        let firstSlot = names.slotCount
        let firstUnsafe = unsafeActions.count
        let body = steps(place, "\"try\"")
        let bodySlots = Array(firstSlot..<names.slotCount)
        let retry = fields["retry"].map { self.retry($0, errorSlot: errorSlot) }
        let allowsRepeat = truth(fields["allow_repeat"], "\"allow_repeat\"") ?? false
        if let policy = retry ?? nil, policy.times > 0, !allowsRepeat {
            let name = openStepIDs.last.flatMap { $0.isEmpty ? nil : "\"\($0)\"" } ?? "the \"try\" around this step"
            for action in unsafeActions[firstUnsafe...] {
                report(.unsafeRepeat(action.use, tryName: name), range: action.range, path: action.path)
            }
        }
        var handler: [Step]?
        if let place = fields["catch"] {
            errorSlots.append(errorSlot)
            handler = steps(place, "\"catch\"", mayBeEmpty: true)
            errorSlots.removeLast()
        }
        return ReadStep(
            .try(
                TryStep(steps: body, retry: retry ?? nil, handler: handler, errorSlot: errorSlot, bodySlots: bodySlots))
        )
    }
}
