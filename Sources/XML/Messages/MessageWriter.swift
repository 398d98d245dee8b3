// From JSON to the elements of a message, in the order and with the names that the schema asks for.

import JSONCore

/// Writes values by their types. A value of an open type (`any`) is written by `JSONMapping`.
public struct MessageWriter {
    /// Elements inside each other.
    static let deepest = 200

    let catalog: MessageCatalog
    /// Whether every element says its type, as SOAP's encoding wants.
    let isEncoded: Bool
    /// The namespace of the attributes of arrays.
    let encodingNamespace: String
    /// Takes binary values that don't stand in the message; nil to write them as base64 and take no files.
    let binaries: BinaryParts?
    let names = NameDeclarations()

    public init(
        _ catalog: MessageCatalog, isEncoded: Bool = false, encodingNamespace: String = QName.encodingNamespace,
        binaries: BinaryParts? = nil
    ) {
        (self.catalog, self.isEncoded, self.encodingNamespace) = (catalog, isEncoded, encodingNamespace)
        self.binaries = binaries
    }

    /// The member that gives the type of a value where there are several.
    public static let typeMember = "@xsi:type"
    /// The member that holds elements of open places.
    public static let anyMember = "any!"

    /// The elements for one member: none, one, or one for each value of a list.
    /// - Parameter json: nil when the member is not there.
    public func elements(
        _ use: ElementUse, _ json: JSON?, depth: Int = 0
    ) throws(MessageMistake) -> [XMLElement] {
        guard let json else {
            guard use.occurs.least > 0 else { return [] }
            // A fixed or default value is what an empty element means.
            if let value = use.fixed ?? use.defaultValue {
                var element = element(named: use.name, text: try schemaValue(value, use.type))
                names.declare(on: &element)
                return [element]
            }
            if use.isNilWhenLeftOut { return [try element(use, .null, depth: depth)] }
            throw MessageMistake("is missing").inside(use.key)
        }
        if case .array(let items) = json, try !takesList(use) {
            var made: [XMLElement] = []
            for (place, item) in items.enumerated() {
                do throws(MessageMistake) { made.append(try element(use, item, depth: depth)) } catch {
                    throw error.inside("[\(place)]").inside(use.key)
                }
            }
            try checkCount(made.count, use)
            return made
        }
        if json.isNull, !use.isNillable {
            guard use.occurs.least > 0 else { return [] }
            throw MessageMistake("is missing: it is null, and has to be there").inside(use.key)
        }
        do throws(MessageMistake) {
            let made = [try element(use, json, depth: depth)]
            return made
        } catch {
            throw error.inside(use.key)
        }
    }

    /// The element of a body whose members are the input itself: mistakes are named from its members on.
    public func root(_ use: ElementUse, _ json: JSON) throws(MessageMistake) -> [XMLElement] {
        [try element(use, json, depth: 0)]
    }

    /// The elements for a part of a message: a parameter of a call has to be given, also where it may be null.
    public func part(_ use: ElementUse, _ json: JSON?) throws(MessageMistake) -> [XMLElement] {
        if json == nil, use.isNilWhenLeftOut { throw MessageMistake("is missing").inside(use.key) }
        return try elements(use, json)
    }

    private func checkCount(_ count: Int, _ use: ElementUse) throws(MessageMistake) {
        if count < use.occurs.least {
            throw MessageMistake("needs at least \(use.occurs.least), but the list has \(count)").inside(use.key)
        }
        if let most = use.occurs.most, count > most {
            let words = most == 1 ? "is one value and no list" : "can have at most \(most)"
            throw MessageMistake("\(words), but \(count) are given").inside(use.key)
        }
    }

    /// Whether one value of the element is a list itself: an encoded array, or a list of simple values.
    private func takesList(_ use: ElementUse) throws(MessageMistake) -> Bool {
        if use.occurs.isRepeated { return false }
        if case .builtin(let type) = use.type { return type.family == .list || (isEncoded && type == .anyType) }
        guard let type = try declared(use.type) else { return false }
        switch type.shape {
        case .array, .list: return true
        case .complex(let content):
            if let text = content.text, case .list? = try declared(text)?.shape { return true }
            return false
        case .simple, .union: return false
        }
    }

    func declared(_ reference: TypeReference) throws(MessageMistake) -> MessageType? {
        do throws(DescriptionError) { return try catalog.declared(reference) } catch {
            throw MessageMistake(error.description)
        }
    }

    func element(named name: QName, text: String = "") -> XMLElement {
        XMLElement(name.name, namespace: name.namespace, text: text)
    }

