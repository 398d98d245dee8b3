// A document as libxml2's own tree, for what the library does on trees: XPath, canonical form, validation.

import CLibXML2

/// Owns the tree.
final class LibraryTree {
    let document: xmlDocPtr

    init(_ document: CheckedDocument, _ limits: XMLLimits) throws(XMLError) {
        self.document = try Self.tree(of: document, limits)
    }

    deinit { xmlFreeDoc(document) }

    private static func tree(of document: CheckedDocument, _ limits: XMLLimits) throws(XMLError) -> xmlDocPtr {
        LibXML2.start()
        guard let context = xmlNewParserCtxt() else { throw XMLError(.tooLarge, "there is not enough memory") }
        defer { xmlFreeParserCtxt(context) }
        // Mistakes stay silent here: the reading below finds the words for them.
        context.pointee.sax.pointee.serror = { data, error in
            guard let error, XMLError.isMistake(error.pointee), let data else { return }
            let context = data.assumingMemoryBound(to: xmlParserCtxt.self)
            (context.pointee.disableSAX, context.pointee.instate) = (1, XML_PARSER_EOF)
            context.pointee.wellFormed = 0
        }
        let tree = document.bytes.withUnsafeBytes { buffer in
            !buffer.isEmpty
                ? xmlCtxtReadMemory(
                    context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil,
                    LibXML2.options)
                : nil
        }
        if let tree, context.pointee.wellFormed != 0 { return tree }
        xmlFreeDoc(tree)
        _ = try TreeBuilder.tree(of: document, limits)
        throw XMLError(.malformed, "the document is not well-formed XML")
    }
}
