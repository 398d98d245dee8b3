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
            if types[name] == nil {
                types[name] = component
                typeNames.append(name)
            } else if replacing, types[name]?.document !== document {
                types[name] = component
            }
        case "group": if groups[name] == nil || replacing { groups[name] = component }
        case "attributeGroup": if attributeGroups[name] == nil || replacing { attributeGroups[name] = component }
        case "attribute": if attributes[name] == nil { attributes[name] = component }
        default: break
        }
    }
}
