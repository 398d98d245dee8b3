// The children of an element: in the order of its content model, or by their names where an answer doesn't follow it.

import JSONCore

extension MessageReader {
    mutating func members(
        _ elements: [XMLElement], _ content: ComplexContent, depth: Int
    ) throws(XMLError) -> JSONObject {
        if let walk = content.index.walk, let found = try walked(elements, content, walk, depth: depth) { return found }
        var collector = MemberCollector()
        for element in elements {
            if let entry = content.index.entry(element.name, element.namespace) {
                let value = try value(element, entry.use, depth: depth + 1 + 2 * entry.groups.count)
                collector.add(value, entry)
            } else {
                collector.addOpen(try openItem(element, content, depth: depth))
            }
        }
        return collector.object
    }

    /// The value of an element by its use: one that is empty has the value that the schema gives it (part 1 §3.3.4).
    mutating func value(_ element: XMLElement, _ use: ElementUse, depth: Int) throws(XMLError) -> JSON {
        guard let given = use.fixed ?? use.defaultValue, case .none = element.content, !isNil(element) else {
            return try value(element, use.type, depth: depth)
        }
        var element = element
        element.content = .text(given)
        return try value(element, use.type, depth: depth)
    }

    /// One of the elements under `any!`.
    private mutating func openItem(
        _ element: XMLElement, _ content: ComplexContent, depth: Int
    ) throws(XMLError) -> JSON {
        var item: JSONObject = [element.name: try openValue(element, depth: depth)]
        if let namespace = element.namespace, namespace != content.index.openNamespace {
            item["@xmlns"] = .string(namespace)
        }
        return .object(item)
    }

    // MARK: - In order

    /// nil where the elements don't follow the content model.
    private mutating func walked(
        _ elements: [XMLElement], _ content: ComplexContent, _ walk: ContentWalk, depth: Int
    ) throws(XMLError) -> JSONObject? {
        var (known, others): ([XMLElement], [XMLElement]) = (elements, [])
        if !content.index.isOpen {
            // What the schema doesn't know is kept, and nothing else changes by it.
            others = elements.filter { content.index.entry($0.name, $0.namespace) == nil }
            if !others.isEmpty { known.removeAll { content.index.entry($0.name, $0.namespace) == nil } }
        }
        guard let events = walk.events(known.map { content.index.child($0) }) else { return nil }
        var place = 0
        var object = try built(events, &place, known, content, walk, depth: depth)
        for element in others {
            MemberCollector.append(
                try openItem(element, content, depth: depth), MessageWriter.anyMember, &object)
        }
        return object
    }

    /// The object that the events up to the end of the current group make.
    private mutating func built(
        _ events: [ContentWalk.Event], _ place: inout Int, _ elements: [XMLElement], _ content: ComplexContent,
        _ walk: ContentWalk, depth: Int
    ) throws(XMLError) -> JSONObject {
        var object = JSONObject()
        while place < events.count {
            let event = events[place]
            place += 1
            switch event {
            case .end: return object
            case .begin(let key):
                let inner = try built(events, &place, elements, content, walk, depth: depth + 2)
                MemberCollector.append(.object(inner), key, &object)
            case .element(let use, let child):
                let (use, isList) = walk.uses[use]
                let value = try value(elements[child], use, depth: depth + 1)
                MemberCollector.put(value, use.key, isList: isList, &object)
            case .open(let child):
                MemberCollector.append(
                    try openItem(elements[child], content, depth: depth), MessageWriter.anyMember, &object)
            }
        }
        return object
    }
}
