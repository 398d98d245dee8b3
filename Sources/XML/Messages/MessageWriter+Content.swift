// Complex values: attributes, simple texts, and which members there are.

import JSONCore

extension MessageWriter {
    /// Fills an element by its complex type.
    func fill(
        _ element: inout XMLElement, _ json: JSON, _ content: ComplexContent, fixed: String? = nil, depth: Int
    ) throws(MessageMistake) {
        if let text = content.text {
            // A text with attributes may be given without them, and so may a file.
            let isFile = json[Self.fileMember] != nil && json[JSONMapping.textMember] == nil
            let object = isFile ? [JSONMapping.textMember: json] : json.object ?? [JSONMapping.textMember: json]
            try fillAttributes(&element, object, content)
            try refuseUnknown(object, known: [JSONMapping.textMember], content)
            if let value = object[JSONMapping.textMember], !value.isNull {
                element.children = try simple(value, text, fixed: fixed)
                names.declare(on: &element)
            }
            return
        }
        var object: JSONObject
        switch json {
        case .object(let members): object = members
        case .string(let text) where text.isEmpty: object = [:]
        // A list for an element that only holds one list: what an array looks like to everybody else.
        case .array(let items):
            guard let only = onlyList(content) else { throw MessageMistake("must be an object, but it is a list") }
            object = [only: .array(items)]
        default:
            if content.isMixed {
                object = [JSONMapping.textMember: json]
            } else if content.particle == nil, content.hasAnyAttribute {
                object = [JSONMapping.textMember: json]
            } else {
                throw MessageMistake("must be an object, but it is \(Self.shown(json))")
            }
        }
        try fillAttributes(&element, object, content)
        var members = PendingMembers(object, shared: content.index.shared)
        if let particle = content.particle {
            element.children += try children(particle, &members, depth: depth + 1).map { .element($0) }
        }
        if let text = object[JSONMapping.textMember], !text.isNull, content.isMixed || content.particle == nil {
            guard let written = LexicalForm.text(text, .string) else {
                throw MessageMistake("must be a text").inside(JSONMapping.textMember)
            }
            members.take(JSONMapping.textMember)
            element.children.insert(.text(written), at: 0)
        }
        try refuseUnknown(members.rest, known: [Self.typeMember], content)
    }

    private func onlyList(_ content: ComplexContent) -> String? {
        guard case .element(let use)? = content.particle, use.occurs.isRepeated else { return nil }
        return use.key
    }

    private func fillAttributes(
        _ element: inout XMLElement, _ object: JSONObject, _ content: ComplexContent
    ) throws(MessageMistake) {
        for attribute in content.attributes {
            guard let value = object[attribute.key], !value.isNull else {
                if let fixed = attribute.fixed, attribute.isRequired {
                    element.attributes.append(self.attribute(attribute.name, try schemaValue(fixed, attribute.type)))
                } else if attribute.isRequired {
                    throw MessageMistake("is missing").inside(attribute.key)
                }
                continue
            }
            do throws(MessageMistake) {
                element.attributes.append(
                    self.attribute(
                        attribute.name, try text(value, attribute.type, fixed: attribute.fixed)))
            } catch {
                throw error.inside(attribute.key)
            }
        }
        names.declare(on: &element)
        guard content.hasAnyAttribute else { return }
        for (key, value) in object where key.hasPrefix("@") && key != Self.typeMember {
            let name = String(key.dropFirst())
            guard !content.attributes.contains(where: { $0.key == key }), XMLName.isName(name) else { continue }
            guard let text = LexicalForm.text(value, .string) else { continue }
            element.attributes.append(XMLAttribute(name, text))
        }
    }

    private func attribute(_ name: QName, _ value: String) -> XMLAttribute {
        XMLAttribute(name.name, value, namespace: name.namespace)
    }

    private func refuseUnknown(
        _ object: JSONObject, known: [String], _ content: ComplexContent
    ) throws(MessageMistake) {
        for key in object.keys where !known.contains(key) && key != Self.typeMember {
            if key.hasPrefix("@"), content.hasAnyAttribute || content.attributes.contains(where: { $0.key == key }) {
                continue
            }
            let names = content.attributes.map(\.key) + ContentModelNames.keys(content.particle)
            throw MessageMistake(
                "there is no such member; there are: "
                    + (names.isEmpty ? "none" : names.prefix(40).joined(separator: ", "))
            ).inside(key)
        }
    }
}
