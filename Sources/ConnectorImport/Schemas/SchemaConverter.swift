// Schemas of OpenAPI 2.0, 3.0 and 3.1 as JSON Schema 2020-12: whatever a document holds, what comes out can be read.

import JSONCore

/// Converts schemas; what they refer to becomes a file each.
struct SchemaConverter {
    /// Nesting within one schema.
    static let deepest = 100
    let shelf: SchemaShelf
    /// Called with what could not be carried over.
    let note: (String) -> Void

    private var documents: DocumentSet { shelf.documents }

    /// - Parameter without: members that the whole, of which this is a part, leaves out in this direction.
    func schema(_ node: Node, _ direction: Direction, depth: Int = 0, without: Set<String> = []) -> JSON {
        guard depth < Self.deepest else {
            note("a schema is nested more than \(Self.deepest) deep; below that anything is taken")
            return [:]
        }
        if case .bool(let allowed) = node.json { return .bool(allowed) }
        guard case .object(let object) = node.json else { return [:] }
        var result = JSONObject()
        if let reference = object["$ref"]?.string ?? object["$dynamicRef"]?.string {
            do {
                let (target, found) = try documents.target(reference, from: node.document)
                // Another schema than the one that others refer to; once, or what refers back and forth would multiply.
                let once = Self.deepest / 2
                if depth < once, isChanged(found, without, direction) {
                    return schema(found, direction, depth: depth + once, without: without)
                }
                result["$ref"] = .string(shelf.reference(to: target, found, direction))
            } catch {
                note("a schema is taken as anything: \(error.message)")
            }
        }
        keywords(object, into: &result)
        let leftOut = without.union(node["allOf"] == nil ? [] : self.leftOut(node, direction))
        structure(node, direction, depth, leftOut, into: &result)
        return .object(result)
    }

    /// Whether a schema has one of the names where it doesn't say itself that they go the other way.
    private func isChanged(_ node: Node, _ names: Set<String>, _ direction: Direction) -> Bool {
        guard !names.isEmpty else { return false }
        let own = leftOut(node, direction)
        return (documents.parts(of: node) ?? []).contains { part in
            (part["properties"]?.object ?? []).contains { names.contains($0.key) && !own.contains($0.key) }
                || (part.json["required"]?.array ?? []).contains {
                    $0.string.map { names.contains($0) && !own.contains($0) } == true
                }
        }
    }

    // MARK: - Keywords with values

