// Complex types: what they hold, what they inherit, their attributes.

/// What a complex type holds, before groups are named.
struct ComplexParts {
    var attributes: [AttributeUse] = []
    /// In the order in which they stand in a message: inherited ones first.
    var particles: [Particle] = []
    var text: TypeReference?
    var isMixed = false
    var hasAnyAttribute = false
    /// Of a SOAP-encoded array.
    var item: TypeReference?
    var base: QName?
    /// How many types it is derived from, one from the other.
    var derivations = 0
}

extension MessageCompiler {
    func complexParts(_ name: QName, _ component: SchemaComponent) throws(DescriptionFinding) -> ComplexParts {
        if let known = parts[name] { return known }
        guard underWay.insert(name).inserted else {
            report("the type \(name.name) is derived from itself", at: component.node, Place(component))
            return ComplexParts()
        }
        try checkDerivations(underWay.count, name.name, at: component.node, Place(component))
        defer { underWay.remove(name) }
        let made = try complexParts(component.node, Place(component))
        parts[name] = made
        return made
    }

    func shape(of parts: ComplexParts) -> MessageType.Shape {
        if let item = parts.item { return .array(item) }
        var (particle, text) = (ContentModel.particle(parts.particles), parts.text)
        // An element around nothing but a reference to bytes holds these.
        if case .element(let use)? = particle, use.name == BinaryParts.reference, !use.occurs.isRepeated {
            (particle, text) = (nil, .builtin(.base64Binary))
            needsParts = true
        }
        return .complex(
            ComplexContent(
                attributes: ContentModel.named(parts.attributes), particle: particle, text: text,
                isMixed: parts.isMixed,
                hasAnyAttribute: parts.hasAnyAttribute))
    }

