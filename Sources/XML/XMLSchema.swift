// Validation: whether a document is as an XML Schema says, and where it is not.

import CLibXML2

/// An XML Schema 1.0, in one document or in several that import and include each other.
public final class XMLSchema: @unchecked Sendable {
    // The compiled schema is only read after `init`: libxml2 allows any number of validations at once over it.
    private let schema: xmlSchemaPtr
    /// What the compiled schema refers to.
    private let tree: LibraryTree
    /// Findings that are collected for one document.
    static let mostFindings = 100

    /// What is wrong at one place of a document.
    public struct Finding: Sendable, Hashable {
        /// The element's name; of an attribute the element that has it.
        public let element: String
        /// From 1.
        public let line: Int
        /// A sentence.
        public let message: String
        /// The name of a schema's document; nil for the document that is validated.
        var document: String?
    }

    /// A schema in one document: it may import namespaces by their name alone, and include nothing.
    /// - Throws: what is wrong with the schema, with its line.
    public convenience init(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        try self.init([SchemaFiles.File(name: "", bytes: bytes)], limits: limits)
    }

    /// A schema in several documents.
    /// - Parameter files: the first is the schema; the others are what it, or one of them, imports, includes or redefines.
    /// - Throws: what is wrong with the schema, with the document and its line.
    public init(_ files: [SchemaFiles.File], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        let lent = try SchemaFiles(files, limits)
        guard let root = files.first else { throw XMLError(.query, "there is no schema") }
        let tree = try LibraryTree(CheckedDocument(root.bytes, charset: nil, limits: limits), limits)
        lent.name(tree)
        let found = FindingList(lent)
        let made = withExtendedLifetime((tree, found, lent)) { () -> xmlSchemaPtr? in
            guard let context = xmlSchemaNewDocParserCtxt(tree.document) else { return nil }
            defer { xmlSchemaFreeParserCtxt(context) }
            xmlSchemaSetParserStructuredErrors(
                context, { data, error in FindingList.take(data, error) }, Unmanaged.passUnretained(found).toOpaque())
            return xmlSchemaParse(context)
        }
        guard let made, found.findings.isEmpty else {
            xmlSchemaFree(made)
            let first = found.findings.first
            let place = first?.document.map { $0 + ": " } ?? ""
            throw XMLError(.query, place + (first?.message ?? "the schema can't be read"), line: first?.line)
        }
        (schema, self.tree) = (made, tree)
    }

    deinit { xmlSchemaFree(schema) }

    /// Everything that is wrong with a document; empty when it is valid.
    /// - Throws: when it can't be read.
    public func findings(in bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) -> [Finding] {
        let tree = try LibraryTree(CheckedDocument(bytes, charset: nil, limits: limits), limits)
        let found = FindingList()
        return withExtendedLifetime((tree, found)) {
            guard let context = xmlSchemaNewValidCtxt(schema) else { return [] }
            defer { xmlSchemaFreeValidCtxt(context) }
            xmlSchemaSetValidStructuredErrors(
                context, { data, error in FindingList.take(data, error) }, Unmanaged.passUnretained(found).toOpaque())
            let result = xmlSchemaValidateDoc(context, tree.document)
            if result != 0, found.findings.isEmpty {
                return [Finding(element: "", line: 1, message: "the document is not valid")]
            }
            return found.findings
        }
    }
}

/// Gathers what libxml2 reports.
private final class FindingList {
    private(set) var findings: [XMLSchema.Finding] = []
    /// Knows the names of a schema's documents.
    private let files: SchemaFiles?

    init(_ files: SchemaFiles? = nil) { self.files = files }

    static func take(_ data: UnsafeMutableRawPointer?, _ error: xmlErrorPtr?) {
        guard let data, let error else { return }
        Unmanaged<FindingList>.fromOpaque(data).takeUnretainedValue().add(error.pointee)
    }

    private func add(_ error: xmlError) {
        guard findings.count < XMLSchema.mostFindings, error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        var (element, words) = ("", error.message.map { String(cString: $0) } ?? "")
        words = words.split(whereSeparator: \.isNewline).joined(separator: " ")
        // "Element '{urn:x}qty', attribute 'y': 'x' is not …": the name is told by itself.
        if words.hasPrefix("Element '"), let end = words.dropFirst(9).firstIndex(of: "'") {
            element = words.dropFirst(9).prefix(upTo: end).split(separator: "}").last.map { String($0) } ?? ""
            let rest = words[words.index(after: end)...]
            words = String(rest.drop { $0 == ":" || $0 == "," || $0 == " " })
        }
        while words.hasSuffix(".") { words.removeLast() }
        findings.append(
            XMLSchema.Finding(
                element: element, line: max(1, Int(error.line)), message: String(words.prefix(400)),
                document: files?.name(error.file.map { String(cString: $0) })))
    }
}
