// From an element to JSON, by the rules of `JSONMapping`.

import JSONCore

extension XMLElement {
    /// What the element holds.
    /// - Throws: `tooLarge` when it is nested deeper than JSON is read.
    public func json(_ mapping: JSONMapping = JSONMapping()) throws(XMLError) -> JSON { try value(mapping).json }

    /// `{"name": …}`: what the element holds under its name. With `JSONMapping.formula`, what `from_xml` gives.
    public func namedJSON(_ mapping: JSONMapping = JSONMapping()) throws(XMLError) -> JSON {
        let isList = mapping.isList(memberName(mapping), count: 1)
        let value = try value(mapping).json
        return .object(
            JSONObject(uniqueEntries: [(memberName(mapping), isList ? .array([value]) : value)]))
    }

    /// The value, and how many lists and objects stand inside each other in it.
    private func value(_ mapping: JSONMapping) throws(XMLError) -> (json: JSON, depth: Int) {
        let isBare = attributes.isEmpty && (declarations.isEmpty || mapping.names == .local)
        if mapping.lists == .repeated {
            if isBare, let text = onlyText { return (.string(text), 0) }
            if children.isEmpty, attributes.count == 1, isNil { return (.null, 0) }
        }
        var members = attributeMembers(mapping)
        var (text, hasElements, depth) = ("", false, 0)
        // Values by name, in the order in which the names first occur.
        var (groups, places): ([(name: String, values: [JSON], depth: Int)], [String: Int]) = ([], [:])
        var textPlace: Int?
        for child in children {
            switch child {
            case .element(let element):
                hasElements = true
                let name = element.memberName(mapping)
                let inner = try element.value(mapping)
                if let place = places[name] {
                    groups[place].values.append(inner.json)
                    groups[place].depth = max(groups[place].depth, inner.depth)
                } else {
                    places[name] = groups.count
                    groups.append((name, [inner.json], inner.depth))
                }
            case .text(let part), .cdata(let part):
                // For formulas, as for the vendor's library, white space alone is no text.
                if mapping.lists == .always, part.isBlankText { continue }
                if textPlace == nil { textPlace = members.count + groups.count }
                text += part
            case .comment, .instruction: break
            }
        }
        for group in groups {
            let isList = mapping.isList(group.name, count: group.values.count)
            members.append((group.name, isList ? .array(group.values) : group.values[0]))
            depth = max(depth, group.depth + (isList ? 1 : 0))
        }
        if hasElements ? !text.isBlankText : !text.isEmpty {
            // Formulas have the text where it begins and with its white space; elsewhere it comes last.
            let isFormula = mapping.lists == .always
            let place = isFormula ? textPlace ?? members.count : members.count
            members.insert(
                (JSONMapping.textMember, .string(hasElements && !isFormula ? text.trimmedBlanks : text)), at: place)
        }
        guard depth < mapping.depth else {
            throw XMLError(
                .tooLarge, "elements are nested too deep to be read as JSON: more than \(mapping.depth) levels",
                line: line > 0 ? Int(line) : nil)
        }
        return (.object(JSONObject(uniqueEntries: members)), depth + 1)
    }

    /// The text when there is nothing but text; nil otherwise.
    private var onlyText: String? {
        switch content {
        case .none: return ""
        case .text(let text): return text
        case .nodes: break
        }
        let hasOnlyText = !children.contains { if case .element = $0 { true } else { false } }
        return hasOnlyText ? text : nil
    }

    private var isNil: Bool {
        let value = attribute("nil", namespace: XMLNamespace.schemaInstance)
        return value == "true" || value == "1"
    }

    private func memberName(_ mapping: JSONMapping) -> String { mapping.names == .local ? name : qualifiedName }

    private func attributeMembers(_ mapping: JSONMapping) -> [(key: String, value: JSON)] {
        guard !attributes.isEmpty || mapping.names == .written else { return [] }
        var members: [(key: String, value: JSON)] = []
        if mapping.names == .written {
            for space in declarations {
                members.append((space.prefix.map { "@xmlns:" + $0 } ?? "@xmlns", .string(space.uri)))
            }
        }
        for attribute in attributes {
            var name = "@" + (mapping.names == .local ? attribute.name : attribute.qualifiedName)
            // Attributes of one name in different namespaces: one without a prefix has the name, else the first one.
            if mapping.names == .local, attribute.prefix != nil,
                attributes.contains(where: { $0.prefix == nil && $0.name == attribute.name })
                    || members.contains(where: { $0.key == name })
            {
                name = "@" + attribute.qualifiedName
            }
            members.append((name, .string(attribute.value)))
        }
        return members
    }
}

extension JSONMapping {
    fileprivate func isList(_ name: String, count: Int) -> Bool {
        lists == .always || count > 1 || (!alwaysLists.isEmpty && alwaysLists.contains(name))
    }
}

extension String {
    /// Without white space at its ends.
    var trimmedBlanks: String {
        guard let start = utf8.firstIndex(where: { !isBlank($0) }), let end = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        // A text without any stays the same one: large values are not copied.
        if start == startIndex, utf8.index(after: end) == endIndex { return self }
        return String(self[start...end])
    }
}
