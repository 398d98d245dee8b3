// `set`, `append`, `wait` and `stop`.

import JSONCore

extension RecipeChecker {
    /// All values are evaluated before any is set: none sees what another one sets.
    func assignment(_ fields: Fields, _ kind: String) -> ReadStep? {
        guard let place = fields[kind] else { return nil }
        guard let members = place.members else {
            let hint = "write \"\(kind)\": { \"name\": value }"
            report(.wrongType("\"\(kind)\"", wanted: "an object", found: place.words, hint: hint), at: place)
            return nil
        }
        if members.isEmpty {
            report(.nothingAssigned(kind), at: place)
        }
        let values = members.map { input($0.value) }
        var assignments: [Assignment] = []
        for (member, value) in zip(members, values) {
            guard let slot = variable(member, kind) else { continue }
            note(member, kind, slot: slot, isRead: value != nil)
            guard let value else { continue }
            assignments.append(Assignment(name: member.key, slot: slot, value: value))
        }
        guard assignments.count == members.count else { return nil }
        if kind == "append" { return ReadStep(.append(assignments)) }
        return ReadStep(.set(assignments), output: .object(members.map { .any($0.key) }))
    }

    /// Remembers what a variable gets its values from.
    private func note(_ member: Member, _ kind: String, slot: Int, isRead: Bool) {
        guard isRead else {
            types.add(.unreadable, to: slot)
            return
        }
        types.add(kind == "append" ? .append(member.value) : .set(member.value), to: slot)
        if kind == "append" {
            types.checks.append(.takesAppend(member.value, slot: slot, name: member.key))
        }
    }

    /// The slot of the variable that a member assigns; a new one when none of this name is visible.
    private func variable(_ member: Member, _ kind: String) -> Int? {
        let name = member.key
        guard RecipeNames.isName(name) else {
            report(.badName(String(name.prefix(64)), what: "the variable"), at: member)
            return nil
        }
        guard !RecipeNames.isReserved(name) else {
            report(.reservedName(name), at: member)
            return nil
        }
        if let symbol = names.symbol(name) {
            guard symbol.kind == .variable else {
                report(.nameClash(name, with: symbol.kind.words), at: member)
                return nil
            }
            if kind == "append" {
                appendedSlots.insert(symbol.slot)
            } else if let first = concurrentFrom, symbol.slot < first {
                report(.setInConcurrentBody(name), at: member)
                return nil
            }
            return symbol.slot
        }
        if let declared = names.declared[name], declared.kind != .variable, declared.kind != .loopItem {
            report(.nameClash(name, with: declared.kind.words), at: member)
            return nil
        }
        return names.declare(name, .variable, at: member.keyRange)
    }

    func wait(_ fields: Fields, _ kind: String) -> ReadStep? {
        guard let place = fields[kind] else { return nil }
        if kind == "wait_until" {
            let time = formula(place, "\"wait_until\"")
            if time != nil { types.checks.append(.isInstant(place)) }
            return time.map { ReadStep(.wait(.until($0))) }
        }
        if place.text?.holdsPill != true, positiveDuration(place, "\"wait\"") == nil { return nil }
        return template(place).map { ReadStep(.wait(.interval($0))) }
    }

    func stop(_ fields: Fields) -> ReadStep? {
        let outcome = choice(fields["stop"], "\"stop\"", among: ["succeeded", "failed"])
        let reason = fields["reason"].map { place in text(place, "\"reason\"").flatMap { _ in template(place) } }
        guard let outcome else { return nil }
        if case .some(nil) = reason { return nil }
        return ReadStep(.stop(StopStep(succeeded: outcome == "succeeded", reason: reason ?? nil)))
    }
}
