// Types of formulas, variables and loop items, and the mistakes that follow from them.

import JSONCore

extension RecipeChecker {
    /// Remembers formulas until all names are known.
    func remember(_ formulas: [(offset: Int, formula: Formula)], isOneValue: Bool, in place: Place) {
        var slots: [String: Int] = [:]
        for name in formulas.lazy.flatMap(\.formula.names).map(\.name) where slots[name] == nil {
            slots[name] = valueSlot(name)
        }
        types.add(RecipeTypes.Text(place: place, formulas: formulas, isOneValue: isOneValue, slots: slots))
    }

    /// The slot of a visible name that holds something.
    private func valueSlot(_ name: String) -> Int? {
        if name != "error", case .step(let kind)? = names.symbol(name)?.kind, !Self.kindsWithOutput.contains(kind) {
            return nil
        }
        return slot(name)
    }

    /// Works out the types and reports what can't go well.
    func checkTypes() {
        settleTypes()
        textTypes = types.texts.map { type(of: $0, reporting: true) }
        for check in types.checks { self.check(check) }
    }

    // MARK: - Variables and loop items

    /// Types of slots that steps write, from below: what the first round does not see, the next one adds.
    private func settleTypes() {
        guard !types.sources.isEmpty else { return }
        for (slot, _) in types.sources { names.define(slot, .never) }
        for round in 0..<Self.mostRounds {
            var isSettled = true
            for (slot, source) in types.sources {
                let known = names.types[slot]
                guard !known.isUnknown else { continue }
                let found = known.joined(type(of: source))
                guard !found.isSame(as: known) else { continue }
                // A type that goes on growing would never settle.
                names.define(slot, round < 3 ? found : .unknown)
                isSettled = false
            }
            if isSettled { return }
        }
        for (slot, _) in types.sources { names.define(slot, .unknown) }
    }

    private static let mostRounds = 12

    private func type(of source: RecipeTypes.Source) -> FormulaType {
        switch source {
        case .set(let place): return type(of: place).forVariable
        case .unreadable: return .unknown
        case .append(let place): return .list(of: type(of: place).forVariable)
        case .items(let place, let batched):
            let list = type(of: place).only([.list, .range])
            let item = list.isNever ? .never : list.list?.element ?? .unknown
            return batched ? .list(of: item) : item
        }
    }

    // MARK: - Values

    /// What a value in the file can be, its texts evaluated.
    func type(of place: Place) -> FormulaType {
        switch place.node.content {
        case .string:
            guard let index = types.index(of: place) else { return FormulaType(json: place.node.json) }
            return textTypes.isEmpty ? type(of: types.texts[index], reporting: false) : textTypes[index]
        case .array(let nodes):
            guard nodes.count <= FormulaType.mostWritten else { return FormulaType(.list) }
            let elements = (place.elements ?? []).map { type(of: $0) }
            guard elements.contains(where: { $0.kinds.contains(.marker) }) else { return .tuple(elements) }
            return .list(of: FormulaType.joined(elements.map(\.forVariable)))
        case .object(let members):
            guard members.count <= FormulaType.mostWritten else { return FormulaType(.object) }
            return .object((place.members ?? []).map { ($0.key, type(of: $0.value).forVariable) })
        default: return FormulaType(json: place.node.json)
        }
    }

    private func type(of text: RecipeTypes.Text, reporting: Bool) -> FormulaType {
        var last = FormulaType.unknown
        for (offset, formula) in text.formulas {
            let inference = TypeInference(
                formula.source,
                names: { [self] name in text.slots[name].map { names.types[$0] } ?? .unknown },
                report: reporting
                    ? { [self] finding, range in
                        report(
                            finding, range: self.range(of: range.shifted(by: offset), in: text.place),
                            path: text.place.path)
                    } : nil)
            last = inference.type(of: formula.syntax)
            if reporting, !text.isOneValue, last.kinds == .marker {
                let range = (0..<formula.source.utf8.count).shifted(by: offset)
                report(
                    .markerInText(formula.source), range: self.range(of: range, in: text.place), path: text.place.path)
            }
        }
        return text.isOneValue ? last : FormulaType(.string)
    }

    // MARK: - What needs a certain type

    private func check(_ check: RecipeTypes.Check) {
        switch check {
        case .isList(let place):
            let type = type(of: place)
            guard !type.isNever, !type.kinds.contains(.list) else { return }
            let ends = type.list?.element ?? .unknown
            if type.kinds.contains(.range), ends.kinds.contains(.integer) { return }
            report(.notAList(place.text?.trimmedOfSpaces ?? "", kind: type.words), at: place)
        case .isInstant(let place):
            let type = type(of: place)
            guard !type.isNever, type.kinds.isDisjoint(with: [.date, .time, .string]) else { return }
            report(.notAnInstant(place.text?.trimmedOfSpaces ?? "", kind: type.words), at: place)
        case .takesAppend(let place, let slot, let name):
            var (type, isSetBefore) = (FormulaType.never, false)
            for (other, source) in types.sources where other == slot {
                if case .append = source { continue }
                if case .set(let value) = source, value.path.isSet(before: place.path) { isSetBefore = true }
                type = type.joined(self.type(of: source))
            }
            // Set in another branch or later, the variable is nothing yet here, and becomes a list.
            guard isSetBefore, !type.isNever, type.kinds.isDisjoint(with: [.list, .null]) else { return }
            report(.notAppendable(name, kind: type.words), at: place)
        case .fits(let place, let schema, let operation): fit(place, schema, of: operation, tokens: [])
        case .fitsOne(let place, let schemas, let operation):
            guard let first = schemas.first else { return }
            if schemas.contains(where: { misfits(place, $0, tokens: []).isEmpty }) { return }
            fit(place, first, of: operation, tokens: [])
        }
    }

    private func fit(_ place: Place, _ schema: Schema, of operation: String, tokens: [String]) {
        for misfit in misfits(place, schema, tokens: tokens) {
            report(.mismatch(misfit.mismatch, naming: misfit.name, of: operation), at: misfit.place)
        }
    }
}

extension PointerPath {
    /// Whether the `set` that holds this value is always done before the step that holds `other`: it stands in front of it in
    /// the same list of steps, or in front of a step around it.
    fileprivate func isSet(before other: PointerPath) -> Bool {
        let step = pointer.tokens.dropLast(2)  // without set/name
        let others = other.pointer.tokens
        guard let place = step.last.flatMap({ Int($0) }), others.count > step.count,
            others.prefix(step.count - 1).elementsEqual(step.dropLast()), let later = Int(others[step.count - 1])
        else { return false }
        return place < later
    }
}

extension FormulaType {
    /// What is kept of it: `skip` keeps nothing and `clear` keeps nil.
    fileprivate var forVariable: FormulaType {
        kinds.contains(.marker) ? subtracting(.marker).joined(.null) : self
    }
}
