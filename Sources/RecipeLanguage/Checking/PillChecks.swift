// Every use of a name in a formula: is there such a name here?

import JSONCore

extension RecipeChecker {
    /// The slot of a visible name; nil for words of the formulas themselves and for names that were reported.
    func slot(_ name: String) -> Int? {
        if name == "error" { return errorSlots.last }
        guard let slot = names.symbol(name)?.slot else { return nil }
        readSlots.insert(slot)
        return slot
    }

    /// - Parameter offset: of the formula in the text of `place`, in UTF-8 bytes.
    func check(_ formula: Formula, offset: Int, in place: Place) {
        checkWorkspaceNames(FormulaReferences(formula), offset: offset, in: place)
        for use in formula.names where use.name != "error" || errorSlots.isEmpty {
            if let symbol = names.symbol(use.name) {
                if case .step(let kind) = symbol.kind, !Self.kindsWithOutput.contains(kind) {
                    report(
                        .noOutput(use.name, kind: kind), range: range(of: use.range.shifted(by: offset), in: place),
                        path: place.path)
                } else if let branch = otherBranches[use.name] {
                    report(
                        .otherBranch(use.name, branch: branch),
                        range: range(of: use.range.shifted(by: offset), in: place),
                        path: place.path)
                }
            } else {
                guard unresolved.count < Self.mostDiagnostics else { continue }
                // Hostile files have thousands: suggestions for the first hundred will do.
                let visible =
                    unresolved.count < 100
                    ? names.visibleNames() + (errorSlots.isEmpty ? [] : ["error"]) : []
                unresolved.append(
                    UnresolvedName(
                        name: use.name, range: range(of: use.range.shifted(by: offset), in: place), path: place.path,
                        openSteps: openStepIDs, visible: visible,
                        enclosures: names.enclosures))
            }
        }
    }

    /// Explains the names that had no meaning where they were used, now that all are known.
    func explainUnresolvedNames() {
        for use in unresolved { report(explanation(of: use), range: use.range, path: use.path) }
    }

    private func explanation(of use: UnresolvedName) -> Finding {
        if use.name == "error" { return .errorOutsideCatch() }
        guard let declared = names.declared[use.name] else { return .unknownName(use.name, visible: use.visible) }
        if use.openSteps.contains(use.name) { return .ownOutput(use.name) }
        // The part of the recipe that the name is in and its use is not.
        let common = zip(declared.enclosures, use.enclosures).prefix { $0 == $1 }.count
        let own = declared.enclosures.dropFirst(common)
        if case .branch(let number, let name)? = own.first, use.enclosures.count > common,
            case .branch(number, _) = use.enclosures[common]
        {
            return .siblingBranch(use.name, branch: name)
        }
        if own.contains(where: { if case .loop = $0 { true } else { false } }) { return .outOfLoop(use.name) }
        switch declared.kind {
        case .step: return .stepNotRunYet(use.name, line: line(of: declared.range))
        case .variable:
            if case .branch(_, let name)? = own.first { return .outOfBranch(use.name, branch: name) }
            return .variableNotSetYet(use.name, line: line(of: declared.range))
        case .trigger, .loopItem: return .outOfLoop(use.name)
        }
    }

    /// A slot for `error`.
    func newErrorSlot() -> Int {
        let slot = names.newSlot("error")
        names.define(slot, FormulaType(describedBy: Self.errorSchema))
        return slot
    }

    /// The kinds of step whose id holds something.
    static let kindsWithOutput: Set<String> = ["use", "call", "for_each", "repeat", "set"]

    /// What `error` holds in `catch` and `retry.when`.
    static let errorSchema = Schema.object([
        .string("message", "What went wrong, in a sentence."), .string("type"),
        .integer("status", "Of an HTTP answer."),
        .string("step"), .string("connector"), .number("retry_after", "Seconds the other side asks to wait."),
        .integer("attempts"), .string("outcome"), .any("details"), .string("at", "Where in the recipe."),
    ])
}

extension Schema {
    /// What reading a member of a value with this schema gives.
    public enum MemberLookup {
        case known(Schema)
        case anything
        /// Not described; there is one with nearly the same name.
        case unlikely(near: String)
        case unknown(known: [String])
        /// The value has no members at all; its kind in words.
        case none(kind: String)
    }

    /// Looks for the member `name` as a formula would read it.
    public func member(_ name: String) -> MemberLookup {
        if let property = property(name) { return .known(property.schema) }
        for alternative in alternatives {
            switch alternative.member(name) {
            case .known, .anything: return .anything
            default: continue
            }
        }
        if !kinds.isEmpty, kinds.isDisjoint(with: [.object]), kinds != [.null] {
            return .none(kind: Kind.words(for: kinds.subtracting([.null])))
        }
        if let additional { return .known(additional.value) }
        guard isOpen else {
            return .unknown(known: properties.map(\.name) + alternatives.flatMap { $0.properties.map(\.name) })
        }
        if let near = Suggestion.closest(to: name, among: properties.lazy.map(\.name)) { return .unlikely(near: near) }
        return .anything
    }
}
