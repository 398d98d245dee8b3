// SOAP-encoded messages whose values stand elsewhere: `href="#id1"` (SOAP 1.1 §5.4.1), `ref` in SOAP 1.2.

/// Puts what elements refer to in their places.
public enum MultiReferences {
    /// Elements of the result, at most: references that multiply end here.
    static let mostElements = 500_000
    /// Bytes of its texts: what is referred to counts each time.
    static let mostBytes = 64 << 20

    /// - Parameter body: the children of the SOAP body.
    /// - Returns: the body's elements that aren't just referred to, with everything in its place.
    /// - Throws: `malformed` for a reference to nothing, to something elsewhere or to something around it.
    public static func resolved(_ body: [XMLElement]) throws(XMLError) -> [XMLElement] {
        var (targets, wanted): ([String: XMLElement], Set<String>) = ([:], [])
        for element in body { try collect(element, &targets, &wanted) }
        guard !wanted.isEmpty else { return body }
        var resolver = Resolver(targets: targets, wanted: wanted)
        var made: [XMLElement] = []
        for (place, element) in body.enumerated() {
            // The first one is the answer; the others with an id are only there to be referred to.
            if place > 0, identity(element) != nil { continue }
            made.append(try resolver.resolve(element, depth: 0))
        }
        return made
    }

    /// - Parameter wanted: takes what is referred to.
    private static func collect(
        _ element: XMLElement, _ targets: inout [String: XMLElement], _ wanted: inout Set<String>
    ) throws(XMLError) {
        if let id = identity(element) { targets[id] = element }
        if let id = reference(element) {
            wanted.insert(id)
        } else if let href = element.attribute("href"), element.children.isEmpty {
            // What it stands for is somewhere else (SOAP 1.1 §5.4.1), and nothing is fetched.
            throw XMLError(
                .malformed, "the message refers to \"\(href.prefix(40))\", which is not in it",
                line: element.line > 0 ? Int(element.line) : nil)
        }
        for child in element.elements { try collect(child, &targets, &wanted) }
    }

    /// `id`, which SOAP 1.2 has in the encoding's namespace.
    private static func identity(_ element: XMLElement) -> String? {
        element.attribute("id") ?? element.attribute("id", namespace: QName.encodingNamespace12)
    }

    private static func reference(_ element: XMLElement) -> String? {
        if let href = element.attribute("href"), href.hasPrefix("#") { return String(href.dropFirst()) }
        guard let ref = element.attribute("ref", namespace: QName.encodingNamespace12) else { return nil }
        return ref.hasPrefix("#") ? String(ref.dropFirst()) : ref
    }

    private struct Resolver {
        let targets: [String: XMLElement]
        let wanted: Set<String>
        var underWay: Set<String> = []
        var count = 0
        var byteCount = 0

        mutating func resolve(_ element: XMLElement, depth: Int) throws(XMLError) -> XMLElement {
            count += 1
            byteCount += element.attributes.reduce(0) { $0 + $1.value.utf8.count }
            for child in element.children {
                if case .text(let text) = child { byteCount += text.utf8.count }
                if case .cdata(let text) = child { byteCount += text.utf8.count }
            }
            guard count <= MultiReferences.mostElements, byteCount <= MultiReferences.mostBytes, depth < 200 else {
                throw XMLError(.tooLarge, "the references of the message make it too large or too deep")
            }
            guard let id = MultiReferences.reference(element) else {
                var made = element
                // What others refer to is not part of the value.
                if let id = MultiReferences.identity(element), wanted.contains(id) {
                    made.attributes.removeAll { $0.name == "id" || $0.name == "root" }
                }
                guard !element.elements.isEmpty else { return made }
                var children: [XMLNode] = []
                for child in element.children {
                    if case .element(let inner) = child {
                        children.append(.element(try resolve(inner, depth: depth + 1)))
                    } else {
                        children.append(child)
                    }
                }
                made.children = children
                return made
            }
            guard let target = targets[id] else {
                throw XMLError(
                    .malformed, "the message refers to \"#\(id.prefix(40))\", which is not in it",
                    line: Int(element.line))
            }
            guard underWay.insert(id).inserted else {
                throw XMLError(.malformed, "the value \"#\(id.prefix(40))\" holds itself", line: Int(element.line))
            }
            defer { underWay.remove(id) }
            var made = try resolve(target, depth: depth + 1)
            (made.name, made.namespace, made.prefix) = (element.name, element.namespace, element.prefix)
            return made
        }
    }
}
