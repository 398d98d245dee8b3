// The writing of one document: tags, indentation, escapes.

/// Appends a tree to its bytes. Depth is held to what reading allows, so that what is written can be read.
struct XMLWriter {
    var bytes: [UInt8] = []
    private let layout: XMLLayout
    private var scope = NamespaceScope()
    /// Names that were found good: labels are shared, so few are looked at twice.
    private var checked: Set<ObjectIdentifier> = []

    init(_ layout: XMLLayout) { self.layout = layout }

    mutating func declaration() {
        raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        if layout == .indented { bytes.append(0x0A) }
    }

    mutating func element(_ element: XMLElement, level: Int) throws(XMLError) {
        guard level < XMLLimits().depth else {
            throw XMLError(.unwritable, "elements are nested deeper than \(XMLLimits().depth) (limit xml_depth)")
        }
        try check(element.label)
        let mark = scope.mark
        try scope.enter(element)
        let prefix = try scope.prefix(ofElement: element.label)
        bytes.append(UInt8(ascii: "<"))
        name(prefix, element.name)
        try attributes(of: element)
        for declaration in scope.declared(since: mark) { try self.declaration(of: declaration) }
        if element.children.isEmpty {
            raw("/>")
        } else {
            bytes.append(UInt8(ascii: ">"))
            try children(of: element, level: level)
            raw("</")
            name(prefix, element.name)
            bytes.append(UInt8(ascii: ">"))
        }
        scope.leave(mark)
    }

    private mutating func attributes(of element: XMLElement) throws(XMLError) {
        var written: [(name: String, namespace: String?)] = []
        for attribute in element.attributes {
            try check(attribute.label)
            guard !written.contains(where: { $0.name == attribute.name && $0.namespace == attribute.namespace }) else {
                throw XMLError(
                    .unwritable, "the element <\(element.name)> has the attribute \"\(attribute.name)\" twice")
            }
            written.append((attribute.name, attribute.namespace))
            bytes.append(0x20)
            name(try scope.prefix(ofAttribute: attribute.label), attribute.name)
            raw("=\"")
            try escaped(attribute.value, inAttribute: true, of: element.name)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func declaration(of space: XMLNamespace) throws(XMLError) {
        raw(" xmlns")
        if let prefix = space.prefix {
            try Self.check(name: prefix)
            bytes.append(UInt8(ascii: ":"))
            text(prefix)
        }
        raw("=\"")
        try escaped(space.uri, inAttribute: true, of: "xmlns")
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func children(of element: XMLElement, level: Int) throws(XMLError) {
        let isIndented = layout == .indented && element.holdsNoText
        for child in element.children {
            if isIndented {
                if case .text = child { continue }
                newLine(level + 1)
            }
            try node(child, of: element, level: level)
        }
        if isIndented { newLine(level) }
    }

    private mutating func node(_ node: XMLNode, of element: XMLElement, level: Int) throws(XMLError) {
        switch node {
        case .element(let child): try self.element(child, level: level + 1)
        case .text(let text): try escaped(text, inAttribute: false, of: element.name)
        case .cdata(let text):
            try Self.check(characters: text, of: element.name)
            // "]]>" can't stand in a section, so the section ends between its brackets and a new one begins.
            raw("<![CDATA[")
            var brackets = 0
            for byte in text.utf8 {
                if byte == UInt8(ascii: ">"), brackets >= 2 { raw("]]><![CDATA[") }
                brackets = byte == UInt8(ascii: "]") ? brackets + 1 : 0
                bytes.append(byte)
            }
            raw("]]>")
        case .comment(let text):
            try Self.check(characters: text, of: element.name)
            guard !text.utf8.elementsTwice(UInt8(ascii: "-")), text.utf8.last != UInt8(ascii: "-") else {
                throw XMLError(.unwritable, "a comment can't hold \"--\" or end in \"-\"")
            }
            raw("<!--")
            self.text(text)
            raw("-->")
        case .instruction(let target, let data):
            try Self.check(name: target)
            try Self.check(characters: data, of: element.name)
            guard target.lowercased() != "xml", !data.containsInstructionEnd else {
                throw XMLError(.unwritable, "an instruction can't be called \"xml\" or hold \"?>\"")
            }
            raw("<?")
            self.text(target)
            if !data.isEmpty { bytes.append(0x20) }
            self.text(data)
            raw("?>")
        }
    }

    private mutating func newLine(_ level: Int) {
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * level))
    }

    private mutating func name(_ prefix: String?, _ name: String) {
        if let prefix {
            text(prefix)
            bytes.append(UInt8(ascii: ":"))
        }
        text(name)
    }

    private mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func check(_ label: XMLLabel) throws(XMLError) {
        guard checked.insert(ObjectIdentifier(label)).inserted else { return }
        try Self.check(name: label.name)
        if let prefix = label.prefix { try Self.check(name: prefix) }
    }
}

extension XMLWriter {
    /// Text with `< > &` escaped, in attributes also quotes and white space that reading would change.
    private mutating func escaped(_ text: String, inAttribute: Bool, of element: String) throws(XMLError) {
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
        if isRefused { throw Self.refused(element) }
    }

    /// Refuses what no XML 1.0 document can hold, escaped or not.
    private static func check(characters text: String, of element: String) throws(XMLError) {
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
        guard XMLName.isName(name) else {
            throw XMLError(
                .unwritable,
                name.isEmpty
                    ? "an XML element or attribute has no name"
                    : "\"\(name.prefix(60))\" can't be the name of an XML element or attribute")
        }
    }
}

extension XMLElement {
    /// Whether white space can be added: there are child elements and no text but white space.
    fileprivate var holdsNoText: Bool {
        children.allSatisfy {
            switch $0 {
            case .text(let text): text.isBlankText
            case .cdata: false
            case .element, .comment, .instruction: true
            }
        }
            && children.contains {
                switch $0 {
                case .element, .comment, .instruction: true
                case .text, .cdata: false
                }
            }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether U+FFFE or U+FFFF starts at `index`, where 0xEF is.
    fileprivate func isNonCharacter(at index: Int) -> Bool {
        index + 2 < count && self[index + 1] == 0xBF && self[index + 2] >= 0xBE
    }
}

extension String.UTF8View {
    fileprivate func elementsTwice(_ byte: UInt8) -> Bool {
        zip(self, dropFirst()).contains { $0 == byte && $1 == byte }
    }
}

extension String {
    fileprivate var containsInstructionEnd: Bool {
        zip(utf8, utf8.dropFirst()).contains { $0 == UInt8(ascii: "?") && $1 == UInt8(ascii: ">") }
    }
}
