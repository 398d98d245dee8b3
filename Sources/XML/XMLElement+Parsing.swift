// Reading a document into a tree.

import CLibXML2

extension XMLElement {
    /// Reads one document: strict XML 1.0 with namespaces.
    ///
    /// Nothing outside the document is ever opened, a DOCTYPE is refused, and `limits` hold before libxml2 starts. White
    /// space between elements is kept as text. Takes some 5 ms a megabyte: off the cooperative pool when it is large.
    /// - Parameter charset: the encoding the transport named, if it did.
    /// - Returns: the root element; comments and instructions outside it are dropped.
    public static func parse(
        _ bytes: [UInt8], charset: String? = nil, limits: XMLLimits = XMLLimits()
    ) throws(XMLError) -> XMLElement {
        let document = try CheckedDocument(bytes, charset: charset, limits: limits)
        return try TreeBuilder.tree(of: document, limits)
    }

    /// Reads a document that is a Swift string already; an encoding it declares must be UTF-8 or left out.
    public static func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement {
        // The text is Unicode, whatever it said about its bytes when it had some.
        try parse(Array(text.utf8), charset: "UTF-8", limits: limits)
    }
}

/// A document in UTF-8, within the limits and without a DOCTYPE: what libxml2 may see.
struct CheckedDocument {
    let bytes: ArraySlice<UInt8>
    /// Elements, texts, comments and instructions, at most.
    let nodes: Int

    init(_ bytes: [UInt8], charset: String?, limits: XMLLimits) throws(XMLError) {
        guard bytes.count <= limits.bytes else {
            throw XMLError(
                .tooLarge,
                "the document has \(bytes.count) bytes, more than the \(limits.bytes) allowed (limit xml_bytes)")
        }
        let document = try DocumentEncoding.utf8(bytes, charset: charset)
        let found = document.withUnsafeBufferPointer { buffer -> Result<Int, XMLError> in
            do throws(XMLError) { return .success(try MarkupScan.check(buffer, limits)) } catch {
                return .failure(error)
            }
        }
        (self.bytes, nodes) = (document, try found.get())
    }
}
