// Places that the schema leaves open: values that say their types, elements that anyone may define.

import JSONCore

extension MessageWriter {
    /// A value of any type: it says its own with `@xsi:type`, or scalars get that of their kind.
    func open(_ element: XMLElement, _ json: JSON, depth: Int) throws(MessageMistake) -> XMLElement {
        var element = element
        if let text = json[Self.typeMember]?.string, !Self.isDeclared(text, { json["@xmlns:" + $0] != nil }) {
            let (type, name) = try typeNamed(text)
            guard case .builtin = type else {
                return try self.element(
                    ElementUse(name: QName(element.namespace, element.name), type: type), json, depth: depth + 1)
            }
            if type != .builtin(.anyType) {
                let text = try self.text(json[JSONMapping.textMember] ?? "", type)
                element.children = text.isEmpty ? [] : [.text(text)]
                names.declare(on: &element)
                setType(&element, name)
                return element
            }
        }
        switch json {
        case .string(let text):
            element.children = text.isEmpty ? [] : [.text(text)]
            setType(&element, QName(QName.schemaNamespace, "string"))
        case .integer, .number, .bool:
            let type: XSDBuiltin = json.bool != nil ? .boolean : json.integer != nil ? .int : .decimal
            let fits = LexicalForm.text(json, type) != nil
            let shown = fits ? type : json.integer != nil ? .long : .double
            element.children = [.text(LexicalForm.text(json, shown) ?? "")]
            setType(&element, QName(QName.schemaNamespace, shown.rawValue))
        case .array where isEncoded:
            try fillArray(&element, json, .builtin(.anyType), depth: depth)
        case .object, .null, .array:
            do throws(XMLError) {
                let namespace = element.namespace
                let scope = NameScope(namespaces: [:], namespace: nil)
                var made = try XMLElement(element.name, json: json, scope: scope)
                made.namespace = namespace
                element = made
            } catch { throw MessageMistake(error.message) }
            try declareTypes(&element, [])
        }
        return element
    }

    /// The type that `@xsi:type` names: one of XML Schema, or of the service.
    private func typeNamed(_ text: String) throws(MessageMistake) -> (TypeReference, QName) {
        let plain = text.trimmedBlanks
        if let name = QName(expanded: plain), let type = MessageCompiler.builtin(name) { return (.builtin(type), name) }
        if let type = XSDBuiltin(rawValue: plain) { return (.builtin(type), QName(QName.schemaNamespace, plain)) }
        do throws(DescriptionError) {
            if plain.hasPrefix("{") {
                if let name = QName(expanded: plain), let number = try catalog.typeNumber(name) {
                    return (.declared(number), name)
                }
            } else {
                for uri in catalog.namespaces.uris {
                    let name = QName(uri, plain)
                    if let number = try catalog.typeNumber(name) { return (.declared(number), name) }
                }
                let name = QName(nil, plain)
                if let number = try catalog.typeNumber(name) { return (.declared(number), name) }
            }
            let local = plain.split(whereSeparator: { $0 == "}" || $0 == ":" }).last.map { String($0) } ?? plain
            let known = try catalog.typeNames.map(\.name) + XSDBuiltin.allCases.map(\.rawValue)
            let near = NearName.closest(to: local, among: known).map { "; did you mean \"\($0)\"?" }
            throw DescriptionError("there is no type \"\(plain.prefix(80))\"\(near ?? "")")
        } catch { throw MessageMistake(error.description).inside(Self.typeMember) }
    }

    /// Whether a name has a prefix that the value declares itself.
    private static func isDeclared(_ name: String, _ declares: (String) -> Bool) -> Bool {
        guard !name.hasPrefix("{"), let colon = name.firstIndex(of: ":") else { return false }
        return declares(String(name[..<colon]).trimmedBlanks)
    }

    /// Types of elements further inside: their names, too, are those of types that there are, with prefixes that are declared.
    /// - Parameter prefixes: that the value itself declares around the element.
    private func declareTypes(_ element: inout XMLElement, _ prefixes: [String?]) throws(MessageMistake) {
        let prefixes = prefixes + element.declarations.map(\.prefix)
        if let place = element.attributes.firstIndex(where: {
            $0.name == "type" && $0.namespace == XMLNamespace.schemaInstance
        }), !Self.isDeclared(element.attributes[place].value, { prefixes.contains($0) }) {
            let (_, name) = try typeNamed(element.attributes[place].value)
            element.attributes.remove(at: place)
            setType(&element, name)
        }
        guard case .nodes(var nodes) = element.content else { return }
        for place in nodes.indices {
            guard case .element(var child) = nodes[place] else { continue }
            try declareTypes(&child, prefixes)
            nodes[place] = .element(child)
        }
        element.children = nodes
    }

    /// Elements where the schema lets any stand: objects with the elements' names, or texts with XML.
    /// - Parameter namespace: of the elements that name none.
    func openElements(_ json: JSON?, namespace: String?, depth: Int) throws(MessageMistake) -> [XMLElement] {
        guard let json, !json.isNull else { return [] }
        var made: [XMLElement] = []
        for (place, item) in (json.array ?? [json]).enumerated() {
            do throws(MessageMistake) { made += try openElement(item, namespace, depth: depth) } catch {
                throw error.inside("[\(place)]").inside(Self.anyMember)
            }
        }
        return made
    }

    private func openElement(_ item: JSON, _ namespace: String?, depth: Int) throws(MessageMistake) -> [XMLElement] {
        switch item {
        case .string(let text):
            do throws(XMLError) { return [try XMLElement.parse(text)] } catch {
                throw MessageMistake("must be XML or an object: \(error.description)")
            }
        case .object(let object):
            var made: [XMLElement] = []
            let namespace = object["@xmlns"]?.string ?? namespace
            for (name, value) in object where !name.hasPrefix("@") {
                if let use = try declaredElement(name, namespace: namespace) {
                    made += try elements(use, value, depth: depth + 1)
                    continue
                }
                do throws(XMLError) {
                    let scope = NameScope(namespace: namespace)
                    made += try XMLElement.elements(of: [name: value], scope: scope)
                } catch { throw MessageMistake(error.message) }
            }
            return made
        default:
            throw MessageMistake("must be XML or an object with the elements' names, but it is \(Self.shown(item))")
        }
    }

    private func declaredElement(_ name: String, namespace: String?) throws(MessageMistake) -> ElementUse? {
        do throws(DescriptionError) {
            if let namespace { return try catalog.element(QName(namespace, name)) }
            for uri in catalog.namespaces.uris {
                if let use = try catalog.element(QName(uri, name)) { return use }
            }
            return nil
        } catch { throw MessageMistake(error.description) }
    }
}
