// Typing a value by a schema: the conversions people expect, and what does not fit.

import JSONCore

extension Schema {
    /// The value with the types this schema asks for, and everything in it that does not fit.
    ///
    /// Conversions, only where the value's own kind is not allowed:
    /// - text to a number, whole number or truth value: `"5"` → `5`, `"10.50"` → `10.50`, `"true"` → `true` (spaces around
    ///   and the case of true and false do not matter);
    /// - a number or truth value to text: `5` → `"5"`, `10.00` → `"10.00"`;
    /// - a number without a fraction to a whole one: `5.0` → `5`;
    /// - a blank text for an optional member that is neither text, list nor object: the member is left out, as when a
    ///   form's field is empty.
    ///
    /// Not done: a single value is not made a list, lists and objects do not become text, defaults are not filled in
    /// (an update would overwrite what was not meant). A null is kept for an optional member (that is what `clear` sends);
    /// for a required one it counts as missing unless the schema allows null. `format` is not enforced.
    /// - Parameter strictly: hold it against `pattern` and the rarer limits too: where a recipe's own schema says what is taken
    ///   and given. The schemas of other systems are not always true, and those judge what they get themselves.
    /// - Parameter converting: false for what a program sends as JSON: there `"5"` is no number, `5` no text, and a blank text no
    ///   missing member. Only `5.0` becomes 5, as JSON Schema has it.
    public func typed(
        _ value: JSON, strictly: Bool = false, converting: Bool = true
    ) -> (value: JSON, mismatches: [SchemaMismatch]) {
        if isAny { return (value, []) }
        var typing = SchemaTyping(isStrict: strictly, converts: converting)
        let typed = typing.type(value, by: self)
        return (typed, typing.mismatches)
    }

    /// What does not fit in a value whose texts may hold pills: those fit anything, as their values are not known yet.
    /// - Parameter strictly: hold it against `pattern` and the rarer limits too.
    func mismatches(inTemplate value: JSON, strictly: Bool = false) -> [SchemaMismatch] {
        if isAny { return [] }
        var typing = SchemaTyping(pillsFitAnything: true, isStrict: strictly)
        _ = typing.type(value, by: self)
        return typing.mismatches
    }
}

/// One walk over a value beside a schema.
struct SchemaTyping {
    /// More are not collected: nobody reads them.
    static let mostMismatches = 100

    var mismatches: [SchemaMismatch] = []
    private let pillsFitAnything: Bool
    private let isStrict: Bool
    private let converts: Bool
    private var tokens: [String] = []

    init(pillsFitAnything: Bool = false, isStrict: Bool = false, converts: Bool = true) {
        (self.pillsFitAnything, self.isStrict, self.converts) = (pillsFitAnything, isStrict, converts)
    }

    mutating func type(_ value: JSON, by schema: Schema) -> JSON {
        if schema.isAny || isOpaque(value) { return value }
        var value = value
        if !schema.kinds.isEmpty {
            let converted =
                converts ? Self.convert(value, to: schema.kinds) : Self.exact(value, among: schema.kinds)
            guard let converted else {
                report(
                    .wrongType(wanted: Schema.Kind.words(for: schema.kinds), found: SchemaMismatch.words(for: value)))
                return value
            }
            value = converted
        }
        if let choices = schema.choices {
            if let choice = Self.choice(value, among: choices, converting: converts) {
                value = choice
            } else {
                report(Self.notAChoice(value, of: choices))
            }
        }
        switch value {
        case .object(let object): value = .object(members(of: object, by: schema))
        case .array(let elements): value = .array(self.elements(elements, by: schema))
        case .string(let text): checkLength(text, by: schema)
        case .integer, .number: checkBounds(value, by: schema)
        case .null, .bool: break
        }
        if isStrict { checkStrictly(value, by: schema) }
        return schema.alternatives.isEmpty ? value : alternative(value, of: schema.alternatives)
    }

