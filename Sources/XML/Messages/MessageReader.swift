// From the elements of a message to JSON, by the types of the schema.

import JSONCore

/// Reads values by their types. What a schema doesn't know is kept as `JSONMapping` reads it, never dropped.
public struct MessageReader {
    static let deepest = 112

    let catalog: MessageCatalog
    /// The prefixes in force, innermost last: `xsi:type` holds a prefix.
    var prefixes: [XMLNamespace]
    private let mapping = JSONMapping()
    /// Takes a binary value, in base64, and gives the text that stands for it.
    let binary: ((String) -> String)?
    /// Whether values say their types as a matter of course (SOAP 1.1 §5): one that isn't known says nothing then.
    let isEncoded: Bool
    /// Values of lists that may still come: they take memory as elements do.
    let listValues = ListValues()

    /// - Parameters:
    ///   - outer: declarations of the elements around those that are read, outermost first.
    ///   - isEncoded: whether the message is in SOAP's encoding.
    ///   - binary: takes the values of elements of binary types, and gives what stands in their places.
    public init(
        _ catalog: MessageCatalog, outer: [XMLNamespace] = [], isEncoded: Bool = false,
        binary: ((String) -> String)? = nil
    ) {
        (self.catalog, prefixes, self.isEncoded, self.binary) = (catalog, outer, isEncoded, binary)
    }

    /// The members that elements make, by the uses they have.
    ///
    /// Every use with `maxOccurs` above 1 is a list. Elements that no use knows come under `any!`.
    public mutating func members(
        _ elements: [XMLElement], _ uses: [ElementUse]
    ) throws(XMLError) -> JSONObject {
        let content = ComplexContent(particle: .group(.sequence, .once, uses.map { .element($0) }, key: nil))
        return try members(elements, content, depth: 0)
    }

    /// The members of an element around the parts of an rpc message.
    public mutating func parts(of element: XMLElement, _ uses: [ElementUse]) throws(XMLError) -> JSONObject {
        let mark = prefixes.count
        prefixes += element.declarations
        defer { prefixes.removeSubrange(mark...) }
        return try members(element.elements, uses)
    }

    /// The details of a fault by their names; those that neither the operation nor a schema knows are read as they are.
    public mutating func details(_ elements: [XMLElement], _ uses: [ElementUse]) throws(XMLError) -> JSONObject {
        var object = JSONObject()
        for element in elements {
            var use =
                uses.first { $0.name == QName(element.namespace, element.name) }
                ?? uses.first { $0.name.namespace == nil && $0.name.name == element.name }
            if use == nil, let said = try saidType(element) {
                // One that is described by its type only has a name of the server's choice.
                use = uses.first { $0.name.namespace == nil && $0.type == said }
            }
            let value: JSON
            if let use { value = try self.value(element, use.type) } else { value = try openValue(element, depth: 0) }
            object[element.name] = object[element.name].map { .array(($0.array ?? [$0]) + [value]) } ?? value
        }
        return object
    }

    /// The value of one element.
    public mutating func value(
        _ element: XMLElement, _ declared: TypeReference, depth: Int = 0
    ) throws(XMLError) -> JSON {
        guard depth < Self.deepest else {
            throw XMLError(
                .tooLarge, "elements are nested too deep to be read", line: element.line > 0 ? Int(element.line) : nil)
        }
        let mark = prefixes.count
        prefixes += element.declarations
        defer { prefixes.removeSubrange(mark...) }
        if isNil(element) { return try nothing(element, declared) }
        var (reference, saysType) = (declared, false)
        var unknown: QName?
        if let name = typeName(element) {
            if let found = try type(name), found != declared {
                (reference, saysType) = (found, true)
            } else if case .builtin(.anyType) = declared, let builtin = MessageCompiler.builtin(name) {
                reference = .builtin(builtin)
            } else if case .builtin(.anyType) = declared, name == Self.map, let map = try map(element, depth: depth) {
                return map
            } else if try type(name) == nil, MessageCompiler.builtin(name) == nil, !MessageCompiler.isEncoding(name) {
                unknown = name
            }
        }
        try refuseInclude(element)
        let value: JSON
        switch reference {
        case .builtin(.anyType), .builtin(.anySimpleType):
            if let item = arrayItem(element) { return .array(try items(element, item, depth: depth)) }
            value = try open(element, depth: depth)
        case .builtin(let type):
            if !element.elements.isEmpty { return try element.json(mapping) }
            value = binaryValue(try simple(element.text, type), type)
            if isEncoded { return value }
        case .declared(let number):
            let type = try described(number)
            switch type.shape {
            case .array(let item): return .array(try items(element, item, depth: depth))
            case .simple, .list, .union:
                value = try text(element, type.shape, reference)
                if isEncoded { return value }
            case .complex(let content):
                value = try self.content(element, content, depth: depth)
                if unknown == nil, saysType || type.isAbstract, let name = type.name, value.object != nil {
                    return Self.saying(name.name, value)
                }
            }
        }
        return unknown.map { Self.saying($0.expanded, value) } ?? value
    }

