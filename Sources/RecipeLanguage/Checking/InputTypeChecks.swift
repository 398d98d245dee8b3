// Values of pills held against the schema of the field they go into, by what typing them in a run would do.

import JSONCore

/// A value that can't become what its field takes.
struct Misfit {
    let place: Place
    let mismatch: SchemaMismatch
    /// The field as messages call it.
    let name: String
}

extension RecipeChecker {
    /// The texts with pills in a value whose results surely don't fit; everything else has been checked as it stands.
    func misfits(_ place: Place, _ schema: Schema, tokens: [String]) -> [Misfit] {
        guard !schema.isAny else { return [] }
        switch place.node.content {
        case .string(let text):
            guard text.holdsPill, types.index(of: place) != nil else { return [] }
            let name = Self.fieldName(tokens)
            return FieldFit.mismatches(type(of: place), schema, name: name, written: Self.onlyPill(text)).map {
                Misfit(
                    place: place, mismatch: SchemaMismatch(JSONPointer(tokens), $0.problem), name: $0.name)
            }
        case .array:
            guard let items = schema.items?.value else { return [] }
            return (place.elements ?? []).enumerated().flatMap { misfits($1, items, tokens: tokens + [String($0)]) }
        case .object:
            return (place.members ?? []).flatMap { member in
                guard let part = schema.property(member.key)?.schema ?? schema.additional?.value else {
                    return [Misfit]()
                }
                return misfits(member.value, part, tokens: tokens + [member.key])
            }
        default: return []
        }
    }

    /// A pill's formula, for messages.
    private static func onlyPill(_ text: String) -> String {
        let bare = text.trimmedOfSpaces
        guard bare.hasPrefix("{{"), bare.hasSuffix("}}"), bare.utf8.count <= 64 else { return "its value" }
        return String(bare.dropFirst(2).dropLast(2)).trimmedOfSpaces
    }
}

/// Whether values of a type can become what a schema asks for (see `SchemaTyping`).
enum FieldFit {
    struct Problem {
        let name: String
        let problem: SchemaMismatch.Problem
    }

    static func mismatches(
        _ type: FormulaType, _ schema: Schema, name: String, written: String, depth: Int = 0
    ) -> [Problem] {
        // Nil is left out of an input, and so is a field that is skipped.
        let some = type.subtracting([.null, .marker])
        guard !schema.isAny, !some.isNever, some.kinds != KindSet.every.subtracting([.null, .marker]), depth < 8 else {
            return []
        }
        let found = depth == 0 ? "\(written) (\(some.words))" : some.words
        if !schema.kinds.isEmpty {
            guard some.kinds.kinds.contains(where: { canBecome($0, schema.kinds) }) else {
                return [
                    Problem(
                        name: name,
                        problem: .wrongType(wanted: Schema.Kind.words(for: schema.kinds), found: found))
                ]
            }
        } else if !schema.alternatives.isEmpty {
            let tries = schema.alternatives.map {
                mismatches(type, $0, name: name, written: written, depth: depth + 1)
            }
            guard !tries.contains(where: \.isEmpty) else { return [] }
            let kinds = schema.alternatives.reduce(into: Set<Schema.Kind>()) { $0.formUnion($1.kinds) }
            guard !kinds.isEmpty else { return Array(tries[0].prefix(1)) }
            return [Problem(name: name, problem: .wrongType(wanted: Schema.Kind.words(for: kinds), found: found))]
        }
        if some.kinds.isSubset(of: .listed), let items = schema.items?.value, let element = some.list?.element {
            return mismatches(element, items, name: "each element of \(name)", written: written, depth: depth + 1)
        }
        if some.kinds == .object, let members = some.object {
            return parts(of: members, schema, name: name, written: written, depth: depth)
        }
        return []
    }

    private static func parts(
        of members: ObjectShape, _ schema: Schema, name: String, written: String, depth: Int
    ) -> [Problem] {
        guard let known = members.known else { return [] }
        var problems: [Problem] = []
        var isWritten = false
        if case .written = members { isWritten = true }
        for member in known {
            let part = "\"\(member.name)\" of \(name)"
            if let property = schema.property(member.name) {
                problems += mismatches(member.type, property.schema, name: part, written: written, depth: depth + 1)
            } else if !schema.isOpen, schema.additional == nil, isWritten, !member.type.kinds.contains(.null) {
                let near = Suggestion.didYouMean(member.name, among: schema.properties.map(\.name))
                problems.append(Problem(name: part, problem: .unknown(suggestion: near)))
            }
        }
        for property in schema.properties where property.required {
            guard !known.contains(where: { $0.name == property.name }) else { continue }
            problems.append(Problem(name: "\"\(property.name)\" of \(name)", problem: .missing))
        }
        return problems
    }

    /// Whether some value of a kind can become one of `kinds`.
    private static func canBecome(_ kind: ValueKind, _ kinds: Set<Schema.Kind>) -> Bool {
        switch kind {
        case .null, .marker: true
        case .boolean: !kinds.isDisjoint(with: [.boolean, .string])
        case .integer, .decimal, .rational, .duration: !kinds.isDisjoint(with: [.integer, .number, .string])
        case .string: !kinds.isDisjoint(with: [.string, .integer, .number, .boolean])
        case .bytes, .date, .time: kinds.contains(.string)
        case .list, .pending: kinds.contains(.array)
        case .object: kinds.contains(.object)
        case .range, .regex: false
        }
    }
}
