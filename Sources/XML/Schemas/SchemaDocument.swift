// One schema of a service's description, and the declarations in it by name.

/// A `schema` element with what holds for everything in it.
final class SchemaDocument {
    let root: XMLElement
    /// Of a schema without one that was included: the including schema's (XML Schema part 1 §4.2.1).
    let targetNamespace: String?
    /// Whether local elements and attributes are in the target namespace.
    let elementsAreQualified: Bool
    let attributesAreQualified: Bool
    let prefixes: PrefixScope
    /// For messages.
    let file: String

    init(_ root: XMLElement, targetNamespace: String?, outer: PrefixScope, file: String) {
        (self.root, self.targetNamespace, self.file) = (root, targetNamespace, file)
        elementsAreQualified = root.attribute("elementFormDefault") == "qualified"
        attributesAreQualified = root.attribute("attributeFormDefault") == "qualified"
        var prefixes = outer.entering(root)
        // In an included schema without a namespace, names without a prefix mean the including one's.
        if root.attribute("targetNamespace") == nil, targetNamespace != nil, prefixes.uri(of: nil) == nil {
            prefixes.defaultNamespace = targetNamespace
        }
        self.prefixes = prefixes
    }
}

/// Which namespace each prefix means at a place of a document.
struct PrefixScope {
    private var uris: [String: String] = [:]
    var defaultNamespace: String?

    init() {}

    func uri(of prefix: String?) -> String? {
        guard let prefix else { return defaultNamespace }
        return prefix == "xml" ? XMLNamespace.xml : uris[prefix]
    }

    /// The scope inside `element`.
    func entering(_ element: XMLElement) -> PrefixScope {
        if element.declarations.isEmpty { return self }
        var scope = self
        for space in element.declarations {
            if let prefix = space.prefix {
                scope.uris[prefix] = space.uri
            } else {
                scope.defaultNamespace = space.uri.isEmpty ? nil : space.uri
            }
        }
        return scope
    }

    /// What a text like `tns:Order` names; nil for a prefix that isn't declared.
    func name(_ text: String) -> QName? {
        let parts = text.trimmedBlanks.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return QName(defaultNamespace, text.trimmedBlanks) }
        guard let uri = uri(of: String(parts[0])) else { return nil }
        return QName(uri, String(parts[1]))
    }
}

/// One declaration: the element that makes it, and the schema it stands in.
struct SchemaComponent {
    let node: XMLElement
    let document: SchemaDocument
    /// Whether it takes the place of another one of its name, which it is made from.
    var isRedefinition = false
}

/// All declarations at the top of a description's schemas.
final class SchemaSet {
    private(set) var elements: [QName: SchemaComponent] = [:]
    private(set) var types: [QName: SchemaComponent] = [:]
    private(set) var groups: [QName: SchemaComponent] = [:]
    private(set) var attributeGroups: [QName: SchemaComponent] = [:]
    private(set) var attributes: [QName: SchemaComponent] = [:]
    /// In the order in which they were declared.
    private(set) var typeNames: [QName] = []
    private(set) var elementNames: [QName] = []
    /// Namespaces of which there is a schema.
    private(set) var namespaces: Set<String> = []

    /// Takes up what a schema declares; of something declared twice the first one counts.
    func add(_ document: SchemaDocument) {
        namespaces.insert(document.targetNamespace ?? "")
        for child in document.root.elements where child.namespace == QName.schemaNamespace {
            if child.name == "redefine" || child.name == "override" {
                for inner in child.elements { add(inner, document, replacing: true) }
            } else {
                add(child, document, replacing: false)
            }
        }
    }

    private func add(_ node: XMLElement, _ document: SchemaDocument, replacing: Bool) {
        guard let local = node.attribute("name") else { return }
        let name = QName(document.targetNamespace, local)
        let component = SchemaComponent(node: node, document: document)
        switch node.name {
        case "element":
            if elements[name] == nil {
                elements[name] = component
                elementNames.append(name)
            }
        case "complexType", "simpleType":
            if types[name] == nil { typeNames.append(name) }
            Self.take(component, as: name, into: &types, replacing)
        case "group": Self.take(component, as: name, into: &groups, replacing)
        case "attributeGroup": Self.take(component, as: name, into: &attributeGroups, replacing)
        case "attribute": if attributes[name] == nil { attributes[name] = component }
        default: break
        }
    }

    /// Of something declared twice the first counts. What is redefined stays, as what the redefinition is made from: under a
    /// name that nothing else can have (XML Schema part 1 §4.2.2). It may be known already, or come later.
    private static func take(
        _ component: SchemaComponent, as name: QName, into known: inout [QName: SchemaComponent], _ replacing: Bool
    ) {
        var place = name
        while let there = known[place], there.isRedefinition { place = original(of: place) }
        guard replacing else {
            if known[place] == nil { known[place] = component }
            return
        }
        let original = original(of: place)
        if let there = known[place], there.document !== component.document { known[original] = there }
        known[place] = SchemaComponent(
            node: redefining(component.node, name, as: original, component.document.prefixes),
            document: component.document, isRedefinition: true)
    }

    private static func original(of name: QName) -> QName { QName(name.namespace, name.name + "!") }

    /// A redefinition that refers to what it redefines where it refers to itself.
    private static func redefining(
        _ node: XMLElement, _ name: QName, as original: QName, _ prefixes: PrefixScope
    ) -> XMLElement {
        var node = node
        let prefixes = prefixes.entering(node)
        for (place, attribute) in node.attributes.enumerated() where attribute.namespace == nil {
            let isReference =
                attribute.name == "base" && ["extension", "restriction"].contains(node.name)
                || attribute.name == "ref" && ["group", "attributeGroup"].contains(node.name)
            guard isReference, prefixes.name(attribute.value) == name else { continue }
            let added = original.name.dropFirst(name.name.count)
            node.attributes[place].value = attribute.value.trimmedBlanks + added
        }
        node.children = node.children.map { child in
            guard case .element(let element) = child else { return child }
            return .element(redefining(element, name, as: original, prefixes))
        }
        return node
    }
}
