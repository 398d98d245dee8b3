// What each keyword of a JSON Schema says, read into `Schema`.

import JSONCore

extension SchemaReader {
    mutating func own(_ object: JSONObject, at pointer: JSONPointer) -> Schema {
        var schema = Schema()
        schema.kinds = kinds(object["type"], at: pointer.appending("type"))
        schema.title = text("title", of: object, at: pointer)
        schema.summary = text("description", of: object, at: pointer)
        schema.format = text("format", of: object, at: pointer)
        schema.pattern = pattern(of: object, at: pointer)
        schema.rarer = rarer(of: object, at: pointer)
        schema.defaultValue = object["default"]
        if let constant = object["const"] { schema.choices = [constant] }
        if object["enum"] != nil { schema.choices = list("enum", of: object, at: pointer) }
        schema.minimum = number("minimum", of: object, at: pointer)
        schema.maximum = number("maximum", of: object, at: pointer)
        schema.minLength = count("minLength", of: object, at: pointer)
        schema.maxLength = count("maxLength", of: object, at: pointer)
        schema.minItems = count("minItems", of: object, at: pointer)
        schema.maxItems = count("maxItems", of: object, at: pointer)
        schema.properties = properties(of: object, at: pointer)
        schema.items = elements(of: object, at: pointer).map { Indirect($0) }
        switch object["additionalProperties"] {
        case nil, .bool(true): break
        case .bool(false):
            // Members by the pattern of their name: of which pattern is not looked at, so that any of them may fit.
            let patterns = (object["patternProperties"]?.object ?? [:]).map { entry in
                self.schema(entry.value, at: pointer.appending("patternProperties").appending(entry.key))
            }
            switch patterns.count {
            case 0: schema.isOpen = false
            case 1: schema.additional = Indirect(patterns[0])
            default:
                var any = Schema()
                any.alternatives = patterns
                schema.additional = Indirect(any)
            }
        case .some(let further):
            schema.additional = Indirect(self.schema(further, at: pointer.appending("additionalProperties")))
        }
        return schema
    }

    /// The schema of elements. Where the first ones have schemas of their own (`prefixItems`), any of these may be that of any
    /// element.
    private mutating func elements(of object: JSONObject, at pointer: JSONPointer) -> Schema? {
        let rest = object["items"].map { schema($0, at: pointer.appending("items")) }
        let first = list("prefixItems", of: object, at: pointer).enumerated().map { place, element in
            schema(element, at: pointer.appending("prefixItems").appending(String(place)))
        }
        guard !first.isEmpty, let rest else { return first.isEmpty ? rest : nil }
        var any = Schema()
        any.alternatives = first + (object["items"] == false ? [] : [rest])
        return any
    }

    private mutating func pattern(of object: JSONObject, at pointer: JSONPointer) -> String? {
        guard let pattern = text("pattern", of: object, at: pointer) else { return nil }
        // Those of large foreign schemas are read when a value is held against them.
        if !isLenient {
            do throws(FormulaRegex.Invalid) { _ = try JSONPattern(pattern) } catch {
                report("the pattern can't be read: \(error.message)", at: pointer.appending("pattern"))
            }
        }
        return pattern
    }

    private mutating func rarer(of object: JSONObject, at pointer: JSONPointer) -> Indirect<Schema.RarerLimits>? {
        var limits = Schema.RarerLimits()
        limits.exclusiveMinimum = number("exclusiveMinimum", of: object, at: pointer)
        limits.exclusiveMaximum = number("exclusiveMaximum", of: object, at: pointer)
        limits.multipleOf = number("multipleOf", of: object, at: pointer)
        if let factor = limits.multipleOf, (factor.double ?? 0) <= 0 {
            report("\"multipleOf\" is a number above 0", at: pointer.appending("multipleOf"))
            limits.multipleOf = nil
        }
        limits.minProperties = count("minProperties", of: object, at: pointer)
        limits.maxProperties = count("maxProperties", of: object, at: pointer)
        limits.uniqueItems = object["uniqueItems"] == true
        limits.dependentRequired = dependentRequired(of: object, at: pointer)
        return limits == Schema.RarerLimits() ? nil : Indirect(limits)
    }

