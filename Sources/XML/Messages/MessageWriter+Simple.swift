// Simple texts by their types, encoded arrays, and places that the schema leaves open.

import JSONCore

extension MessageWriter {
    /// The text for a value of a simple type.
    func text(_ json: JSON, _ reference: TypeReference, depth: Int = 0) throws(MessageMistake) -> String {
        guard depth < 20 else { throw MessageMistake("its type is nested too deep") }
        if case .builtin(let type) = reference {
            guard let text = LexicalForm.text(json, type) else {
                throw MessageMistake("must be \(LexicalForm.wanted(type)), but it is \(Self.shown(json))")
            }
            return text
        }
        guard let type = try declared(reference) else { return "" }
        switch type.shape {
        case .simple(let base, let facets):
            guard let text = LexicalForm.text(json, base) else {
                throw MessageMistake("must be \(LexicalForm.wanted(base)), but it is \(Self.shown(json))")
            }
            try facets.check(text, base)
            return text
        case .list(let item, let facets):
            // A text with blanks holds several values, as the message does.
            let parts = json.string?.split(whereSeparator: { $0.isASCII && $0.isWhitespace })
            let items = json.array ?? parts?.map { .string(String($0)) } ?? [json]
            var texts: [String] = []
            for (place, value) in items.enumerated() {
                do throws(MessageMistake) { texts.append(try self.text(value, item, depth: depth + 1)) } catch {
                    throw json.array == nil ? error : error.inside("[\(place)]")
                }
                guard let text = texts.last, !text.isEmpty, !text.contains(where: { $0.isASCII && $0.isWhitespace })
                else {
                    throw MessageMistake("can't be empty or have blanks in it: blanks separate values").inside(
                        "[\(place)]")
                }
            }
            try facets.check(items: texts)
            return texts.joined(separator: " ")
        case .union(let types, let facets):
            var mistakes: [MessageMistake] = []
            for type in types {
                do throws(MessageMistake) {
                    let text = try self.text(json, type, depth: depth + 1)
                    try facets.checkUnion(text)
                    return text
                } catch { mistakes.append(error) }
            }
            // What it has to be in the end says more than what each member wants.
            if !facets.values.isEmpty { try facets.checkUnion(json.string ?? json.compact) }
            guard let first = mistakes.first else { throw MessageMistake("must be a text") }
            // Several members, several reasons: all of them, while they are few.
            let others = Set(mistakes.map(\.message))
            guard others.count > 1, others.count <= 4 else { throw first }
            throw MessageMistake(
                mistakes.map(\.message).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                    .joined(separator: "; or it "))
        case .complex(let content):
            guard let text = content.text else { throw MessageMistake("must be a text") }
            return try self.text(json, text, depth: depth + 1)
        case .array: throw MessageMistake("must be a text")
        }
    }

    /// A SOAP-encoded array: a list, or what is given as `{"item": [...]}`.
    func fillArray(
        _ element: inout XMLElement, _ json: JSON, _ item: TypeReference, depth: Int
    ) throws(MessageMistake) {
        var items: [JSON]
        switch json {
        case .array(let list): items = list
        case .object(let object) where object.count == 1:
            items = object.values[0].array ?? [object.values[0]]
        default: throw MessageMistake("must be a list, but it is \(Self.shown(json))")
        }
        let use = ElementUse(name: QName(nil, "item"), type: item, isNillable: true)
        for (place, value) in items.enumerated() {
            do throws(MessageMistake) {
                element.children.append(.element(try self.element(use, value, depth: depth + 1)))
            } catch {
                throw error.inside("[\(place)]")
            }
        }
        guard isEncoded else { return }
        let (name, rank) = try itemName(item)
        let prefix = name.namespace == QName.schemaNamespace ? "xsd" : "t"
        if let uri = name.namespace { element.declarations.append(XMLNamespace(prefix: prefix, uri: uri)) }
        element.declarations.append(XMLNamespace(prefix: "enc", uri: encodingNamespace))
        let shown = name.namespace == nil ? name.name : "\(prefix):\(name.name)"
        if encodingNamespace == QName.encodingNamespace12 {
            element.attributes.append(XMLAttribute("itemType", shown, namespace: encodingNamespace, prefix: "enc"))
            element.attributes.append(
                XMLAttribute("arraySize", String(items.count), namespace: encodingNamespace, prefix: "enc"))
        } else {
            element.attributes.append(
                XMLAttribute(
                    "arrayType", "\(shown)\(rank)[\(items.count)]", namespace: encodingNamespace, prefix: "enc"))
            element.attributes.append(
                XMLAttribute("type", "enc:Array", namespace: XMLNamespace.schemaInstance, prefix: "xsi"))
        }
    }

    private func itemName(_ item: TypeReference) throws(MessageMistake) -> (QName, rank: String) {
        switch item {
        case .builtin(let type): return (QName(QName.schemaNamespace, type.rawValue), "")
        case .declared:
            guard let type = try declared(item) else { return (QName(QName.schemaNamespace, "anyType"), "") }
            if let name = type.name { return (name, "") }
            if case .array(let inner) = type.shape {
                let (name, rank) = try itemName(inner)
                return (name, rank + "[]")
            }
            return (QName(QName.schemaNamespace, "anyType"), "")
        }
    }

    // MARK: - Open places

    /// A value of any type: it says its own with `@xsi:type`, or scalars get that of their kind.
    func open(_ element: XMLElement, _ json: JSON, depth: Int) throws(MessageMistake) -> XMLElement {
        var element = element
        if let name = json[Self.typeMember]?.string {
            if let type = try named(name) {
                var object = json.object ?? [:]
                if case .builtin(let builtin) = type {
                    object[Self.typeMember] = nil
                    let text = try text(object[JSONMapping.textMember] ?? "", type)
                    element.children = text.isEmpty ? [] : [.text(text)]
                    setType(&element, QName(QName.schemaNamespace, builtin.rawValue))
                    return element
                }
                return try self.element(
                    ElementUse(name: QName(element.namespace, element.name), type: type), json, depth: depth + 1)
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
                return made
            } catch { throw MessageMistake(error.message) }
        }
        return element
    }

    private func named(_ text: String) throws(MessageMistake) -> TypeReference? {
        if let type = XSDBuiltin(rawValue: text) { return .builtin(type) }
        do throws(DescriptionError) {
            if text.hasPrefix("{"), let end = text.firstIndex(of: "}") {
                let name = QName(
                    String(text[text.index(after: text.startIndex)..<end]), String(text[text.index(after: end)...]))
                return try catalog.typeNumber(name).map { .declared($0) }
            }
            for uri in catalog.namespaces.uris {
                if let number = try catalog.typeNumber(QName(uri, text)) { return .declared(number) }
            }
            return try catalog.typeNumber(QName(nil, text)).map { .declared($0) }
        } catch { throw MessageMistake(error.description) }
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
