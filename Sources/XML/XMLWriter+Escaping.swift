// Text as XML can hold it: what is escaped, and what is refused.

extension XMLWriter {
    /// Text with `< > &` escaped, in attributes also quotes and white space that reading would change.
    mutating func escaped(_ text: String, inAttribute: Bool, of element: XMLLabel?) throws(XMLError) {
        var isRefused = false
        var text = text
        text.withUTF8 { run in
            var start = 0
            for index in run.indices {
                let byte = run[index]
                // Nearly all bytes leave here.
                guard byte < 0x40 || byte == 0xEF else { continue }
                let escape: StaticString
                switch byte {
                case UInt8(ascii: "<"): escape = "&lt;"
                case UInt8(ascii: ">"): escape = "&gt;"
                case UInt8(ascii: "&"): escape = "&amp;"
                case UInt8(ascii: "\"") where inAttribute: escape = "&quot;"
                case 0x0D: escape = "&#13;"
                case 0x0A where inAttribute: escape = "&#10;"
                case 0x09 where inAttribute: escape = "&#9;"
                case 0x09, 0x0A, 0x20...0x3F: continue
                case 0xEF:
                    if run.isNonCharacter(at: index) { isRefused = true }
                    continue
                default:
                    isRefused = true
                    continue
                }
                bytes.append(contentsOf: run[start..<index])
                raw(escape)
                start = index + 1
            }
            bytes.append(contentsOf: run[start...])
        }
        if isRefused { throw Self.refused(element?.name ?? "xmlns") }
    }

    /// Refuses what no XML 1.0 document can hold, escaped or not.
    static func check(characters text: String, of element: String) throws(XMLError) {
        var text = text
        let isRefused = text.withUTF8 { run in
            run.indices.contains { index in
                let byte = run[index]
                return byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
                    || byte == 0xEF && run.isNonCharacter(at: index)
            }
        }
        if isRefused { throw refused(element) }
    }

    private static func refused(_ element: String) -> XMLError {
        XMLError(.unwritable, "the text of <\(element)> has a control character, which XML can't hold; remove it first")
    }

    /// Refuses what is not an NCName of XML 1.0, fifth edition.
    static func check(name: String) throws(XMLError) {
        guard XMLName.isName(name) else { throw badName(name) }
    }

    static func badName(_ name: String) -> XMLError {
        XMLError(
            .unwritable,
            name.isEmpty
                ? "an XML element or attribute has no name"
                : "\"\(name.prefix(60))\" can't be the name of an XML element or attribute")
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether U+FFFE or U+FFFF starts at `index`, where 0xEF is.
    fileprivate func isNonCharacter(at index: Int) -> Bool {
        index + 2 < count && self[index + 1] == 0xBF && self[index + 2] >= 0xBE
    }
}