    private func keywords(_ object: JSONObject, into result: inout JSONObject) {
        let kinds = SchemaKinds(object)
        if let type = kinds.json { result["type"] = type }
        if let title = object["title"]?.string { result["title"] = .string(Printable.text(title)) }
        if let text = object["description"]?.string, !text.isEmpty {
            result["description"] = .string(Printable.prose(text, most: 500))
        }
        if let format = object["format"]?.string { result["format"] = .string(Printable.text(format, most: 60)) }
        if let pattern = object["pattern"]?.string, pattern.utf8.count <= 2_000 { result["pattern"] = .string(pattern) }
        if let choices = object["enum"]?.array, !choices.isEmpty {
            var choices = choices.map(kinds.fitting)
            if kinds.isNullable, !choices.contains(.null) { choices.append(.null) }
            result["enum"] = .array(choices)
        }
        if let constant = object["const"] { result["const"] = kinds.fitting(constant) }
        if let value = object["default"] { result["default"] = kinds.fitting(value) }
        if let examples = object["examples"]?.array, !examples.isEmpty {
            result["examples"] = .array(Array(examples.prefix(3)))
        } else if let example = object["example"] ?? object["x-example"] {
            result["examples"] = [kinds.fitting(example)]
        }
        bounds(object, into: &result)
        for key in ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] {
            if let count = Self.whole(object[key]), count >= 0 { result[key] = .integer(count) }
        }
        for key in ["uniqueItems", "deprecated"] where object[key] == true { result[key] = true }
        for key in ["contentEncoding", "contentMediaType"] {
            if let text = object[key]?.string { result[key] = .string(Printable.text(text, most: 100)) }
        }
        if let names = object["required"]?.array?.compactMap(\.string), !names.isEmpty {
            result["required"] = .array(names.map { .string($0) })
        }
        if let xml = object["xml"]?.object {
            var kept = JSONObject()
            for key in ["name", "namespace", "prefix"] { if xml[key]?.string != nil { kept[key] = xml[key] } }
            for key in ["attribute", "wrapped"] where xml[key] == true { kept[key] = true }
            if !kept.isEmpty { result["xml"] = .object(kept) }
        }
    }

    /// OpenAPI 3.0 says with true that `minimum` itself is excluded, JSON Schema gives the number.
    private func bounds(_ object: JSONObject, into result: inout JSONObject) {
        for (key, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if let bound = Self.number(object[key]) {
                result[object[exclusive] == true ? exclusive : key] = bound
            }
            if let bound = Self.number(object[exclusive]) { result[exclusive] = bound }
        }
        if let factor = Self.number(object["multipleOf"]), (factor.double ?? 0) > 0 { result["multipleOf"] = factor }
    }

    private static func number(_ json: JSON?) -> JSON? {
        switch json {
        case .integer?, .number?: json
        case .string(let text)?: JSON(number: text)
        default: nil
        }
    }

    private static func whole(_ json: JSON?) -> Int? {
        number(json).flatMap { $0.integer ?? $0.double.flatMap { Int(exactly: $0) } }
    }

    // MARK: - Keywords with schemas

    private func structure(
        _ node: Node, _ direction: Direction, _ depth: Int, _ leftOut: Set<String>, into result: inout JSONObject
    ) {
        func inner(_ node: Node) -> JSON { schema(node, direction, depth: depth + 1) }
        var leftOut = leftOut
        for key in ["properties", "patternProperties", "dependentSchemas"] {
            guard let members = node[key]?.object, !members.isEmpty else { continue }
            var kept = JSONObject()
            for member in members {
                if key == "properties", leftOut.contains(member.key) || isLeftOut(member.value, direction) {
                    leftOut.insert(member.key)
                    continue
                }
                kept[member.key] = inner(member.value)
            }
            if !kept.isEmpty { result[key] = .object(kept) }
        }
        let required = (result["required"]?.array ?? []).filter { $0.string.map { !leftOut.contains($0) } ?? false }
        result["required"] = required.isEmpty ? nil : .array(required)
        for key in [
            "additionalProperties", "unevaluatedProperties", "propertyNames", "contains", "not", "if", "then", "else",
        ] {
            if let found = node[key], found.json.object != nil || found.json.bool != nil { result[key] = inner(found) }
        }
        if let items = node["items"] {
            // A list of schemas was the tuple of older drafts.
            if items.json.array != nil {
                result["prefixItems"] = .array(items.array.map(inner))
            } else if items.json.object != nil || items.json.bool != nil {
                result["items"] = inner(items)
            }
        }
        if let items = node["prefixItems"]?.array, !items.isEmpty { result["prefixItems"] = .array(items.map(inner)) }
        for key in ["allOf", "anyOf", "oneOf"] {
            guard let parts = node[key]?.array, !parts.isEmpty else { continue }
            guard key == "allOf" else {
                result[key] = .array(parts.map(inner))
                continue
            }
            var seen = Set<String>()
            result[key] = .array(
                parts.compactMap { part in
                    if let reference = part.text("$ref"), part.json.object?.count == 1, !seen.insert(reference).inserted
                    {
                        return nil
                    }
                    return schema(part, direction, depth: depth + 1, without: leftOut)
                })
        }
        if let dependent = node["dependentRequired"]?.json.object {
            let kept = dependent.filter { $0.value.array?.allSatisfy { $0.string != nil } == true }
            if !kept.isEmpty { result["dependentRequired"] = .object(JSONObject(kept.map { ($0.key, $0.value) })) }
        }
        if let discriminator = node["discriminator"] { tell(apart: discriminator, node, into: &result) }
    }

    /// Whether a member only goes the other way; references and `allOf` are looked through.
    func isLeftOut(_ node: Node, _ direction: Direction) -> Bool {
        let key = direction == .input ? "readOnly" : "writeOnly"
        return (documents.parts(of: node) ?? [node]).contains { $0.json[key] == true }
    }

    /// The members of an object that only go the other way, by what any part of it says.
    func leftOut(_ node: Node, _ direction: Direction) -> Set<String> {
        let members = (documents.parts(of: node) ?? [node]).flatMap { $0["properties"]?.object ?? [] }
        return Set(members.filter { isLeftOut($0.value, direction) }.map(\.key))
    }

    /// The discriminator's value of each alternative, which OpenAPI leaves to its reader.
    private func tell(apart discriminator: Node, _ node: Node, into result: inout JSONObject) {
        guard let property = discriminator.text("propertyName") else { return }
        var values: [Target: [String]] = [:]
        for entry in discriminator["mapping"]?.json.object ?? [:] {
            guard let text = entry.value.string else { continue }
            let reference = text.contains("/") || text.contains("#") ? text : "#/components/schemas/" + text
            if let (target, _) = try? documents.target(reference, from: node.document) {
                values[target, default: []].append(entry.key)
            }
        }
        for key in ["oneOf", "anyOf"] {
            guard let parts = node[key]?.array, case .array(var converted)? = result[key],
                converted.count == parts.count
            else { continue }
            for (place, part) in parts.enumerated() {
                guard let reference = part.text("$ref"),
                    let (target, found) = try? documents.target(reference, from: part.document),
                    case .object(var object) = converted[place]
                else { continue }
                guard let names = values[target] ?? implied(property, target, found) else { continue }
                var members = object["properties"]?.object ?? [:]
                members[property] = ["enum": .array(names.map { .string($0) })]
                object["properties"] = .object(members)
                object["required"] = .array((object["required"]?.array ?? []) + [.string(property)])
                converted[place] = .object(object)
            }
            result[key] = .array(converted)
        }
    }

    /// Without a mapping a schema's own name is its value, unless the schema says otherwise.
    private func implied(_ property: String, _ target: Target, _ schema: Node) -> [String]? {
        guard let name = target.pointer.tokens.last, let member = schema["properties"]?[property] else { return nil }
        let found = (try? documents.followed(member)) ?? member
        if found.json["const"] != nil { return nil }
        if let choices = found.json["enum"]?.array { return choices.contains(.string(name)) ? [name] : nil }
        return found.text("type") == "string" ? [name] : nil
    }
}