    private mutating func dependentRequired(of object: JSONObject, at pointer: JSONPointer) -> [String: [String]] {
        guard let json = object["dependentRequired"] else { return [:] }
        let place = pointer.appending("dependentRequired")
        guard let members = json.object else {
            report("\"dependentRequired\" is an object from names to lists of names", at: place)
            return [:]
        }
        var found: [String: [String]] = [:]
        for (name, json) in members {
            let names = json.array?.compactMap(\.string) ?? []
            if names.count != json.array?.count { report("this must be a list of names", at: place.appending(name)) }
            if !names.isEmpty { found[name] = names }
        }
        return found
    }

    private mutating func properties(of object: JSONObject, at pointer: JSONPointer) -> [Schema.Property] {
        let required = list("required", of: object, at: pointer).compactMap(\.string)
        var undescribed = Set(required)
        var properties: [Schema.Property] = []
        let place = pointer.appending("properties")
        switch object["properties"] {
        case nil: break
        case .object(let members):
            for (name, json) in members {
                let schema = self.schema(json, at: place.appending(name))
                let isRequired = undescribed.remove(name) != nil
                properties.append(Schema.Property(name: name, schema: schema, required: isRequired))
            }
        case .some(let other):
            report(
                "\"properties\" is an object from names to schemas, not \(SchemaMismatch.words(for: other))", at: place)
        }
        // Required without being described: anything, but it has to be there.
        for name in required where undescribed.remove(name) != nil {
            properties.append(Schema.Property(name: name, schema: .any, required: true))
        }
        return properties
    }

    private mutating func kinds(_ json: JSON?, at pointer: JSONPointer) -> Set<Schema.Kind> {
        guard let json else { return [] }
        let names: [JSON] = if case .array(let names) = json { names } else { [json] }
        var kinds: Set<Schema.Kind> = []
        for name in names {
            if let kind = name.string.flatMap(Schema.Kind.init) {
                kinds.insert(kind)
            } else {
                let known = ["string", "integer", "number", "boolean", "array", "object", "null"]
                report(
                    "no type is called \(SchemaMismatch.words(for: name)); there are " + known.joined(separator: ", "),
                    suggestion: name.string.flatMap { Suggestion.didYouMean($0, among: known) }, at: pointer)
            }
        }
        return kinds
    }

    private mutating func text(_ key: String, of object: JSONObject, at pointer: JSONPointer) -> String? {
        guard let json = object[key] else { return nil }
        if json.string == nil {
            report("\"\(key)\" is a text, not \(SchemaMismatch.words(for: json))", at: pointer.appending(key))
        }
        return json.string
    }

    private mutating func number(_ key: String, of object: JSONObject, at pointer: JSONPointer) -> JSON? {
        guard let json = object[key] else { return nil }
        if json.kind == .number { return json }
        report("\"\(key)\" is a number, not \(SchemaMismatch.words(for: json))", at: pointer.appending(key))
        return nil
    }

    private mutating func count(_ key: String, of object: JSONObject, at pointer: JSONPointer) -> Int? {
        guard let json = object[key] else { return nil }
        if let count = json.integer, count >= 0 { return count }
        report(
            "\"\(key)\" is a whole number from 0, not \(SchemaMismatch.words(for: json))", at: pointer.appending(key))
        return nil
    }

    mutating func list(_ key: String, of object: JSONObject, at pointer: JSONPointer) -> [JSON] {
        guard let json = object[key] else { return [] }
        if let list = json.array { return list }
        report("\"\(key)\" is a list, not \(SchemaMismatch.words(for: json))", at: pointer.appending(key))
        return []
    }
}
