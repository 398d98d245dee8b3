// Simple types: restrictions with their facets, lists and unions.

extension MessageCompiler {
    func simpleShape(_ name: QName, _ component: SchemaComponent) throws(DescriptionFinding) -> MessageType.Shape {
        if let known = simpleShapes[name] { return known }
        let place = Place(component)
        guard underWay.insert(name).inserted else {
            report("the type \(name.name) is derived from itself; it is taken as text", at: component.node, place)
            return .simple(.string, facets: Facets())
        }
        try checkDerivations(underWay.count, name.name, at: component.node, place)
        defer { underWay.remove(name) }
        let shape = try simpleShape(component.node, place)
        simpleShapes[name] = shape
        return shape
    }

    /// - Parameter node: a `simpleType`.
    func simpleShape(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> MessageType.Shape {
        let place = place.entering(node)
        for child in node.elements {
            let inner = place.entering(child)
            switch child.name {
            case "restriction": return try restriction(child, inner)
            case "list":
                if let item = child.attribute("itemType") {
                    return .list(type(item, at: child, inner), facets: Facets())
                }
                if let item = child.first("simpleType") {
                    return .list(try anonymousSimple(item, inner), facets: Facets())
                }
                report("a list has no type of its items; they are taken as text", at: child, inner)
                return .list(.builtin(.string), facets: Facets())
            case "union":
                var members: [TypeReference] = []
                for name in (child.attribute("memberTypes") ?? "").split(whereSeparator: \.isWhitespace) {
                    members.append(type(String(name), at: child, inner))
                }
                for item in child.all("simpleType") { members.append(try anonymousSimple(item, inner)) }
                return .union(members.isEmpty ? [.builtin(.string)] : members, facets: Facets())
            default: continue
            }
        }
        return .simple(.string, facets: Facets())
    }

    /// The type that is written inside an element, an attribute or a list.
    func anonymousSimple(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> TypeReference {
        let shape = try simpleShape(node, place)
        // Without facets it is the built-in type itself.
        if case .simple(let base, let facets) = shape, facets == Facets() { return .builtin(base) }
        return .declared(add(Draft(shape: shape)))
    }

    private func restriction(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> MessageType.Shape {
        var base = MessageType.Shape.simple(.string, facets: Facets())
        if let name = node.attribute("base") {
            base = try simpleShape(of: name, at: node, place)
        } else if let inner = node.first("simpleType") {
            base = try simpleShape(inner, place)
        }
        switch base {
        case .simple(let builtin, var facets):
            addFacets(of: node, to: &facets, place)
            // Each derivation adds one.
            try checkDerivations(facets.patterns.count, "a pattern", at: node, place)
            if builtin.family == .name {
                // Prefixes mean nothing outside of the schema.
                facets.values = facets.values.map { value in
                    value.hasPrefix("{") ? value : place.prefixes.name(value)?.expanded ?? value
                }
            }
            return .simple(builtin, facets: facets)
        case .list(let item, var facets):
            addFacets(of: node, to: &facets, place)
            return .list(item, facets: facets)
        case .union(let members, var facets):
            addFacets(of: node, to: &facets, place)
            return .union(members, facets: facets)
        case .complex, .array: return base
        }
    }

    /// The shape of a simple type, or of the text of a complex one.
    private func simpleShape(
        of text: String, at node: XMLElement, _ place: Place
    ) throws(DescriptionFinding) -> MessageType.Shape {
        guard let name = place.prefixes.name(text) else {
            report("the type \"\(text.prefix(80))\" has a prefix that is not declared", at: node, place)
            return .simple(.string, facets: Facets())
        }
        if let builtin = Self.builtin(name) {
            switch builtin {
            case .nmtokens, .idrefs, .entities: return .list(.builtin(.token), facets: Facets())
            default: return .simple(builtin, facets: Facets())
            }
        }
        guard let component = schemas.types[name], component.node.name == "simpleType" else {
            report("there is no simple type \(name); it is taken as text", at: node, place)
            return .simple(.string, facets: Facets())
        }
        return try simpleShape(name, component)
    }

    /// A value that the schema gives itself, as it can stand elsewhere: a name with its namespace, all else as it is.
    /// - Parameters:
    ///   - kind: `fixed` or `default`.
    ///   - node: the declaration of the element or attribute, which stands at `home`.
    ///   - use: where an attribute is referred to; what is written there counts.
    func schemaValue(
        _ kind: String, of node: XMLElement, _ home: Place, usedAt use: (node: XMLElement, place: Place)? = nil
    ) -> String? {
        let places = [use, (node, home)].compactMap { $0 }
        for (written, place) in places {
            guard let text = written.attribute(kind) else { continue }
            return namesType(node, home) ? place.prefixes.name(text)?.expanded ?? text : text
        }
        return nil
    }

    /// Whether the texts of a type are names with prefixes, by the declarations that lead to it.
    private func namesType(_ node: XMLElement, _ place: Place) -> Bool {
        var (node, place) = (node, place)
        for _ in 0..<Self.mostDerivations {
            if let text = node.attribute("type") ?? node.attribute("base") {
                guard let name = place.prefixes.name(text) else { return false }
                if let builtin = Self.builtin(name) { return builtin.family == .name }
                guard let component = schemas.types[name] else { return false }
                (node, place) = (component.node, Place(component))
            }
            let steps = ["simpleType", "complexType", "simpleContent", "restriction", "extension"]
            guard let inner = node.elements.first(where: { steps.contains($0.name) }) else { return false }
            (node, place) = (inner, place.entering(inner))
        }
        return false
    }

    func addFacets(of node: XMLElement, to facets: inout Facets, _ place: Place) {
        var (values, patterns): ([String], [String]) = ([], [])
        for facet in node.elements {
            guard let value = facet.attribute("value") else { continue }
            let count = Int(value.trimmedBlanks)
            switch facet.name {
            case "enumeration": values.append(value)
            case "pattern":
                if let words = SchemaPattern.doubt(value) {
                    report("the pattern \(value.prefix(80)) \(words); it isn't checked", at: facet, place)
                } else {
                    patterns.append(value)
                    continue
                }
                // One of several has to match: without this one nothing can be said.
                patterns.append("")
            case "length": (facets.minLength, facets.maxLength) = (count, count)
            case "minLength": facets.minLength = count
            case "maxLength": facets.maxLength = count
            case "minInclusive": facets.minimum = value
            case "maxInclusive": facets.maximum = value
            case "minExclusive": facets.above = value
            case "maxExclusive": facets.below = value
            case "totalDigits": facets.totalDigits = count
            case "fractionDigits": facets.fractionDigits = count
            case "whiteSpace": facets.whiteSpace = value
            default: continue
            }
        }
        if !values.isEmpty { facets.values = values }
        if !patterns.isEmpty, !patterns.contains("") {
            facets.patterns.append(
                patterns.count == 1 ? patterns[0] : patterns.map { "(\($0))" }.joined(separator: "|"))
        }
    }
}
