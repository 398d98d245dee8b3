// Attachments put where an envelope refers to them: MTOM's `xop:Include`, and the addresses of SOAP with Attachments.

import ConnectorKit
import XML

/// One envelope's way to its attachments. Each is encoded once, however often it is referred to.
struct AttachmentPlacing {
    /// All that is put in, as a multiple of what came: references that multiply end here.
    private static let mostTimes = 4
    /// What a small answer may come to all the same.
    private static let freeBytes = 1 << 20

    private let attachments: [MultipartMessage.Attachment]
    private let places: [String: Int]
    private var texts: [Int: String] = [:]
    /// Places of the attachments that are referred to.
    private(set) var used: Set<Int> = []
    /// Bytes that may still be put in.
    private var rest: Int

    init(_ attachments: [MultipartMessage.Attachment]) {
        self.attachments = attachments
        var (places, byteCount) = ([String: Int](), 0)
        for (place, attachment) in attachments.enumerated() {
            if let id = attachment.contentID, places[id] == nil { places[id] = place }
            if case .bytes(let bytes) = attachment.content { byteCount += bytes.count }
        }
        self.places = places
        // In base64 four bytes stand for three.
        rest = Self.freeBytes + Self.mostTimes * (byteCount / 3 * 4)
    }

    mutating func putting(into element: XMLElement) throws(XMLError) -> XMLElement {
        var made = element
        var children: [XMLNode] = []
        var isChanged = false
        for node in element.children {
            guard case .element(let child) = node else {
                children.append(node)
                continue
            }
            isChanged = true
            if child.name == BinaryParts.reference.name, child.namespace == BinaryParts.namespace {
                let href = child.attribute("href") ?? ""
                guard let text = try text(href) else {
                    throw XMLError(
                        .malformed, "the message includes \"\(href.prefix(60))\", which is not attached to it",
                        line: child.line > 0 ? Int(child.line) : nil)
                }
                children.append(.text(text))
            } else {
                children.append(.element(try putting(into: child)))
            }
        }
        if isChanged { made.children = children }
        // SwA: the element refers to the part itself, with an attribute or with its text.
        if let href = element.attribute("href"), let text = try text(href) {
            made.attributes.removeAll { $0.name == "href" }
            made.children = [.text(text)]
        } else if !isChanged, let text = try text(element.trimmedText) {
            made.children = [.text(text)]
        }
        return made
    }

    /// nil for an address of nothing that is attached.
    private mutating func text(_ href: String) throws(XMLError) -> String? {
        guard href.hasPrefix("cid:") else { return nil }
        let id = String(href.dropFirst(4))
        // `%40` is `@` in a `cid:` address (RFC 2392).
        guard let place = places[id] ?? places[PercentEncoding.decoded(id)] else { return nil }
        let text = texts[place] ?? attachments[place].text
        texts[place] = text
        used.insert(place)
        if case .bytes = attachments[place].content { rest -= text.utf8.count }
        guard rest >= 0 else {
            throw XMLError(.tooLarge, "the message refers to its attachments so often that it becomes too large")
        }
        return text
    }
}
