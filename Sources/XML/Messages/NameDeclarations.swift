// Values that are names (`xs:QName`): their namespaces are declared on the elements that hold them.

/// Gathers the prefixes that the texts of one element need. A message has one for each namespace.
final class NameDeclarations {
    private var prefixes: [String: String] = [:]
    /// Namespaces of the element that is being written; "" for names in none.
    private var pending: [String] = []

    /// The text for a name.
    func text(_ name: QName) -> String {
        guard let uri = name.namespace else {
            if !pending.contains("") { pending.append("") }
            return name.name
        }
        if uri == XMLNamespace.xml { return "xml:\(name.name)" }
        let prefix = prefixes[uri] ?? (uri == QName.schemaNamespace ? "xsd" : "q\(prefixes.count + 1)")
        prefixes[uri] = prefix
        if !pending.contains(uri) { pending.append(uri) }
        return "\(prefix):\(name.name)"
    }

    /// Declares on an element what its texts and attributes need.
    func declare(on element: inout XMLElement) {
        for uri in pending {
            guard uri.isEmpty else {
                let space = XMLNamespace(prefix: prefixes[uri], uri: uri)
                if !element.declarations.contains(space) { element.declarations.append(space) }
                continue
            }
            // A name without a prefix is in the default namespace, so that there must be none here.
            element.declarations.append(XMLNamespace(prefix: nil, uri: ""))
            if element.namespace != nil, element.prefix == nil { element.prefix = "t" }
        }
        pending = []
    }
}

extension QName {
    /// `{urn:x}name`, or just the name where it is in no namespace: as names are in JSON.
    public var expanded: String { namespace.map { "{\($0)}\(name)" } ?? name }

    /// The name for a text like `{urn:x}name`, `name`, `xsd:string` or `xml:lang`; nil for what is none.
    init?(expanded text: String) {
        let text = text.trimmedBlanks
        if text.hasPrefix("{") {
            guard let end = text.lastIndex(of: "}") else { return nil }
            self.init(String(text[..<end].dropFirst()), String(text[text.index(after: end)...]))
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            switch (parts.count, parts.first) {
            case (1, _): self.init(nil, text)
            case (2, "xsd"), (2, "xs"): self.init(Self.schemaNamespace, parts[1])
            case (2, "xml"): self.init(XMLNamespace.xml, parts[1])
            default: return nil
            }
        }
        guard XMLName.isName(name) else { return nil }
    }
}

/// The known name that was probably meant.
enum NearName {
    /// nil when none is near.
    static func closest(to name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        var (best, fewest): (String?, Int) = (nil, max(1, min(3, wanted.count / 3)) + 1)
        for candidate in known.prefix(5_000) where candidate.utf8.count <= 64 {
            let edits = edits(wanted, Array(candidate.lowercased().utf8))
            if edits < fewest { (best, fewest) = (candidate, edits) }
        }
        return best
    }

    private static func edits(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (place, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, second) in other.enumerated() {
                let changed = diagonal + (byte == second ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
