// Content models: elements, groups and wildcards as the schema writes them.

extension MessageCompiler {
    /// Of what an `any` lets stand, when it is just one.
    private func onlyNamespace(_ node: XMLElement, _ place: Place) -> String? {
        let words = (node.attribute("namespace") ?? "##any").split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let word = words.first else { return nil }
        if word == "##targetNamespace" { return place.document.targetNamespace }
        return word.hasPrefix("##") ? nil : String(word)
    }

    /// - Parameter node: `sequence`, `choice`, `all`, `group`, `element` or `any`.
    /// - Returns: nil for what can't occur at all.
    func particle(_ node: XMLElement, _ place: Place, depth: Int) throws(DescriptionFinding) -> Particle? {
        let place = place.entering(node)
        let occurs = occurs(node, place)
        guard occurs.most != 0 else { return nil }
        guard depth < 60 else {
            report("groups are nested deeper than 60; the inner ones are left out", at: node, place)
            return nil
        }
        try count()
        switch node.name {
        case "any": return .wildcard(occurs, namespace: onlyNamespace(node, place))
        case "element": return try element(node, occurs, place)
        case "group":
            guard let text = node.attribute("ref"), let name = place.prefixes.name(text) else { return nil }
            guard let component = schemas.groups[name] else {
                report("there is no group \(name); its elements are left out", at: node, place)
                return nil
            }
            guard groupsUnderWay.insert(name).inserted else {
                report("the group \(name.name) holds itself; the inner one is left out", at: node, place)
                return nil
            }
            defer { groupsUnderWay.remove(name) }
            let inner = Place(component)
            for child in component.node.elements where ["sequence", "choice", "all"].contains(child.name) {
                guard let particle = try particle(child, inner, depth: depth + 1) else { return nil }
                return occurs == .once ? particle : .group(.sequence, occurs, [particle], key: nil)
            }
            return nil
        case "sequence", "choice", "all":
            var parts: [Particle] = []
            for child in node.elements
            where ["sequence", "choice", "all", "group", "element", "any"].contains(child.name) {
                if let part = try particle(child, place, depth: depth + 1) { parts.append(part) }
            }
            return parts.isEmpty
                ? nil : .group(Particle.Order(rawValue: node.name) ?? .sequence, occurs, parts, key: nil)
        default: return nil
        }
    }

    private func occurs(_ node: XMLElement, _ place: Place) -> Occurs {
        func number(_ name: String) -> Int? {
            guard let text = node.attribute(name)?.trimmedBlanks else { return 1 }
            if text == "unbounded" { return nil }
            guard let number = Int(text), number >= 0 else {
                report("\(name)=\"\(text.prefix(40))\" is no number; it is taken as 1", at: node, place)
                return 1
            }
            return number
        }
        return Occurs(number("minOccurs") ?? 1, number("maxOccurs"))
    }

    private func element(_ node: XMLElement, _ occurs: Occurs, _ place: Place) throws(DescriptionFinding) -> Particle? {
        if let text = node.attribute("ref") {
            guard let name = place.prefixes.name(text) else {
                report(
                    "the element \"\(text.prefix(80))\" has a prefix that is not declared; it is left out", at: node,
                    place)
                return nil
            }
            guard let component = schemas.elements[name] else {
                // .NET's data sets: a schema, and what follows it.
                if name.namespace == QName.schemaNamespace { return .wildcard(occurs) }
                report("there is no element \(name); anything may stand there", at: node, place)
                return .wildcard(occurs)
            }
            return try substituted(name, component, occurs)
        }
        guard let local = node.attribute("name") else {
            report("an element has neither a name nor a reference; it is left out", at: node, place)
            return nil
        }
        let isQualified = node.attribute("form").map { $0 == "qualified" } ?? place.document.elementsAreQualified
        let name = QName(isQualified ? place.document.targetNamespace : nil, local)
        return .element(try use(name, node, occurs, place))
    }

    /// An element, or a choice among it and those of its substitution group.
    private func substituted(
        _ name: QName, _ component: SchemaComponent, _ occurs: Occurs
    ) throws(DescriptionFinding) -> Particle {
        guard substitutes[name] != nil else { return .element(try elementUse(global: name, component, occurs)) }
        var (uses, seen, next) = ([Particle](), Set([name]), [name])
        while let current = next.popLast() {
            guard let component = schemas.elements[current] else { continue }
            try count()
            if !isTrue(component.node.attribute("abstract")) {
                uses.append(.element(try elementUse(global: current, component, .once)))
            }
            for member in (substitutes[current] ?? []).reversed() where seen.insert(member).inserted {
                next.append(member)
            }
        }
        if uses.isEmpty { return .wildcard(occurs) }
        return .group(.choice, occurs, uses, key: nil)
    }

    /// A use of an element that is declared by itself.
    func elementUse(
        global name: QName, _ component: SchemaComponent, _ occurs: Occurs
    ) throws(DescriptionFinding) -> ElementUse {
        var reference = globalTypes[name]
        let place = Place(component)
        if reference == nil {
            reference = try typeOfElement(component.node, place)
            globalTypes[name] = reference
        }
        return use(name, component.node, occurs, reference ?? .builtin(.anyType), place)
    }

    private func use(
        _ name: QName, _ node: XMLElement, _ occurs: Occurs, _ place: Place
    ) throws(DescriptionFinding) -> ElementUse {
        use(name, node, occurs, try typeOfElement(node, place), place)
    }

    private func use(
        _ name: QName, _ node: XMLElement, _ occurs: Occurs, _ type: TypeReference, _ place: Place
    ) -> ElementUse {
        ElementUse(
            name: name, type: type, occurs: occurs, isNillable: isTrue(node.attribute("nillable")),
            fixed: schemaValue("fixed", of: node, place), defaultValue: schemaValue("default", of: node, place),
            summary: Documentation.words(of: node))
    }

    private func typeOfElement(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> TypeReference {
        var (node, place) = (node, place)
        // Without a type of its own an element has that of the head of its substitution group.
        for _ in 0..<20 {
            if let text = node.attribute("type") { return type(text, at: node, place) }
            if let inner = node.first("simpleType") { return try anonymousSimple(inner, place) }
            if let inner = node.first("complexType") { return later(inner, place) }
            guard let head = node.attribute("substitutionGroup"), let name = place.prefixes.name(head),
                let component = schemas.elements[name]
            else { break }
            (node, place) = (component.node, Place(component))
        }
        return .builtin(.anyType)
    }
}
