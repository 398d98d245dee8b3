// Loading a WSDL 1.1 document with everything it imports and includes.

/// Finds the documents that a description refers to.
public struct DescriptionLoader: Sendable {
    /// A document that was found.
    public struct Found: Sendable {
        /// The same for the same document, whatever way led to it; shown in messages.
        public let name: String
        public let bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
    }

    /// From a location as a document writes it, and the name of that document, to the document meant.
    public let find: @Sendable (_ location: String, _ base: String) throws(Refusal) -> Found

    /// Why a document isn't loaded: ends a sentence.
    public struct Refusal: Error, Sendable, Hashable {
        public let reason: String
        public init(_ reason: String) { self.reason = reason }
    }

    public init(find: @escaping @Sendable (_ location: String, _ base: String) throws(Refusal) -> Found) {
        self.find = find
    }
}

/// The documents of one description.
final class WSDLDocuments {
    static let namespace = "http://schemas.xmlsoap.org/wsdl/"
    static let mostDocuments = 1_000
    static let mostBytes = 96 << 20

    /// One `definitions` element.
    struct Definitions {
        let root: XMLElement
        let targetNamespace: String?
        let prefixes: PrefixScope
        let file: String
    }

    private(set) var definitions: [Definitions] = []
    let schemas = SchemaSet()
    private let loader: DescriptionLoader
    private var loaded: Set<String> = []
    private var byteCount = 0
    /// Namespaces that were imported without a document that could be loaded, with what was wrong.
    private var missing: [(namespace: String, finding: DescriptionFinding, isNeeded: Bool)] = []
    /// Imports that lead nowhere, where nothing may be lost by it.
    private(set) var findings: [DescriptionFinding] = []
    private var schemaQueue: [SchemaDocument] = []

    /// - Throws: the finding that stops the import: no WSDL, not XML, an import that can't be followed.
    init(_ loader: DescriptionLoader, _ root: DescriptionLoader.Found) throws(DescriptionFinding) {
        self.loader = loader
        loaded.insert(root.name)
        try take(root, in: nil, at: nil)
        while let document = schemaQueue.popLast() { try follow(document) }
        for (namespace, finding, isNeeded) in missing where !schemas.namespaces.contains(namespace) {
            if let text = BuiltInSchemas.text(namespace) {
                try addBuiltIn(namespace, text)
            } else if isNeeded {
                throw finding
            } else {
                findings.append(finding)
            }
        }
        // The encoding's own types are there whether a document imports them or not.
        for namespace in [QName.encodingNamespace, QName.encodingNamespace12, XMLNamespace.xml]
        where !schemas.namespaces.contains(namespace) {
            try addBuiltIn(namespace, BuiltInSchemas.text(namespace) ?? "")
        }
    }

    private func addBuiltIn(_ namespace: String, _ text: String) throws(DescriptionFinding) {
        guard !text.isEmpty else { return }
        let root: XMLElement
        do throws(XMLError) { root = try XMLElement.parse(text) } catch {
            throw DescriptionFinding(error.message, file: namespace)
        }
        schemas.add(SchemaDocument(root, targetNamespace: namespace, outer: PrefixScope(), file: namespace))
    }

    /// Limits for descriptions: they are larger than messages.
    private static var limits: XMLLimits {
        var limits = XMLLimits()
        (limits.bytes, limits.nodes, limits.depth, limits.names) = (64 << 20, 8_000_000, 100, 50_000)
        return limits
    }

    private func parse(_ found: DescriptionLoader.Found) throws(DescriptionFinding) -> XMLElement {
        byteCount += found.bytes.count
        guard loaded.count <= Self.mostDocuments, byteCount <= Self.mostBytes else {
            throw DescriptionFinding(
                "the description has more than \(Self.mostDocuments) documents, or they are larger than "
                    + "\(Self.mostBytes >> 20) MB together", file: found.name)
        }
        // Files and servers put empty lines before `<?xml`, where nothing may stand.
        let space = found.bytes.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        do throws(XMLError) {
            return try XMLElement.parse(Array(found.bytes.dropFirst(space.count)), limits: Self.limits)
        } catch {
            let above = space.count { $0 == 0x0A }
            throw DescriptionFinding(error.message, file: found.name, line: error.line.map { $0 + above })
        }
    }

