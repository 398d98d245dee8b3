// `allOf`: a schema that asks for what two others ask for; and the way back to JSON Schema.

import JSONCore

extension Schema {
    /// What fits both. Words (titles, formats, defaults) of the second win, as they stand nearer to the use.
    static func merging(_ one: Schema, _ other: Schema) -> Schema {
        if one == .any { return other }
        if other == .any { return one }
        var merged = one
        merged.kinds = commonKinds(one.kinds, other.kinds)
        merged.title = other.title ?? one.title
        merged.summary = other.summary ?? one.summary
        merged.format = other.format ?? one.format
        merged.pattern = merging(one.pattern, other.pattern)
        merged.rarer = merging(one.rarer, other.rarer)
        merged.defaultValue = other.defaultValue ?? one.defaultValue
        merged.isOpen = one.isOpen && other.isOpen
        merged.additional = merging(one.additional, other.additional)
        merged.items = merging(one.items, other.items)
        if let choices = other.choices { merged.choices = one.choices?.filter(choices.contains) ?? choices }
        merged.alternatives = other.alternatives.isEmpty ? one.alternatives : other.alternatives
        merged.minimum = outer(one.minimum, other.minimum) { $0 > $1 }
        merged.maximum = outer(one.maximum, other.maximum) { $0 < $1 }
        merged.minLength = [one.minLength, other.minLength].compactMap(\.self).max()
        merged.maxLength = [one.maxLength, other.maxLength].compactMap(\.self).min()
        merged.minItems = [one.minItems, other.minItems].compactMap(\.self).max()
        merged.maxItems = [one.maxItems, other.maxItems].compactMap(\.self).min()
        for property in other.properties {
            if let place = merged.properties.firstIndex(where: { $0.name == property.name }) {
                let known = merged.properties[place]
                merged.properties[place] = Property(
                    name: known.name, schema: merging(known.schema, property.schema),
                    required: known.required || property.required)
            } else {
                merged.properties.append(property)
            }
        }
        return merged
    }

    /// A pattern for texts that have both.
    private static func merging(_ one: String?, _ other: String?) -> String? {
        guard let one, let other, one != other else { return one ?? other }
        return "^(?=[\\s\\S]*(?:\(one)))[\\s\\S]*(?:\(other))"
    }

    private static func merging(_ one: Indirect<RarerLimits>?, _ other: Indirect<RarerLimits>?) -> Indirect<
        RarerLimits
    >? {
        guard var merged = one?.value, let other = other?.value else { return one ?? other }
        merged.exclusiveMinimum = outer(merged.exclusiveMinimum, other.exclusiveMinimum) { $0 > $1 }
        merged.exclusiveMaximum = outer(merged.exclusiveMaximum, other.exclusiveMaximum) { $0 < $1 }
        merged.multipleOf = other.multipleOf ?? merged.multipleOf
        merged.minProperties = [merged.minProperties, other.minProperties].compactMap(\.self).max()
        merged.maxProperties = [merged.maxProperties, other.maxProperties].compactMap(\.self).min()
        merged.uniqueItems = merged.uniqueItems || other.uniqueItems
        merged.dependentRequired.merge(other.dependentRequired) { one, other in
            one + other.filter { !one.contains($0) }
        }
        return Indirect(merged)
    }

    private static func merging(_ one: Indirect<Schema>?, _ other: Indirect<Schema>?) -> Indirect<Schema>? {
        guard let one, let other else { return one ?? other }
        return Indirect(merging(one.value, other.value))
    }

    /// Empty stands for any kind; a whole number is a number. Kinds that exclude each other leave those of the second.
    private static func commonKinds(_ one: Set<Kind>, _ other: Set<Kind>) -> Set<Kind> {
        if one.isEmpty { return other }
        if other.isEmpty { return one }
        var common = one.intersection(other)
        if one.contains(.integer) && other.contains(.number) || one.contains(.number) && other.contains(.integer) {
            common.insert(.integer)
        }
        return common.isEmpty ? other : common
    }

    private static func outer(_ one: JSON?, _ other: JSON?, _ isStricter: (Double, Double) -> Bool) -> JSON? {
        guard let one, let other, let first = one.double, let second = other.double else { return one ?? other }
        return isStricter(first, second) ? one : other
    }
}

extension Schema {
    /// As JSON Schema, for editors, forms and documents. A schema that is larger than `mostWritten`, or holds itself, is
    /// written as far as that; what lies below allows anything.
    public var json: JSON {
        var left = Self.mostWritten
        return json(depth: 0, &left)
    }

    /// Schemas in schemas, at most.
    static let mostWritten = 5_000
    /// Levels of them.
    static let deepestWritten = 24

    private func json(depth: Int, _ left: inout Int) -> JSON {
        left -= 1
        guard left >= 0, depth < Self.deepestWritten else { return .object([:]) }
        if choices == [], kinds.isEmpty { return .bool(false) }
        var object = JSONObject()
        let order: [Kind] = [.object, .array, .string, .integer, .number, .boolean, .null]
        let names = order.filter(kinds.contains).map { JSON.string($0.rawValue) }
        if names.count > 1 { object["type"] = .array(names) } else { object["type"] = names.first }
        object["title"] = title.map { .string($0) }
        object["description"] = summary.map { .string($0) }
        object["format"] = format.map { .string($0) }
        if !properties.isEmpty {
            object["properties"] = .object(
                JSONObject(properties.map { ($0.name, $0.schema.json(depth: depth + 1, &left)) }))
            let required = properties.filter(\.required).map { JSON.string($0.name) }
            if !required.isEmpty { object["required"] = .array(required) }
        }
        if !isOpen { object["additionalProperties"] = .bool(false) }
        if let additional { object["additionalProperties"] = additional.value.json(depth: depth + 1, &left) }
        object["items"] = items?.value.json(depth: depth + 1, &left)
        object["enum"] = choices.map { .array($0) }
        object["default"] = defaultValue
        object["minimum"] = minimum
        object["maximum"] = maximum
        object["minLength"] = minLength.map { .integer($0) }
        object["maxLength"] = maxLength.map { .integer($0) }
        object["pattern"] = pattern.map { .string($0) }
        object["minItems"] = minItems.map { .integer($0) }
        object["maxItems"] = maxItems.map { .integer($0) }
        if let rarer = rarer?.value {
            object["exclusiveMinimum"] = rarer.exclusiveMinimum
            object["exclusiveMaximum"] = rarer.exclusiveMaximum
            object["multipleOf"] = rarer.multipleOf
            object["minProperties"] = rarer.minProperties.map { .integer($0) }
            object["maxProperties"] = rarer.maxProperties.map { .integer($0) }
            if rarer.uniqueItems { object["uniqueItems"] = true }
            if !rarer.dependentRequired.isEmpty {
                let names = rarer.dependentRequired.sorted { $0.key < $1.key }
                object["dependentRequired"] = .object(
                    JSONObject(names.map { ($0.key, .array($0.value.map { .string($0) })) }))
            }
        }
        if !alternatives.isEmpty { object["anyOf"] = .array(alternatives.map { $0.json(depth: depth + 1, &left) }) }
        return .object(object)
    }
}