    /// A value with the name of its type.
    private static func saying(_ type: String, _ value: JSON) -> JSON {
        let members = value.object?.entries.map { ($0.key, $0.value) } ?? [(JSONMapping.textMember, value)]
        return .object(JSONObject([(MessageWriter.typeMember, .string(type))] + members))
    }

    func described(_ number: Int) throws(XMLError) -> MessageType {
        do throws(DescriptionError) { return try catalog.type(number) } catch {
            throw XMLError(.unwritable, error.description)
        }
    }

    /// The value of an element that is nil: attributes may be there all the same.
    private func nothing(_ element: XMLElement, _ declared: TypeReference) throws(XMLError) -> JSON {
        guard case .declared(let number) = declared, case .complex(let content) = try described(number).shape,
            content.text != nil
        else { return .null }
        var object = try attributes(element, content)
        guard !object.isEmpty else { return .null }
        object[JSONMapping.textMember] = .null
        return .object(object)
    }

    func isNil(_ element: XMLElement) -> Bool {
        let value = element.attribute("nil", namespace: XMLNamespace.schemaInstance)
        return value == "true" || value == "1"
    }

    /// Bytes that the element says are attached, and that nobody has put into it.
    private func refuseInclude(_ element: XMLElement) throws(XMLError) {
        guard case .nodes(let nodes) = element.content else { return }
        for case .element(let child) in nodes
        where child.name == BinaryParts.reference.name && child.namespace == BinaryParts.namespace {
            let href = child.attribute("href") ?? ""
            throw XMLError(
                .malformed, "the message includes \"\(href.prefix(60))\", which is not attached to it",
                line: child.line > 0 ? Int(child.line) : nil)
        }
    }

    /// The type of the schema that an element says it has.
    private mutating func saidType(_ element: XMLElement) throws(XMLError) -> TypeReference? {
        let mark = prefixes.count
        prefixes += element.declarations
        defer { prefixes.removeSubrange(mark...) }
        guard let name = typeName(element) else { return nil }
        return try type(name)
    }

    func typeName(_ element: XMLElement) -> QName? {
        guard
            let text = element.attributes.first(where: {
                $0.name == "type" && $0.namespace?.hasSuffix("XMLSchema-instance") == true
            })?.value
        else { return nil }
        return name(text)
    }

    /// What a text like `t:Order` names here.
    func name(_ text: String) -> QName {
        let parts = text.trimmedBlanks.split(separator: ":", maxSplits: 1).map { String($0) }
        let prefix = parts.count == 2 ? parts[0] : nil
        return QName(prefixes.last { $0.prefix == prefix }?.uri, parts.last ?? "")
    }

    func type(_ name: QName) throws(XMLError) -> TypeReference? {
        do throws(DescriptionError) {
            if let number = try catalog.typeNumber(name) { return .declared(number) }
            return nil
        } catch { throw XMLError(.unwritable, error.description) }
    }

    // MARK: - Complex values

    private mutating func content(
        _ element: XMLElement, _ content: ComplexContent, depth: Int
    ) throws(XMLError) -> JSON {
        var object = try attributes(element, content)
        for use in content.defaults where object[use.key] == nil {
            object[use.key] = try use.defaultValue.map { (value) throws(XMLError) in try text(value, use.type) }
        }
        if let type = content.text {
            var value = try text(element.text, type)
            if let base = try simpleBase(type) { value = binaryValue(value, base) }
            // A type with attributes is an object, whether they are there or not: paths stay the same.
            if content.attributes.isEmpty, object.isEmpty { return value }
            object[JSONMapping.textMember] = value
            return .object(object)
        }
        let inner = try members(element.elements, content, depth: depth)
        for (key, value) in inner { object[key] = value }
        if content.isMixed || (content.particle == nil && content.hasAnyAttribute) {
            let text = Self.ownText(element)
            if !text.isBlankText { object[JSONMapping.textMember] = .string(text.trimmedBlanks) }
        }
        return .object(object)
    }

    /// The text that stands in the element itself, not in those inside it.
    static func ownText(_ element: XMLElement) -> String {
        element.children.reduce(into: "") { text, node in
            switch node {
            case .text(let part), .cdata(let part): text += part
            default: break
            }
        }
    }

    func attributes(_ element: XMLElement, _ content: ComplexContent) throws(XMLError) -> JSONObject {
        var object = JSONObject()
        for attribute in element.attributes {
            if attribute.namespace == XMLNamespace.schemaInstance { continue }
            if let use = content.attributes.first(where: {
                $0.name.name == attribute.name && $0.name.namespace == attribute.namespace
            }) {
                object[use.key] = try text(attribute.value, use.type)
            } else if attribute.namespace.map({ $0.contains("soap") }) != true,
                attribute.name != "id" || content.hasAnyAttribute
            {
                object["@" + attribute.name] = .string(attribute.value)
            }
        }
        return object
    }
}