    private func isOpaque(_ value: JSON) -> Bool {
        guard pillsFitAnything, case .string(let text) = value else { return false }
        return text.holdsPill
    }

    private mutating func report(_ problem: SchemaMismatch.Problem, at token: String? = nil) {
        guard mismatches.count < Self.mostMismatches else { return }
        mismatches.append(SchemaMismatch(JSONPointer(token.map { tokens + [$0] } ?? tokens), problem))
    }

    private mutating func inside<Result>(_ token: String, _ body: (inout Self) -> Result) -> Result {
        tokens.append(token)
        defer { tokens.removeLast() }
        return body(&self)
    }

    // MARK: - Members and elements

    private mutating func members(of object: JSONObject, by schema: Schema) -> JSONObject {
        if schema.properties.isEmpty, schema.isOpen, schema.additional == nil { return object }
        // A few members are found faster by looking than by hashing.
        let index =
            schema.properties.count > 16
            ? Dictionary(schema.properties.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }) : nil
        var entries: [(key: String, value: JSON)] = []
        entries.reserveCapacity(object.count)
        for (key, value) in object {
            if let property = index.map({ $0[key] }) ?? schema.property(key) {
                if value.isNull, !property.schema.allowsNull {
                    if !property.required { entries.append((key, value)) }  // a required one is reported below
                } else if converts, !property.required, Self.isLeftOut(value, by: property.schema) {
                    continue
                } else {
                    entries.append((key, inside(key) { $0.type(value, by: property.schema) }))
                }
            } else if let additional = schema.additional?.value {
                entries.append((key, inside(key) { $0.type(value, by: additional) }))
            } else {
                if !schema.isOpen {
                    report(
                        .unknown(
                            suggestion: Suggestion.nearOrAll(
                                key, among: schema.properties.map(\.name), called: "its fields are")), at: key)
                }
                entries.append((key, value))
            }
        }
        for property in schema.properties where property.required {
            let value = object[property.name]
            if value == nil || (value?.isNull == true && !property.schema.allowsNull) {
                report(.missing, at: property.name)
            }
        }
        if let dependent = schema.rarer?.value.dependentRequired, !dependent.isEmpty {
            checkDependent(entries, dependent)
        }
        return JSONObject(uniqueEntries: entries)
    }

    /// Each missing member once, with the first of those that need it.
    private mutating func checkDependent(_ entries: [(key: String, value: JSON)], _ dependent: [String: [String]]) {
        var there = Set(entries.map(\.key))
        for (key, _) in entries {
            for name in dependent[key] ?? [] where there.insert(name).inserted {
                report(.missingBeside(key), at: name)
            }
        }
    }

    private mutating func elements(_ elements: [JSON], by schema: Schema) -> [JSON] {
        if let least = schema.minItems, elements.count < least { report(.tooFew(least)) }
        if let most = schema.maxItems, elements.count > most { report(.tooMany(most)) }
        guard let item = schema.items?.value, !item.isAny else { return elements }
        var typed: [JSON] = []
        typed.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            typed.append(inside(String(index)) { $0.type(element, by: item) })
        }
        return typed
    }

    /// The first alternative that takes the value as it is; else the first that it can be converted for; else what is wrong with
    /// the one that fits best.
    private mutating func alternative(_ value: JSON, of alternatives: [Schema]) -> JSON {
        var best: [SchemaMismatch]?
        var converted: JSON?
        let alternatives = Self.named(by: value, among: alternatives)
        for schema in alternatives {
            var typing = SchemaTyping(pillsFitAnything: pillsFitAnything, isStrict: isStrict, converts: converts)
            typing.tokens = tokens
            let typed = typing.type(value, by: schema)
            if typing.mismatches.isEmpty {
                if typed == value { return typed }
                converted = converted ?? typed
            }
            if best.map({ telling($0) < telling(typing.mismatches) }) ?? true { best = typing.mismatches }
        }
        if let converted { return converted }
        let kinds = alternatives.reduce(into: Set<Schema.Kind>()) { $0.formUnion($1.kinds) }
        if let best, telling(best) > 0 || kinds.isEmpty {
            mismatches += best.prefix(max(0, Self.mostMismatches - mismatches.count))
        } else {
            report(.wrongType(wanted: Schema.Kind.words(for: kinds), found: SchemaMismatch.words(for: value)))
        }
        return value
    }

    /// How much mistakes say: nothing when the kind is wrong; what is wrong deeper inside says more, as the kinds agreed.
    private func telling(_ mismatches: [SchemaMismatch]) -> Int {
        guard let first = mismatches.first else { return 0 }
        let depth = first.pointer.tokens.count - tokens.count
        if depth == 0, case .wrongType = first.problem { return 0 }
        return depth + 1
    }

    /// The alternatives that a member of the value names, where one has to have just that value (`"type": "card"`); all of
    /// them when it names none.
    private static func named(by value: JSON, among alternatives: [Schema]) -> [Schema] {
        guard case .object(let object) = value, alternatives.count > 1 else { return alternatives }
        for (key, value) in object {
            guard case .string = value else { continue }
            let named = alternatives.filter { schema in
                guard let property = schema.property(key), property.required else { return false }
                return property.schema.choices == [value]
            }
            if !named.isEmpty { return named }
        }
        return alternatives
    }

    // MARK: - Limits

    private mutating func checkLength(_ text: String, by schema: Schema) {
        guard schema.minLength != nil || schema.maxLength != nil else { return }
        let length = text.unicodeScalars.count
        if let least = schema.minLength, length < least { report(.tooShort(least)) }
        if let most = schema.maxLength, length > most { report(.tooLong(most)) }
    }

    private mutating func checkBounds(_ value: JSON, by schema: Schema) {
        let found = SchemaMismatch.words(for: value)
        if let minimum = schema.minimum, Self.isLess(value, minimum) {
            report(.belowMinimum(SchemaMismatch.words(for: minimum), found: found))
        }
        if let maximum = schema.maximum, Self.isLess(maximum, value) {
            report(.aboveMaximum(SchemaMismatch.words(for: maximum), found: found))
        }
    }

    private static func isLess(_ one: JSON, _ other: JSON) -> Bool {
        if let one = one.integer, let other = other.integer { return one < other }
        guard let one = one.double, let other = other.double else { return false }
        return one < other
    }

    private mutating func checkStrictly(_ value: JSON, by schema: Schema) {
        if case .string(let text) = value, let pattern = schema.pattern, let read = try? JSONPattern(pattern) {
            // What takes too long to be told is no value to take, but no mistake to point at in a recipe.
            let holds = read.holds(for: text) ?? pillsFitAnything
            if !holds { report(.notMatching(pattern, found: SchemaMismatch.words(for: value))) }
        }
        guard let limits = schema.rarer?.value else { return }
        switch value {
        case .integer, .number:
            let found = SchemaMismatch.words(for: value)
            if let bound = limits.exclusiveMinimum, !Self.isLess(bound, value) {
                report(.notAbove(SchemaMismatch.words(for: bound), found: found))
            }
            if let bound = limits.exclusiveMaximum, !Self.isLess(value, bound) {
                report(.notBelow(SchemaMismatch.words(for: bound), found: found))
            }
            if let factor = limits.multipleOf, let one = Value(value).number, let two = Value(factor).number,
                (try? Number.modulo(one, two))?.isZero != true
            {
                report(.notAMultiple(SchemaMismatch.words(for: factor), found: found))
            }
        case .array(let elements):
            guard limits.uniqueItems else { break }
            var seen = Set<JSON>()
            if let twice = elements.first(where: { !seen.insert($0).inserted }) {
                report(.repeated(SchemaMismatch.words(for: twice)))
            }
        case .object(let object):
            if let least = limits.minProperties, object.count < least { report(.tooFewMembers(least)) }
            if let most = limits.maxProperties, object.count > most { report(.tooManyMembers(most)) }
        default: break
        }
    }
}
