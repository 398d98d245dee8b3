// From schemas to the types of messages: references resolved, what is inherited worked in.

/// Compiles types by name as they are referred to, and all others at the end.
final class MessageCompiler {
    /// Elements and attributes of all types together, inherited ones counted again.
    static let mostParts = 2_000_000
    /// The same of one type: groups in groups multiply.
    static let mostPartsOfType = 100_000
    /// Types that one is derived from, one from the other.
    static let mostDerivations = 200
    /// Findings that are kept.
    static let mostFindings = 500

    /// Where a construct stands: its schema, and the prefixes there.
    struct Place {
        let document: SchemaDocument
        var prefixes: PrefixScope

        init(_ component: SchemaComponent) {
            document = component.document
            prefixes = component.document.prefixes.entering(component.node)
        }

        init(_ document: SchemaDocument) { (self.document, prefixes) = (document, document.prefixes) }

        func entering(_ node: XMLElement) -> Place {
            if node.declarations.isEmpty { return self }
            var place = self
            place.prefixes = prefixes.entering(node)
            return place
        }
    }

    /// A type while others may still be found to be derived from it.
    struct Draft {
        var name: QName?
        var shape: MessageType.Shape = .complex(ComplexContent())
        var derived: [Int] = []
        var isAbstract = false
    }

    let schemas: SchemaSet
    var drafts: [Draft] = []
    private(set) var numbers: [QName: Int] = [:]
    private var waiting: [(number: Int, name: QName)] = []
    /// Types that are written inside an element. They wait too: one may hold the element that it is written in.
    private var waitingInside: [(number: Int, node: XMLElement, place: Place)] = []
    /// The types of elements that are declared by themselves.
    var globalTypes: [QName: TypeReference] = [:]
    private(set) var findings: [DescriptionFinding] = []
    private var reported: Set<DescriptionFinding> = []
    /// What complex types hold, for those derived from them.
    var parts: [QName: ComplexParts] = [:]
    var simpleShapes: [QName: MessageType.Shape] = [:]
    var underWay: Set<QName> = []
    var groupsUnderWay: Set<QName> = []
    /// Whether bytes are described as references to what is beside the envelope: they can't be in it.
    var needsParts = false
    private var partCount = 0
    private var partCountOfType = 0
    /// Elements that may stand instead of another (`substitutionGroup`), by that one's name.
    let substitutes: [QName: [QName]]

    init(_ schemas: SchemaSet) {
        self.schemas = schemas
        var substitutes: [QName: [QName]] = [:]
        for name in schemas.elementNames {
            guard let component = schemas.elements[name], let head = component.node.attribute("substitutionGroup"),
                let headName = Place(component).prefixes.name(head)
            else { continue }
            substitutes[headName, default: []].append(name)
        }
        self.substitutes = substitutes
    }

    func report(_ message: String, at node: XMLElement, _ place: Place) {
        let finding = DescriptionFinding(message, at: node, in: place.document.file)
        guard findings.count < Self.mostFindings, reported.insert(finding).inserted else { return }
        findings.append(finding)
    }

    func count(_ parts: Int = 1) throws(DescriptionFinding) {
        partCount += parts
        partCountOfType += parts
        guard partCountOfType <= Self.mostPartsOfType else {
            throw DescriptionFinding(
                "a type of the schemas holds more than \(Self.mostPartsOfType) elements once its groups are worked out",
                file: "the document")
        }
        guard partCount <= Self.mostParts else {
            throw DescriptionFinding(
                "the schemas describe more than \(Self.mostParts) elements once all types are worked out",
                file: "the document")
        }
    }

    /// Each type holds all that it inherits: a long chain of them would take more than any service needs.
    /// - Parameter count: of the types that one is derived from.
    func checkDerivations(
        _ count: Int, _ type: String, at node: XMLElement, _ place: Place
    ) throws(DescriptionFinding) {
        guard count > Self.mostDerivations else { return }
        throw DescriptionFinding(
            "types are derived from each other over more than \(Self.mostDerivations) steps, down to \(type)",
            at: node, in: place.document.file)
    }

