// Lists of steps and what all steps have in common: kind, id, title, skip, number and name.

import JSONCore

extension RecipeChecker {
    /// A list of steps in the order they run.
    /// - Parameters:
    ///   - what: for messages: `"then"`.
    ///   - mayBeEmpty: an empty `catch` or `else` has a meaning, an empty loop has none.
    func steps(_ place: Place, _ what: String, mayBeEmpty: Bool = false) -> [Step] {
        guard let elements = place.elements else {
            report(.wrongType(what, wanted: "a list of steps", found: place.words), at: place)
            return []
        }
        if elements.isEmpty, !mayBeEmpty { report(.noSteps(what), at: place) }
        var steps: [Step] = []
        var end: String?
        for element in elements {
            guard !hasTooManySteps else { break }
            if let kind = end {
                report(.neverRuns(after: kind), at: element)
                end = nil
            }
            guard let step = step(element) else { continue }
            steps.append(step)
            switch step.kind {
            case .stop where !step.skip, .return where !step.skip: end = step.kind.key
            default: break
            }
        }
        return steps
    }

    private func step(_ place: Place) -> Step? {
        guard let members = place.members else {
            report(.wrongType("a step", wanted: "an object", found: place.words), at: place)
            return nil
        }
        let number = stepNames.count
        guard number < Self.mostSteps else {
            report(.tooManySteps(Self.mostSteps), at: place)
            hasTooManySteps = true
            return nil
        }
        let fields = Fields(place, members)
        guard !members.isEmpty else {
            report(.emptyStep(), at: place)
            return nil
        }
        let kinds = RecipeKeys.kinds(among: fields.keys)
        guard let kind = fields.keys.first(where: kinds.contains) else {
            let unknown = fields.keys.filter { !RecipeKeys.anyStep.contains($0) }
            report(.noKind(keys: unknown), at: place)
            // Its id is known all the same, so that what reads it isn't called a mistake too.
            if let id = fields["id"] { declareStep(checkedName(id, "id"), "use", schema: .any, at: id) }
            return nil
        }
        for other in fields.keys where other != kind && kinds.contains(other) {
            if let member = fields.member(other) { report(.twoKinds(kind, other), at: member) }
        }
        let allowed = RecipeKeys.anyStep + RecipeKeys.step(kind)
        for member in members where !allowed.contains(member.key) && !kinds.contains(member.key) {
            report(.unknownKey(member.key, in: RecipeKeys.words(for: kind), allowed: allowed), at: member)
        }
        let idPlace = fields["id"]
        let id = idPlace.flatMap { checkedName($0, "id") }
        stepNames.append(id ?? "\(kind)-\(number)")
        let title = fields["title"].flatMap { text($0, "\"title\"") }
        if let note = fields["note"] { _ = text(note, "\"note\"") }
        let skip = truth(fields["skip"], "\"skip\"") ?? false
        openStepIDs.append(id ?? "")
        defer { openStepIDs.removeLast() }
        let unsafeBefore = unsafeActions.count
        guard let read = read(kind, fields, number: number) else {
            declareStep(id, kind, schema: .any, at: idPlace)
            return nil
        }
        if skip { unsafeActions.removeLast(unsafeActions.count - unsafeBefore) }
        let slot = declareStep(id, kind, schema: read.output, at: idPlace)
        return Step(
            number: number, name: stepNames[number], id: id, slot: slot, title: title, skip: skip,
            pointer: place.path.pointer.description, kind: read.kind)
    }

    /// A step's kind and what its id holds.
    struct ReadStep {
        let kind: StepKind
        var output = Schema.any

        init(_ kind: StepKind, output: Schema = .any) { (self.kind, self.output) = (kind, output) }
    }

    private func read(_ kind: String, _ fields: Fields, number: Int) -> ReadStep? {
        switch kind {
        case "use": action(fields)
        case "if": branch(fields)
        case "for_each": forEach(fields, number: number)
        case "repeat": repetition(fields, number: number)
        case "try": attempt(fields, number: number)
        case "parallel": parallel(fields, number: number)
        case "call": call(fields)
        case "wait", "wait_until": wait(fields, kind)
        case "set", "append": assignment(fields, kind)
        case "respond": fields["respond"].flatMap(answer).map { ReadStep(.respond($0)) }
        case "return": fields["return"].flatMap(answer).map { ReadStep(.return($0)) }
        default: stop(fields)
        }
    }

    /// Makes a step's id visible to the steps after it.
    @discardableResult
    private func declareStep(_ id: String?, _ kind: String, schema: Schema, at place: Place?) -> Int? {
        guard let id, let place else { return nil }
        if let declared = names.declared[id] {
            if case .step = declared.kind {
                report(.duplicateID(id, line: line(of: declared.range)), at: place)
                return nil
            }
            report(.nameClash(id, with: declared.kind.words), at: place)
            return nil
        }
        return names.declare(id, .step(kind), schema: schema, at: place.node.range)
    }
}
