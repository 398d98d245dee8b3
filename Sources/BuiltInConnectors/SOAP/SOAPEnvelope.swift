// The envelope: made around a body, and taken off an answer.

import JSONCore
import XML

/// A message: header blocks and body elements.
struct SOAPEnvelope: Sendable {
    var version: SOAPVersion
    /// The blocks inside `Header`.
    var headers: [XMLElement] = []
    /// The elements inside `Body`.
    var body: [XMLElement]
    /// Declared on the envelope, for prefixes inside values like `xsi:type="o:Order"`.
    var declarations: [XMLNamespace] = []
    /// Of one that was read: what came beside it and is not referred to in it.
    var attachments: [MultipartMessage.Attachment] = []
    /// Of one that was read: the declarations in force around the body's elements.
    private(set) var outer: [XMLNamespace] = []

    /// As the document's root.
    var element: XMLElement {
        func part(_ name: String, _ elements: [XMLElement]) -> XMLElement {
            XMLElement(
                name, namespace: version.namespace, prefix: "soap", children: elements.map { .element($0) })
        }
        var envelope = part("Envelope", (headers.isEmpty ? [] : [part("Header", headers)]) + [part("Body", body)])
        envelope.declarations = declarations
        return envelope
    }

    /// Reads an envelope strictly: one `Body`, at most one `Header` and before it, nothing that could be read two ways.
    init(reading root: XMLElement) throws(NotAnEnvelope) {
        guard root.name == "Envelope" else {
            throw NotAnEnvelope("it is <\(root.name.prefix(60))> and not a SOAP envelope")
        }
        guard let version = SOAPVersion(namespace: root.namespace) else {
            throw NotAnEnvelope("its envelope is neither of SOAP 1.1 nor of SOAP 1.2")
        }
        var (header, body): (XMLElement?, XMLElement?) = (nil, nil)
        for child in root.children {
            switch child {
            case .element(let part) where part.namespace == version.namespace:
                switch part.name {
                case "Header" where header == nil && body == nil: header = part
                case "Body" where body == nil: body = part
                default: throw NotAnEnvelope("its envelope has a second or misplaced <\(part.name.prefix(60))>")
                }
            case .element(let part) where body == nil || version == .v12:
                throw NotAnEnvelope("its envelope has a misplaced <\(part.name.prefix(60))>")
            case .text(let text) where !text.isWhiteSpace, .cdata(let text) where !text.isWhiteSpace:
                throw NotAnEnvelope("its envelope has text where Header and Body must stand")
            default: continue
            }
        }
        guard let body else { throw NotAnEnvelope("its envelope has no Body") }
        let hasText = body.children.contains {
            switch $0 {
            case .text(let text), .cdata(let text): !text.isWhiteSpace
            default: false
            }
        }
        guard !hasText else { throw NotAnEnvelope("its Body holds text where an element must stand") }
        (self.version, headers, self.body) = (version, header?.elements ?? [], body.elements)
        outer = root.declarations + body.declarations
    }

    /// - Parameter namespaces: URIs by prefix, declared in the order of the prefixes so that equal calls send equal bytes.
    init(version: SOAPVersion, headers: [XMLElement] = [], body: [XMLElement], namespaces: [String: String] = [:]) {
        (self.version, self.headers, self.body) = (version, headers, body)
        declarations = namespaces.sorted { $0.key < $1.key }.map { XMLNamespace(prefix: $0.key, uri: $0.value) }
    }

    /// Elements by their names, as `JSONMapping` has children; `{}` for none.
    static func json(_ elements: [XMLElement], _ mapping: JSONMapping) throws(XMLError) -> JSON {
        guard !elements.isEmpty else { return .object([:]) }
        return try XMLElement("Body", children: elements.map { .element($0) }).json(mapping)
    }
}

/// Why an answer is no SOAP message: ends the sentence "the answer can't be used: …".
struct NotAnEnvelope: Error, Equatable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

extension String {
    fileprivate var isWhiteSpace: Bool { utf8.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 } }
}