    /// - Parameter schema: the schema that includes or imports it; nil for WSDL.
    private func take(
        _ found: DescriptionLoader.Found, in schema: SchemaDocument?, at node: XMLElement?
    ) throws(DescriptionFinding) {
        let root = try parse(found)
        switch (root.namespace, root.name) {
        case (Self.namespace, "definitions"): try addDefinitions(root, found.name)
        case (QName.schemaNamespace, "schema"):
            let own = root.attribute("targetNamespace")
            let isIncluded = node?.name != "import"
            add(
                SchemaDocument(
                    root, targetNamespace: own ?? (isIncluded ? schema?.targetNamespace : nil), outer: PrefixScope(),
                    file: found.name))
        case ("http://www.w3.org/ns/wsdl", _), ("http://www.w3.org/2006/01/wsdl", _):
            throw DescriptionFinding(
                "<description> is WSDL 2.0; WSDL 1.1 is read. Most services that have a WSDL 2.0 offer 1.1 too (?wsdl)",
                at: root, in: found.name)
        case (_, "html"), (_, "HTML"):
            throw DescriptionFinding("this is a web page and no WSDL", at: root, in: found.name)
        default:
            throw DescriptionFinding(
                "<\(root.qualifiedName.prefix(60))> is neither a WSDL 1.1 <definitions> nor an XML <schema>", at: root,
                in: found.name)
        }
    }

    private func addDefinitions(_ root: XMLElement, _ file: String) throws(DescriptionFinding) {
        let prefixes = PrefixScope().entering(root)
        definitions.append(
            Definitions(
                root: root, targetNamespace: root.attribute("targetNamespace"), prefixes: prefixes, file: file))
        for child in root.elements where child.namespace == Self.namespace {
            if child.name == "types" {
                let outer = prefixes.entering(child)
                for schema in child.elements {
                    guard schema.namespace == QName.schemaNamespace else { continue }
                    guard schema.name == "schema" else { continue }
                    add(
                        SchemaDocument(
                            schema, targetNamespace: schema.attribute("targetNamespace"), outer: outer, file: file))
                }
            } else if child.name == "import", let location = child.attribute("location") {
                let found: DescriptionLoader.Found
                do throws(DescriptionLoader.Refusal) { found = try loader.find(location, file) } catch {
                    throw DescriptionFinding(
                        "the import of \(Self.shown(location)) can't be followed: \(error.reason)", at: child, in: file)
                }
                if loaded.insert(found.name).inserted { try take(found, in: nil, at: child) }
            }
        }
    }

    private func add(_ document: SchemaDocument) {
        schemas.add(document)
        schemaQueue.append(document)
    }

    /// Loads what a schema includes and imports.
    private func follow(_ document: SchemaDocument) throws(DescriptionFinding) {
        for child in document.root.elements where child.namespace == QName.schemaNamespace {
            guard ["include", "import", "redefine", "override"].contains(child.name) else { continue }
            let namespace = child.name == "import" ? child.attribute("namespace") ?? "" : document.targetNamespace ?? ""
            guard let location = child.attribute("schemaLocation"), !location.isEmpty else {
                if child.name == "import" { miss(namespace, child, document, "no location is given for it") }
                continue
            }
            if BuiltInSchemas.text(namespace) != nil, child.name == "import" {
                // What is known needs no document, and the one at the W3C has a DOCTYPE.
                miss(namespace, child, document, "it is not known")
                continue
            }
            let found: DescriptionLoader.Found
            do throws(DescriptionLoader.Refusal) { found = try loader.find(location, document.file) } catch {
                let finding = DescriptionFinding(
                    "the \(child.name) of \(Self.shown(location)) can't be followed: \(error.reason)", at: child,
                    in: document.file)
                guard child.name == "import" else { throw finding }
                missing.append((namespace, finding, true))
                continue
            }
            // A schema without a namespace is taken up once for each namespace that includes it.
            let key = child.name == "import" ? found.name : "\(found.name) \(namespace)"
            guard loaded.insert(key).inserted else { continue }
            try take(found, in: document, at: child)
        }
    }

    private func miss(_ namespace: String, _ node: XMLElement, _ document: SchemaDocument, _ reason: String) {
        guard !namespace.isEmpty else { return }
        missing.append(
            (
                namespace,
                DescriptionFinding(
                    "the import of the namespace \(Self.shown(namespace)) can't be followed: \(reason), and no other "
                        + "document has it", at: node, in: document.file), false
            ))
    }

    private static func shown(_ text: String) -> String { "\"\(text.prefix(120))\"" }
}
