// From libxml2's nodes to ours.

import CLibXML2

/// Copies the nodes of a result. Results can overlap (`//*`), so what is copied is counted.
struct XPathConversion {
    private var left: Int
    private let limit: Int

    init(_ limits: XMLLimits) { (left, limit) = (limits.nodes, limits.nodes) }

    static func result(of object: xmlXPathObject, _ limits: XMLLimits) throws(XMLError) -> XPathResult {
        var conversion = XPathConversion(limits)
        return try conversion.result(of: object)
    }

    private mutating func result(of object: xmlXPathObject) throws(XMLError) -> XPathResult {
        switch object.type {
        case XPATH_BOOLEAN: return .boolean(object.boolval != 0)
        case XPATH_NUMBER: return .number(object.floatval)
        case XPATH_STRING: return .text(string(object.stringval))
        case XPATH_NODESET:
            guard let set = object.nodesetval else { return .nodes([]) }
            xmlXPathNodeSetSort(set)
            var nodes: [XPathNode] = []
            for index in 0..<Int(set.pointee.nodeNr) {
                guard let node = set.pointee.nodeTab[index] else { continue }
                nodes.append(try self.node(node))
            }
            return .nodes(nodes)
        default: throw XMLError(.query, "the XPath gives nothing that can be passed along")
        }
    }

    private mutating func node(_ node: xmlNodePtr) throws(XMLError) -> XPathNode {
        try count()
        switch node.pointee.type {
        case XML_ELEMENT_NODE: return .element(try element(node))
        case XML_DOCUMENT_NODE:
            guard let root = xmlDocGetRootElement(node.pointee.doc) else { return .text("") }
            return .element(try element(root))
        case XML_ATTRIBUTE_NODE:
            let attribute = UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlAttr.self)
            return .attribute(self.attribute(attribute))
        case XML_NAMESPACE_DECL:
            let space = UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlNs.self)
            return .text(string(space.pointee.href))
        default: return .text(string(node.pointee.content))
        }
    }

    /// The element with all that is in it.
    mutating func element(_ node: xmlNodePtr) throws(XMLError) -> XMLElement {
        var element = XMLElement(
            string(node.pointee.name), namespace: optional(node.pointee.ns?.pointee.href),
            prefix: optional(node.pointee.ns?.pointee.prefix))
        var space = node.pointee.nsDef
        while let current = space {
            element.declarations.append(
                XMLNamespace(prefix: optional(current.pointee.prefix), uri: string(current.pointee.href)))
            space = current.pointee.next
        }
        var attribute = node.pointee.properties
        while let current = attribute {
            try count()
            element.attributes.append(self.attribute(current))
            attribute = current.pointee.next
        }
        var child = node.pointee.children
        while let current = child {
            try count()
            switch current.pointee.type {
            case XML_ELEMENT_NODE: element.children.append(.element(try self.element(current)))
            case XML_TEXT_NODE: element.children.append(.text(string(current.pointee.content)))
            case XML_CDATA_SECTION_NODE: element.children.append(.cdata(string(current.pointee.content)))
            case XML_COMMENT_NODE: element.children.append(.comment(string(current.pointee.content)))
            case XML_PI_NODE:
                element.children.append(
                    .instruction(target: string(current.pointee.name), data: string(current.pointee.content)))
            default: break
            }
            child = current.pointee.next
        }
        return element
    }

    private func attribute(_ attribute: UnsafeMutablePointer<xmlAttr>) -> XMLAttribute {
        // Without entities of its own, a document's attributes hold text nodes only.
        var (value, part) = ("", attribute.pointee.children)
        while let current = part {
            value += string(current.pointee.content)
            part = current.pointee.next
        }
        return XMLAttribute(
            string(attribute.pointee.name), value, namespace: optional(attribute.pointee.ns?.pointee.href),
            prefix: optional(attribute.pointee.ns?.pointee.prefix))
    }

    private mutating func count() throws(XMLError) {
        left -= 1
        if left < 0 {
            throw XMLError(
                .tooLarge, "the XPath gives more than \(limit) elements, texts and attributes (limit xml_nodes)")
        }
    }

    private func string(_ text: UnsafePointer<UInt8>?) -> String { text.map { String(cString: $0) } ?? "" }
    private func optional(_ text: UnsafePointer<UInt8>?) -> String? { text.map { String(cString: $0) } }
}
