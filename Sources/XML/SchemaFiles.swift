// The documents of a schema, lent to libxml2 while it reads them: it reads nothing else.

import CLibXML2
import Glibc
import Synchronization

/// Documents that refer to each other by their names.
public final class SchemaFiles: Sendable {
    public struct File: Sendable {
        /// A path with slashes, relative to a folder that all have in common: `types/order.xsd`. Empty for one that is alone.
        public let name: String
        public let bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
    }

    /// By address, of all schemas that are being read.
    private static let lent = Mutex<[String: [UInt8]]>([:])
    private static let scheme = "galley-schema:"
    private static let references = ["include", "import", "redefine"]

    /// The names by address.
    private let names: [String: String]
    private let root: String

    /// - Throws: `forbidden` for a reference to something that isn't among the files, `query` for a file that is no schema.
    init(_ files: [File], _ limits: XMLLimits) throws(XMLError) {
        _ = Self.started
        let base = "\(Self.scheme)/\(UInt64.random(in: 0 ... .max))/"
        let addresses = files.map { base + Self.escaped($0.name.isEmpty ? "schema.xsd" : $0.name) }
        names = Dictionary(zip(addresses, files.map(\.name)), uniquingKeysWith: { first, _ in first })
        root = addresses.first ?? base
        var texts: [String: [UInt8]] = [:]
        for (file, address) in zip(files, addresses) {
            let place = file.name.isEmpty ? "" : file.name + ": "
            do throws(XMLError) {
                let element = try XMLElement.parse(file.bytes, limits: limits)
                guard element.name == "schema", element.namespace == QName.schemaNamespace else {
                    throw XMLError(
                        .query, "this is <\(element.name.prefix(60))> and no XML Schema", line: Int(element.line))
                }
                try Self.check(element, address, names)
                texts[address] = Self.withoutDeclaration(
                    Array(try CheckedDocument(file.bytes, charset: nil, limits: limits).bytes))
            } catch {
                throw XMLError(error.kind, place + error.message, line: error.line)
            }
        }
        Self.lent.withLock { lent in lent.merge(texts) { _, new in new } }
    }

    deinit { Self.lent.withLock { lent in for address in names.keys { lent[address] = nil } } }

    /// The name of the document with an address; nil for one that is alone, and for others.
    func name(_ address: String?) -> String? { address.flatMap { names[$0] }.flatMap { $0.isEmpty ? nil : $0 } }

    /// Gives the tree of the first document its address.
    func name(_ tree: LibraryTree) { tree.document.pointee.URL = UnsafePointer(xmlStrdup(root)) }

    /// The locations that a file names.
    public static func references(in file: File) throws(XMLError) -> [String] {
        try XMLElement.parse(file.bytes).elements.filter { references.contains($0.name) }
            .compactMap { $0.attribute("schemaLocation") }
    }

    /// Whatever would be read from elsewhere: libxml2 must not even try.
    private static func check(
        _ schema: XMLElement, _ address: String, _ names: [String: String]
    ) throws(XMLError) {
        let isBased = schema.attribute("base", namespace: XMLNamespace.xml) != nil
        for child in schema.elements where references.contains(child.name) {
            guard let location = child.attribute("schemaLocation") else { continue }
            let isMoved = isBased || child.attribute("base", namespace: XMLNamespace.xml) != nil
            guard !isMoved, let found = resolved(location, address), names[found] != nil else {
                throw XMLError(
                    .forbidden,
                    "a schema for validation can't \(child.name) \"\(location.prefix(200))\": it isn't among its documents",
                    line: Int(child.line))
            }
        }
    }

    /// As libxml2 itself will resolve it.
    private static func resolved(_ location: String, _ base: String) -> String? {
        guard let made = xmlBuildURI(location, base) else { return nil }
        defer { free(made) }
        return String(cString: made)
    }

    private static func escaped(_ name: String) -> String {
        guard let made = xmlURIEscapeStr(name, "/") else { return name }
        defer { free(made) }
        return String(cString: made)
    }

    /// The bytes are UTF-8 by now, whatever the declaration says; lines stay where they are.
    private static func withoutDeclaration(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: Array("<?xml".utf8)), let end = bytes.firstIndex(of: UInt8(ascii: ">")) else {
            return bytes
        }
        return bytes[...end].map { $0 == 0x0A || $0 == 0x0D ? $0 : 0x20 } + bytes[(end + 1)...]
    }

    /// Whatever libxml2 would load by itself, in the whole process: what is lent, and nothing else.
    private static let started: Void = {
        LibXML2.start()
        xmlSetExternalEntityLoader { address, _, context in
            guard let address, let bytes = SchemaFiles.bytes(String(cString: address)) else { return nil }
            let buffer = bytes.withUnsafeBytes {
                xmlParserInputBufferCreateMem(
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), XML_CHAR_ENCODING_UTF8)
            }
            guard let buffer, let input = xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE) else {
                return nil
            }
            // Freed with the input.
            input.pointee.filename = UnsafeRawPointer(xmlStrdup(address))?.assumingMemoryBound(to: CChar.self)
            return input
        }
    }()

    private static func bytes(_ address: String) -> [UInt8]? { lent.withLock { $0[address] } }
}
