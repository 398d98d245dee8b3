// Simple texts by their types, and encoded arrays.

import JSONCore

extension MessageWriter {
    /// The text for a value of a simple type.
    /// - Parameter fixed: the only value it can have.
    func text(
        _ json: JSON, _ reference: TypeReference, fixed: String? = nil, depth: Int = 0
    ) throws(MessageMistake) -> String {
        guard depth < 20 else { throw MessageMistake("its type is nested too deep") }
        if let fixed {
            let base = try builtin(reference) ?? .token
            let text = try text(json, reference, depth: depth + 1)
            guard base.family == .name, let name = QName(expanded: fixed) else {
                return try Facets.fixed(fixed, text, base)
            }
            guard json.string.flatMap({ QName(expanded: $0) }) == name else {
                throw MessageMistake("must be \"\(fixed.prefix(200))\"")
            }
            return text
        }
        if case .builtin(let type) = reference { return try text(json, type, Facets()) }
        guard let type = try declared(reference) else { return "" }
        switch type.shape {
        case .simple(let base, let facets): return try text(json, base, facets)
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

    private func text(_ json: JSON, _ base: XSDBuiltin, _ facets: Facets) throws(MessageMistake) -> String {
        guard let text = LexicalForm.text(json, base) else {
            throw MessageMistake("must be \(LexicalForm.wanted(base)), but it is \(Self.shown(json))")
        }
        guard base.family == .name else { return facets == Facets() ? text : try facets.check(text, base) }
        guard let name = QName(expanded: text) else {
            let isPrefixed = text.contains(":") && !text.hasPrefix("{")
            throw MessageMistake(
                "must be a name like {urn:x}name, or one without a namespace, but it is \(Self.shown(json))"
                    + (isPrefixed ? ": its prefix is not declared" : ""))
        }
        if !facets.values.isEmpty { try facets.check(name.expanded, base) }
        return names.text(name)
    }

    /// The text for a value that the schema gives itself.
    func schemaValue(_ value: String, _ reference: TypeReference) throws(MessageMistake) -> String {
        guard try builtin(reference)?.family == .name, let name = QName(expanded: value) else { return value }
        return names.text(name)
    }

    /// The built-in type that a simple one is derived from; nil for lists and unions.
    private func builtin(_ reference: TypeReference) throws(MessageMistake) -> XSDBuiltin? {
        if case .builtin(let type) = reference { return type }
        switch try declared(reference)?.shape {
        case .simple(let base, _)?: return base
        case .complex(let content)?:
            return try content.text.flatMap { (text) throws(MessageMistake) in try builtin(text) }
        default: return nil
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
}