    /// One element with its value.
    func element(_ use: ElementUse, _ json: JSON, depth: Int) throws(MessageMistake) -> XMLElement {
        guard depth < Self.deepest else { throw MessageMistake("the value is nested too deep") }
        var element = element(named: use.name)
        if json.isNull {
            guard use.isNillable else { throw MessageMistake("can't be null") }
            element.attributes.append(
                XMLAttribute("nil", "true", namespace: XMLNamespace.schemaInstance, prefix: "xsi"))
            // Nothing, too, has to be of a type that isn't abstract (XML Schema part 1 §3.4.4).
            if let type = try declared(use.type), type.isAbstract, let name = try firstSubstitute(use.type) {
                setType(&element, name)
            }
            return element
        }
        switch use.type {
        case .builtin(.anyType), .builtin(.anySimpleType): return try open(element, json, depth: depth)
        case .builtin(let type):
            element.children = try simple(scalar(json), use.type, fixed: use.fixed)
            names.declare(on: &element)
            if isEncoded { setType(&element, QName(QName.schemaNamespace, type.rawValue)) }
        case .declared(let number):
            try fill(&element, json, number, fixed: use.fixed, depth: depth)
            // Attributes without a text are nil with attributes.
            if use.isNillable, json[JSONMapping.textMember]?.isNull == true, element.children.isEmpty {
                element.attributes.append(
                    XMLAttribute("nil", "true", namespace: XMLNamespace.schemaInstance, prefix: "xsi"))
            }
        }
        return element
    }

    /// `{"content!": 5}` is `5` where there are no attributes.
    private func scalar(_ json: JSON) -> JSON {
        if case .object(let object) = json, object.count == 1, let text = object[JSONMapping.textMember] { return text }
        return json
    }

    private func fill(
        _ element: inout XMLElement, _ json: JSON, _ number: Int, fixed: String?, depth: Int
    ) throws(MessageMistake) {
        var number = number
        var saysType = false
        if let name = json[Self.typeMember] {
            number = try substitute(for: number, name)
            saysType = true
        }
        guard let type = try declared(.declared(number)) else { return }
        if type.isAbstract { throw try needsType(number) }
        switch type.shape {
        case .simple, .list, .union:
            element.children = try simple(scalar(json), .declared(number), fixed: fixed)
            names.declare(on: &element)
        case .array(let item): try fillArray(&element, json, item, depth: depth)
        case .complex(let content): try fill(&element, json, content, fixed: fixed, depth: depth)
        }
        if saysType || isEncoded, let name = type.name {
            if case .array = type.shape { return }
            setType(&element, name)
        } else if isEncoded, case .simple(let base, _) = type.shape {
            // A restriction without a name of its own is said to be what it restricts.
            setType(&element, QName(QName.schemaNamespace, base.rawValue))
        }
    }

    func setType(_ element: inout XMLElement, _ name: QName) {
        let prefix = name.namespace == QName.schemaNamespace ? "xsd" : name.namespace == nil ? nil : "t"
        if let prefix, let uri = name.namespace {
            let space = XMLNamespace(prefix: prefix, uri: uri)
            if !element.declarations.contains(space) { element.declarations.append(space) }
        }
        element.attributes.append(
            XMLAttribute(
                "type", prefix.map { "\($0):\(name.name)" } ?? name.name, namespace: XMLNamespace.schemaInstance,
                prefix: "xsi"))
    }

    private func substitute(for number: Int, _ json: JSON) throws(MessageMistake) -> Int {
        guard let wanted = json.string else {
            throw MessageMistake("must be the name of a type").inside(Self.typeMember)
        }
        do throws(DescriptionError) {
            let candidates = try catalog.substitutes(of: number)
            for candidate in candidates {
                guard let name = try catalog.type(candidate).name else { continue }
                if name.name == wanted || name.expanded == wanted { return candidate }
            }
        } catch { throw MessageMistake(error.description) }
        let mistake = try needsType(number)
        throw MessageMistake("\"\(wanted.prefix(60))\" is no type that can stand here; \(mistake.message)")
            .inside(Self.typeMember)
    }

    private func firstSubstitute(_ reference: TypeReference) throws(MessageMistake) -> QName? {
        guard case .declared(let number) = reference else { return nil }
        do throws(DescriptionError) {
            return try catalog.substitutes(of: number).first.flatMap { (first) throws(DescriptionError) in
                try catalog.type(first).name
            }
        } catch { throw MessageMistake(error.description) }
    }

    private func needsType(_ number: Int) throws(MessageMistake) -> MessageMistake {
        do throws(DescriptionError) {
            var names: [String] = []
            for candidate in try catalog.substitutes(of: number).prefix(30) {
                if let name = try catalog.type(candidate).name { names.append(name.name) }
            }
            guard !names.isEmpty else {
                return MessageMistake(
                    "can't be given: its type is abstract, and the schema has none that is derived from it")
            }
            return MessageMistake("give \"\(Self.typeMember)\" as one of: \(names.joined(separator: ", "))")
        } catch { throw MessageMistake(error.description) }
    }

    static func shown(_ json: JSON) -> String {
        switch json {
        case .null, .array, .object: json.kind.description
        default: String(json.compact.prefix(60))
        }
    }
}