    /// - Parameter node: a `complexType`.
    func complexParts(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> ComplexParts {
        var parts = ComplexParts()
        parts.isMixed = isTrue(node.attribute("mixed"))
        for child in node.elements {
            let inner = place.entering(child)
            switch child.name {
            case "simpleContent", "complexContent":
                if isTrue(child.attribute("mixed")) { parts.isMixed = true }
                for derivation in child.elements where ["extension", "restriction"].contains(derivation.name) {
                    try derive(derivation, isSimple: child.name == "simpleContent", inner.entering(derivation), &parts)
                }
                return parts
            default: continue
            }
        }
        try addContent(of: node, place, &parts)
        return parts
    }

    /// Groups of elements and attributes that stand directly in `node`.
    private func addContent(
        of node: XMLElement, _ place: Place, _ parts: inout ComplexParts
    ) throws(DescriptionFinding) {
        for child in node.elements {
            switch child.name {
            case "sequence", "choice", "all", "group", "element", "any":
                if let particle = try particle(child, place, depth: 0) { parts.particles.append(particle) }
            case "attribute", "attributeGroup", "anyAttribute":
                try addAttribute(child, place, &parts)
            default: continue
            }
        }
    }

    private func derive(
        _ node: XMLElement, isSimple: Bool, _ place: Place, _ parts: inout ComplexParts
    ) throws(DescriptionFinding) {
        let isExtension = node.name == "extension"
        guard let text = node.attribute("base"), let name = place.prefixes.name(text) else {
            report("a derivation has no base that is known", at: node, place)
            return try addContent(of: node, place, &parts)
        }
        if isArray(name) {
            parts.item = try arrayItem(node, place)
            return
        }
        parts.base = name
        if let builtin = Self.builtin(name) {
            if isSimple { parts.text = .builtin(builtin) } else { parts.hasAnyAttribute = builtin == .anyType }
            if isSimple { try restrictText(node, place, &parts) }
            return try addContent(of: node, place, &parts)
        }
        guard let component = schemas.types[name] else {
            report("there is no type \(name) to derive from; what it holds is not known", at: node, place)
            return try addContent(of: node, place, &parts)
        }
        if component.node.name == "simpleType" {
            parts.text = reference(name)
            if isSimple { try restrictText(node, place, &parts) }
            return try addContent(of: node, place, &parts)
        }
        let base = try complexParts(name, component)
        try count(base.particles.count + base.attributes.count)
        let isMixed = parts.isMixed
        let own = parts
        parts = base
        (parts.base, parts.isMixed) = (own.base, isMixed || base.isMixed)
        parts.derivations = base.derivations + 1
        try checkDerivations(parts.derivations, name.name, at: node, place)
        if !isExtension { parts.particles = isSimple ? base.particles : [] }
        if base.item != nil, !isExtension, let item = try? arrayItem(node, place) { parts.item = item }
        if isSimple, !isExtension { try restrictText(node, place, &parts) }
        try addContent(of: node, place, &parts)
    }

    /// The facets of a restricted text.
    private func restrictText(
        _ node: XMLElement, _ place: Place, _ parts: inout ComplexParts
    ) throws(DescriptionFinding) {
        guard node.name == "restriction" else { return }
        if let inner = node.first("simpleType") { parts.text = try anonymousSimple(inner, place) }
        var facets = Facets()
        addFacets(of: node, to: &facets, place)
        guard facets != Facets(), case .builtin(let builtin)? = parts.text else { return }
        parts.text = .declared(add(Draft(shape: .simple(builtin, facets: facets))))
    }

    // MARK: - Arrays

    private func isArray(_ name: QName) -> Bool {
        name.name == "Array" && Self.isEncoding(name)
    }

    /// The type of the items: from `wsdl:arrayType` (WSDL 1.1 §2.2), or from the only element of the content.
    private func arrayItem(_ node: XMLElement, _ place: Place) throws(DescriptionFinding) -> TypeReference {
        for attribute in node.all("attribute") {
            guard
                let text = attribute.attributes.first(where: {
                    $0.name == "arrayType" && $0.namespace == "http://schemas.xmlsoap.org/wsdl/"
                })?.value, let bracket = text.firstIndex(of: "[")
            else { continue }
            let (name, rank) = (String(text[..<bracket]), text[bracket...])
            var item = type(name, at: attribute, place.entering(attribute))
            if rank.contains(",") {
                report("an array of more than one dimension is taken as a plain list", at: attribute, place)
            }
            for _ in 1..<max(1, min(8, rank.count { $0 == "[" })) {
                item = .declared(add(Draft(shape: .array(item))))
            }
            return item
        }
        var parts = ComplexParts()
        try addContent(of: node, place, &parts)
        if parts.particles.count == 1, let particle = ContentModel.particle(parts.particles) {
            switch particle {
            case .element(let use): return use.type
            case .group(_, _, let inner, _):
                if inner.count == 1, case .element(let use) = inner[0] { return use.type }
            case .wildcard: break
            }
        }
        return .builtin(.anyType)
    }

    // MARK: - Attributes

    private func addAttribute(
        _ node: XMLElement, _ place: Place, _ parts: inout ComplexParts
    ) throws(DescriptionFinding) {
        let place = place.entering(node)
        try count()
        switch node.name {
        case "anyAttribute": parts.hasAnyAttribute = true
        case "attributeGroup":
            guard let text = node.attribute("ref"), let name = place.prefixes.name(text) else { return }
            guard let component = schemas.attributeGroups[name] else {
                return report("there is no attribute group \(name); its attributes are left out", at: node, place)
            }
            guard groupsUnderWay.insert(name).inserted, groupsUnderWay.count < 100 else { return }
            defer { groupsUnderWay.remove(name) }
            for child in component.node.elements { try addAttribute(child, Place(component), &parts) }
        case "attribute":
            guard let (name, declared, home) = attribute(node, place) else { return }
            parts.attributes.removeAll { $0.name == name }
            guard node.attribute("use") != "prohibited" else { return }
            var reference = TypeReference.builtin(.string)
            if let type = declared.attribute("type") {
                reference = self.type(type, at: declared, home)
            } else if let inner = declared.first("simpleType") {
                reference = try anonymousSimple(inner, home)
            }
            parts.attributes.append(
                AttributeUse(
                    name: name, type: reference, isRequired: node.attribute("use") == "required",
                    fixed: schemaValue("fixed", of: declared, home, usedAt: (node, place)),
                    defaultValue: schemaValue("default", of: declared, home, usedAt: (node, place)),
                    summary: Documentation.words(of: declared)))
        default: return
        }
    }

    /// The name, the declaration and its place; nil for a reference to nothing, which is reported.
    private func attribute(_ node: XMLElement, _ place: Place) -> (QName, XMLElement, Place)? {
        if let text = node.attribute("ref") {
            guard let name = place.prefixes.name(text) else { return nil }
            if isArrayAttribute(name) { return nil }
            guard let component = schemas.attributes[name] else {
                report("there is no attribute \(name); it is left out", at: node, place)
                return nil
            }
            return (name, component.node, Place(component))
        }
        guard let local = node.attribute("name") else { return nil }
        let isQualified =
            node.attribute("form").map { $0 == "qualified" } ?? place.document.attributesAreQualified
        return (QName(isQualified ? place.document.targetNamespace : nil, local), node, place)
    }

    private func isArrayAttribute(_ name: QName) -> Bool { name.namespace == QName.encodingNamespace }
}