    // MARK: - References

    /// The type that `text` names.
    func type(_ text: String, at node: XMLElement, _ place: Place) -> TypeReference {
        guard let name = place.prefixes.name(text) else {
            report(
                "the type \"\(text.prefix(80))\" has a prefix that is not declared; it is taken as any", at: node, place
            )
            return .builtin(.anyType)
        }
        if let known = reference(name) { return known }
        report("there is no type \(name); it is taken as any", at: node, place)
        return .builtin(.anyType)
    }

    /// nil when there is no such type.
    func reference(_ name: QName) -> TypeReference? {
        if let builtin = Self.builtin(name) {
            if name.namespace == BinaryParts.namespace { needsParts = true }
            return .builtin(builtin)
        }
        if let number = numbers[name] { return .declared(number) }
        guard schemas.types[name] != nil else {
            // .NET's schemas refer to the schema of schemas for a data set.
            return name.namespace == QName.schemaNamespace ? .builtin(.anyType) : nil
        }
        let number = add(Draft(name: name))
        numbers[name] = number
        waiting.append((number, name))
        return .declared(number)
    }

    static func builtin(_ name: QName) -> XSDBuiltin? {
        switch name.namespace {
        case QName.schemaNamespace, "http://www.w3.org/1999/XMLSchema", "http://www.w3.org/2000/10/XMLSchema":
            XSDBuiltin(alias: name.name)
        case QName.encodingNamespace, QName.encodingNamespace12: XSDBuiltin(alias: name.name)
        // What stands for bytes that travel beside the envelope (XOP 1.0 §2.1).
        case BinaryParts.namespace: name.name == "Include" ? .base64Binary : nil
        default: nil
        }
    }

    /// The type that `node`, a `complexType` inside an element, describes.
    func later(_ node: XMLElement, _ place: Place) -> TypeReference {
        let number = add(Draft())
        waitingInside.append((number, node, place))
        return .declared(number)
    }

    func add(_ draft: Draft) -> Int {
        drafts.append(draft)
        return drafts.count - 1
    }

    // MARK: - All of it

    /// Compiles everything that was referred to, and every type that derives from it or stands alone.
    func finish() throws(DescriptionFinding) -> (types: [MessageType], elements: [ElementUse]) {
        for name in schemas.typeNames where !Self.isEncoding(name) { _ = reference(name) }
        var elements: [ElementUse] = []
        for name in schemas.elementNames {
            guard let component = schemas.elements[name] else { continue }
            partCountOfType = 0
            elements.append(try elementUse(global: name, component, .once))
        }
        while true {
            partCountOfType = 0
            if let (number, node, place) = waitingInside.popLast() {
                drafts[number].shape = shape(of: try complexParts(node, place.entering(node)))
            } else if let (number, name) = waiting.popLast() {
                try compile(number, name)
            } else {
                break
            }
        }
        let types = drafts.map {
            MessageType(name: $0.name, shape: $0.shape, derived: $0.derived.sorted(), isAbstract: $0.isAbstract)
        }
        return (types, elements)
    }

    private func compile(_ number: Int, _ name: QName) throws(DescriptionFinding) {
        guard let component = schemas.types[name] else { return }
        if component.node.name == "simpleType" {
            drafts[number].shape = try simpleShape(name, component)
            return
        }
        let parts = try complexParts(name, component)
        drafts[number].shape = shape(of: parts)
        drafts[number].isAbstract = isTrue(component.node.attribute("abstract"))
        var base = parts.base
        // What was redefined is no type of its own.
        while let name = base, name.name.hasSuffix("!") { base = self.parts[name]?.base }
        if let base, case .declared(let baseNumber)? = reference(base), baseNumber != number {
            drafts[baseNumber].derived.append(number)
        }
    }

    /// Whether a name is of SOAP's encoding, of either version.
    static func isEncoding(_ name: QName) -> Bool {
        name.namespace == QName.encodingNamespace || name.namespace == QName.encodingNamespace12
    }

    func isTrue(_ text: String?) -> Bool { text == "true" || text == "1" }
}
