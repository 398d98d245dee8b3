// Values that no schema describes: by the types that they say they have, else as they stand.

import JSONCore

extension MessageReader {
    /// What stands where a schema leaves everything open: values by the types that they say, all else as `JSONMapping` has it.
    mutating func open(_ element: XMLElement, depth: Int) throws(XMLError) -> JSON {
        var object = try attributes(element, Self.anyContent)
        let (children, text) = (element.elements, Self.ownText(element))
        if children.isEmpty, object.isEmpty { return .string(text) }
        for (name, same) in Self.grouped(children) {
            var values: [JSON] = []
            for child in same { values.append(try openValue(child, depth: depth)) }
            object[name] = values.count == 1 ? values[0] : .array(values)
        }
        if children.isEmpty ? !text.isEmpty : !text.isBlankText {
            object[JSONMapping.textMember] = .string(children.isEmpty ? text : text.trimmedBlanks)
        }
        return .object(object)
    }

    private static let anyContent = ComplexContent(hasAnyAttribute: true)

    /// Elements by name, in the order in which the names first occur.
    private static func grouped(_ elements: [XMLElement]) -> [(name: String, elements: [XMLElement])] {
        var (groups, places): ([(name: String, elements: [XMLElement])], [String: Int]) = ([], [:])
        for element in elements {
            if let place = places[element.name] {
                groups[place].elements.append(element)
            } else {
                places[element.name] = groups.count
                groups.append((element.name, [element]))
            }
        }
        return groups
    }

    /// A table of keys and values, as PHP and Apache's servers encode one.
    static let map = QName("http://xml.apache.org/xml-soap", "Map")

    /// nil when it isn't one with different texts as keys.
    mutating func map(_ element: XMLElement, depth: Int) throws(XMLError) -> JSON? {
        let mark = prefixes.count
        defer { prefixes.removeSubrange(mark...) }
        var object = JSONObject()
        for item in element.elements {
            prefixes.removeSubrange(mark...)
            prefixes += item.declarations
            guard let key = item.first("key"), key.elements.isEmpty, object[key.text] == nil else { return nil }
            guard let inner = item.first("value") else { return nil }
            object[key.text] = try value(inner, .builtin(.anyType), depth: depth + 2)
        }
        return .object(object)
    }

    /// The value of an element that stands where any may: by its own declaration where there is one.
    mutating func openValue(_ element: XMLElement, depth: Int) throws(XMLError) -> JSON {
        let use: ElementUse?
        do throws(DescriptionError) { use = try catalog.element(QName(element.namespace, element.name)) } catch {
            throw XMLError(.unwritable, error.description)
        }
        return try value(element, use?.type ?? .builtin(.anyType), depth: depth + 2)
    }
}
